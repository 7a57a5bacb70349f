// A code copied from a mail often brings spaces or a full stop along, and a six-character box would cut it
// short. In inputs marked data-digits a paste keeps the digits only.
export function paste() {
  for (const input of document.querySelectorAll("input[data-digits]")) {
    input.addEventListener("paste", (event) => {
      const digits = event.clipboardData.getData("text").replace(/\D/g, "");
      if (digits === "") return;
      event.preventDefault();
      input.value = digits;
    });
  }
}
