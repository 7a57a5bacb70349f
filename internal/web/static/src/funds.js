// On the form of a fund: the rules in plain words follow what is typed. The server says them, as its button does
// without this file.
const settle = 700; // milliseconds of no typing

export function funds() {
  for (const form of document.querySelectorAll("form[data-fund-rules]")) follow(form);
}

function follow(form) {
  let timer;
  let asked; // the latest question; answers to earlier ones are dropped
  const say = async () => {
    const typed = new URLSearchParams(new FormData(form));
    typed.set("do", "words");
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(form.action, { method: "POST", body: typed, signal: asked.signal });
      const there = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-fund-said]");
      if (there) form.querySelector("[data-fund-said]").replaceChildren(...there.childNodes);
    } catch {
      // The button still asks.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(say, settle);
  });
}
