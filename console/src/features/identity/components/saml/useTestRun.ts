import { useState } from "react";
import { focusFirstError } from "../../../../ui/focus";
import type { useDraftActions } from "../../draftQueries";
import type { SamlForm } from "./useSamlForm";

const windowName = "causeway-connection-test";
const windowShape = "popup,width=560,height=760";

/**
 * Runs the test of a draft: saves what is typed, begins the round trip and sends a window of its own through it. The window is
 * opened before anything is asked of the server, because browsers allow that only in the click itself.
 */
export function useTestRun(form: SamlForm, { change, test }: Pick<ReturnType<typeof useDraftActions>, "change" | "test">) {
  const [open, setOpen] = useState(false);
  const [blockedUrl, setBlockedUrl] = useState("");

  const run = async () => {
    const target = window.open("", windowName, windowShape);
    form.fail(null);
    try {
      await change.mutateAsync(form.values);
      const { url } = await test.mutateAsync();
      setBlockedUrl(target === null ? url : "");
      if (target !== null) target.location.href = url;
      setOpen(true);
    } catch (refused) {
      target?.close();
      form.fail(refused);
      setOpen(false);
      focusFirstError();
    }
  };

  return { run: () => void run(), open, close: () => setOpen(false), blockedUrl, busy: change.isPending || test.isPending };
}
