// A register on a telephone whose connection comes and goes. Each tap is kept on the telephone and sent on. What was sent goes
// again under the same key until the answer comes: the server does under a key once what it is told. Only the codes of
// places and marks are kept, by the code of who is signed in, and no longer than until they have arrived.
const pause = 400; // milliseconds in which taps are gathered
const retry = 5000; // milliseconds until another try
const prefix = "register ";
const kept = "Kept on this phone. We send it as soon as there is a connection.";

export function register() {
  const form = document.querySelector("form[data-register]");
  if (form) keep(form);
  const over = document.querySelector("form[data-register-over]");
  if (over) ask(over);
  const fixed = document.querySelector("[data-register-fixed]");
  if (fixed) forget(fixed);
  const waiting = document.querySelector("[data-register-kept]");
  if (waiting) list(waiting);
}

function keep(form) {
  const line = form.querySelector("[data-register-says]");
  const name = nameOf(form);
  const { taps, sending } = { taps: {}, sending: null, ...load(name) };
  const state = { taps, sending, about: form.dataset.about };
  let timer, busy = false, stopped = false;

  const say = (text) => {
    if (line.textContent !== text) line.textContent = text;
  };
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  };
  const store = () => save(name, state.sending || Object.keys(state.taps).length ? state : null);
  const stop = (text) => {
    stopped = true;
    clearTimeout(timer);
    say(text);
  };

  async function send() {
    if (busy || stopped) return;
    if (!state.sending) {
      if (!Object.keys(state.taps).length) return;
      state.sending = { key: key(), marks: state.taps, was: {} };
      for (const code of Object.keys(state.taps)) {
        state.sending.was[code] = form.elements[`was-${code}`]?.value ?? ""; // of who cannot be marked here any more the server says why
      }
      state.taps = {};
      store();
    }
    busy = true;
    say("Saving…");
    try {
      took(await post(form.action, state.sending));
    } catch {
      say(kept);
      later(retry);
    } finally {
      busy = false;
    }
    if (!state.sending) send();
  }

  // took reads an answer. What the server is away for is thrown, so that it is tried again.
  function took({ status, told }) {
    if (status === 403 || status === 404) {
      return stop("You may have been signed out. What you tapped is kept on this phone. Sign in and open this register again: then we send it.");
    }
    if (told?.code === "register_over") {
      state.taps = { ...state.sending.marks, ...state.taps };
      state.sending = null;
      store();
      stop("This block is over.");
      return location.reload(); // where the marks are asked for
    }
    if (status >= 500 || !told) throw new Error(`answered ${status}`);
    const sent = state.sending;
    state.sending = null;
    store();
    if (status !== 200) {
      for (const code of Object.keys(sent.marks)) show(form, code, sent.was[code]);
      return stop(`We could not save this. ${told.detail ?? ""}`);
    }
    for (const code of Object.keys(sent.marks)) settle(code, told);
    const open = marked(form);
    say(`Saved at ${told.saved}. ${open.done} of ${open.all} are marked.`);
  }

  function settle(code, told) {
    const now = told.marks[code] ?? "";
    if (form.elements[`was-${code}`]) form.elements[`was-${code}`].value = now;
    if (!(code in state.taps)) show(form, code, now);
    complain(form, code, told.refused?.[code]);
  }

  function tap(code, mark) {
    state.taps[code] = mark;
    complain(form, code, "");
    store();
    later(pause);
  }

  form.addEventListener("change", (event) => {
    if (event.target.name.startsWith("mark-")) tap(event.target.name.slice(5), event.target.value);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.name === "everybody") {
      for (const code of codes(form).filter((code) => !form.elements[`mark-${code}`].value)) {
        show(form, code, "present");
        tap(code, "present");
      }
    }
    send();
  });
  addEventListener("online", () => later(0));
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // the marks on it are of before
  });
  form.querySelector("[data-register-save]").hidden = true; // every tap saves
  for (const marks of [state.sending?.marks, state.taps]) {
    for (const [code, mark] of Object.entries(marks ?? {})) show(form, code, mark);
  }
  send();
}

// ask takes up, once a block is over, what this telephone could not send before: it is chosen in the form, which asks for a change.
function ask(form) {
  const marks = keptFor(form);
  if (!Object.keys(marks).length) return;
  for (const [code, mark] of Object.entries(marks)) show(form, code, mark);
  tell("This phone kept marks that did not reach us before the block was over. They are chosen below. Say why you are late, and ask for them.");
  form.addEventListener("submit", () => save(nameOf(form), null));
}

// forget gives up what this telephone could not send before others had marked everybody.
function forget(list) {
  if (!Object.keys(keptFor(list)).length) return;
  tell("This phone kept marks that did not reach us in time. Somebody else has marked this register, and it stays as it is.");
  save(nameOf(list), null);
}

function nameOf(register) {
  return `${prefix}${register.dataset.keeper} ${location.pathname}`;
}

function keptFor(register) {
  const kept = load(nameOf(register));
  return { ...kept?.sending?.marks, ...kept?.taps };
}

function tell(text) {
  const line = document.querySelector("[data-register-says]");
  line.textContent = text;
  line.hidden = false;
}

function key() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// codes are those of the places that can be marked.
function codes(form) {
  return [...form.querySelectorAll("[data-register-one]")].map((one) => one.dataset.registerOne).filter((code) => form.elements[`mark-${code}`]);
}

function marked(form) {
  const all = [...form.querySelectorAll("[data-register-one]")];
  const open = codes(form).filter((code) => !form.elements[`mark-${code}`].value);
  return { all: all.length, done: all.length - open.length };
}

function show(form, code, mark) {
  for (const way of form.querySelectorAll(`[name="mark-${code}"]`)) way.checked = way.value === mark;
}

function complain(form, code, text) {
  const line = form.querySelector(`[data-register-one="${code}"] [data-register-error]`);
  if (!line) return;
  line.textContent = text ?? "";
  line.hidden = !text;
}

async function post(address, sending) {
  const body = new URLSearchParams({ key: sending.key });
  for (const [code, mark] of Object.entries(sending.marks)) {
    body.set(`mark-${code}`, mark);
    body.set(`was-${code}`, sending.was[code]);
  }
  const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
  return { status: answer.status, told: await answer.json().catch(() => null) };
}

// list shows which registers this telephone still keeps marks of.
function list(waiting) {
  const mine = `${prefix}${waiting.dataset.keeper} `;
  const items = waiting.querySelector("[data-register-list]");
  for (const name of names().filter((name) => name.startsWith(mine))) {
    const item = document.createElement("li"), link = document.createElement("a");
    link.className = "govuk-link";
    link.href = name.slice(mine.length);
    link.textContent = load(name)?.about ?? link.href;
    item.append(link);
    items.append(item);
    waiting.hidden = false;
  }
}

// A browser that keeps nothing leaves the marks on the page.
function names() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

function load(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function save(name, state) {
  try {
    if (state) localStorage.setItem(name, JSON.stringify(state));
    else localStorage.removeItem(name);
  } catch {
    // kept on the page
  }
}
