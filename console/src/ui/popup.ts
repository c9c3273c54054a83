const windowName = "causeway-connection-test";
const windowShape = "popup,width=560,height=760";

/** A window of its own for a round trip through another site. */
export interface Popup {
  /** Sends it to an address; false when the browser did not open it. */
  go: (url: string) => boolean;
  close: () => void;
}

/** Opens the window, still empty. Browsers allow that only in the click itself, before anything is asked of the server. */
export function openPopup(): Popup {
  const target = window.open("", windowName, windowShape);
  return {
    go: (url) => {
      if (target !== null) target.location.href = url;
      return target !== null;
    },
    close: () => target?.close(),
  };
}
