// On pages that ask: counts the words of a long answer, and shows a question that hangs on another one only while
// it is asked. Without this file the count is that of the last save, and such a question says whom it is for.
const settle = 800; // milliseconds of no typing, so that a screen reader is not told of every word

export function ask() {
  for (const line of document.querySelectorAll("[data-count]")) count(line);
  for (const block of document.querySelectorAll("[data-when]")) reveal(block);
}

function count(line) {
  const text = document.getElementById(line.dataset.count);
  const said = line.querySelector("[data-count-words]");
  let timer;
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => (said.textContent = `So far: ${words(text.value)}.`), settle);
  });
}

// words counts what stands between spaces and has a letter or a digit in it, as the server does.
function words(text) {
  return text.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

function reveal(block) {
  const form = block.closest("form");
  const values = block.dataset.whenValues.split("|");
  const look = () => {
    block.hidden = !new FormData(form).getAll(block.dataset.when).some((value) => values.includes(value));
  };
  form.addEventListener("change", look);
  look();
}
