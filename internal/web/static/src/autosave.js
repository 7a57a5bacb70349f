// Saves a page of the application while it is being filled in: a little after typing stops, on leaving a field and
// on leaving the page. The same handler answers that answers the button, so that nothing is saved in two ways. It
// never moves the focus, and stops calmly where a person has to decide.
const pause = 3000; // milliseconds of no typing
const retry = 20000; // milliseconds until another try when the network or the server was away

export function autosave() {
  const form = document.querySelector("form[data-autosave]");
  if (form) keep(form, form.querySelector("[data-autosave-says]"));
}

function keep(form, line) {
  let timer, running, dirty = false, stopped = false;

  const say = (text) => {
    if (line.textContent !== text) line.textContent = text;
  };
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };
  const stop = (text) => {
    stopped = true;
    clearTimeout(timer);
    say(text);
  };

  async function save(leaving = false) {
    clearTimeout(timer);
    if (stopped || !dirty) return;
    if (running) return later(pause);
    dirty = false;
    running = send(form, leaving).then(took);
    try {
      await running;
    } catch {
      dirty = true;
      say("We could not save just now. Your words are still on this page. We will try again.");
      later(retry);
    } finally {
      running = undefined;
    }
  }

  async function took(answer) {
    const told = await read(answer);
    for (const [key, mark] of Object.entries(told.marks ?? {})) form.elements[`seen-${key}`].value = mark;
    if (answer.ok) return say(`Saved at ${told.saved}`);
    if (told.code === "clash") {
      stop("You also changed this answer in another place. We kept both. ");
      const link = document.createElement("a");
      link.href = told.at;
      link.className = "govuk-link";
      link.textContent = "Choose what to keep";
      line.append(link);
    } else if (told.code === "round_closed") {
      stop("This round has closed, so we cannot save here any more. Copy your words if you want to keep them, and please call us.");
    } else if (answer.status === 403 || answer.status === 404) {
      stop(`You have been signed out. Your words are still on this page. Press “${form.dataset.autosave || "Save and continue"}”: we keep them for you while you sign in.`);
    } else if (answer.status === 409) {
      stop(`${told.detail} Your words are still on this page.`);
    } else {
      throw new Error(`answered ${answer.status}`);
    }
  }

  form.addEventListener("input", () => {
    dirty = true;
    later(pause);
  });
  form.addEventListener("focusout", () => save());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(true);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted && !dirty) location.reload(); // the marks on it are of before
  });
  // A save that is under way changes the marks: the form waits for them, or it would seem to come from elsewhere.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    dirty = false;
    if (!running) {
      stopped = true;
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    await running.catch(() => {});
    stopped = true;
    form.requestSubmit(button);
  });
}

function send(form, leaving) {
  return fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { Accept: "application/json" },
    keepalive: leaving,
    redirect: "error",
  });
}

async function read(answer) {
  try {
    return await answer.json();
  } catch {
    return {};
  }
}
