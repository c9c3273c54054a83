import { useState } from "react";
import { focusFirstError } from "../../../../ui/focus";
import { useRoundTrip } from "../../../../ui/useRoundTrip";
import type { useDraftActions } from "../../draftQueries";
import type { SamlForm } from "./useSamlForm";

/** Runs the test of a draft: saves what is typed, begins the round trip and sends a window of its own through it. */
export function useTestRun(form: SamlForm, { change, test }: Pick<ReturnType<typeof useDraftActions>, "change" | "test">) {
  const [open, setOpen] = useState(false);
  const [finishing, setFinishing] = useState(false);
  const [testId, setTestId] = useState("");
  const { blockedUrl, run } = useRoundTrip();

  const begin = async (toFinish: boolean) => {
    form.fail(null);
    setFinishing(toFinish);
    try {
      const { testId: begun } = await run(async () => {
        await change.mutateAsync({ ...form.values, forTest: true });
        form.forget(); // the server has it
        return test.mutateAsync();
      });
      setTestId(begun);
      setOpen(true);
    } catch (refused) {
      form.fail(refused);
      setOpen(false);
      focusFirstError();
    }
  };

  return {
    run: (toFinish: boolean) => void begin(toFinish),
    open,
    /** The test was begun with "Test and Finish". */
    finishing,
    testId,
    close: () => setOpen(false),
    blockedUrl,
    busy: change.isPending || test.isPending,
  };
}
