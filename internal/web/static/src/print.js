// Shows the "print this page" buttons, which are hidden where they could do nothing.
export function print() {
  for (const button of document.querySelectorAll("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
