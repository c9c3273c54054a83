import { useState } from "react";
import { focusFirstError } from "../../../../ui/focus";
import { openPopup } from "../../../../ui/popup";
import type { useDraftActions } from "../../draftQueries";
import type { SamlForm } from "./useSamlForm";

/** Runs the test of a draft: saves what is typed, begins the round trip and sends a window of its own through it. */
export function useTestRun(form: SamlForm, { change, test }: Pick<ReturnType<typeof useDraftActions>, "change" | "test">) {
  const [open, setOpen] = useState(false);
  const [finishing, setFinishing] = useState(false);
  const [testId, setTestId] = useState("");
  const [blockedUrl, setBlockedUrl] = useState("");

  const run = async (toFinish: boolean) => {
    const popup = openPopup();
    form.fail(null);
    setFinishing(toFinish);
    try {
      await change.mutateAsync({ ...form.values, forTest: true });
      form.forget(); // the server has it
      const started = await test.mutateAsync();
      setBlockedUrl(popup.go(started.url) ? "" : started.url);
      setTestId(started.testId);
      setOpen(true);
    } catch (refused) {
      popup.close();
      form.fail(refused);
      setOpen(false);
      focusFirstError();
    }
  };

  return {
    run: (toFinish: boolean) => void run(toFinish),
    open,
    /** The test was begun with "Test and Finish". */
    finishing,
    testId,
    close: () => setOpen(false),
    blockedUrl,
    busy: change.isPending || test.isPending,
  };
}
