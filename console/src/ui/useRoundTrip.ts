import { useState } from "react";
import { openPopup } from "./popup";

/** Sends a window of its own through another site. */
export function useRoundTrip() {
  /** Where the window should have gone; "" = the browser has opened it. */
  const [blockedUrl, setBlockedUrl] = useState("");

  /** To be called in the click itself. `begin` answers where the window goes; when it fails, the window is closed and the failure thrown on. */
  const run = async <T extends { url: string }>(begin: () => Promise<T>): Promise<T> => {
    const popup = openPopup();
    try {
      const started = await begin();
      setBlockedUrl(popup.go(started.url) ? "" : started.url);
      return started;
    } catch (refused) {
      popup.close();
      throw refused;
    }
  };

  return { blockedUrl, run };
}
