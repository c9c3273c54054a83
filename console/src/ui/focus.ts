/** Moves to the first input that the server refused, once its error is on the page. */
export function focusFirstError(): void {
  requestAnimationFrame(() => {
    const first = document.querySelector<HTMLElement>("[aria-invalid='true']");
    first?.focus();
    first?.scrollIntoView?.({ block: "center" }); // absent in environments without layout
  });
}
