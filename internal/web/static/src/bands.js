// Where the office puts applications in bands: an application can be dragged by its code into another column, which
// chooses that band in its form. Without this file, and without a mouse, the form alone does the same.
export function bands() {
  for (const form of document.querySelectorAll("form[data-bands]")) {
    for (const card of form.querySelectorAll("[data-card]")) handle(card);
    for (const column of form.querySelectorAll("[data-band]")) receive(column, form);
    for (const hint of form.parentElement.querySelectorAll("[data-drag-hint]")) hint.hidden = false;
  }
}

// handle makes a card movable by its code only, so that its text and its fields can still be selected.
function handle(card) {
  const grip = card.querySelector("[data-handle]");
  grip.draggable = true;
  grip.addEventListener("dragstart", (event) => {
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", grip.textContent);
    event.dataTransfer.setDragImage(card, 10, 10);
    card.dataset.dragged = "";
  });
  grip.addEventListener("dragend", () => delete card.dataset.dragged);
}

function receive(column, form) {
  column.addEventListener("dragover", (event) => {
    if (!form.querySelector("[data-dragged]")) return;
    event.preventDefault();
    column.dataset.over = "";
  });
  column.addEventListener("dragleave", (event) => {
    if (!column.contains(event.relatedTarget)) delete column.dataset.over;
  });
  column.addEventListener("drop", (event) => {
    const card = form.querySelector("[data-dragged]");
    delete column.dataset.over;
    if (!card) return;
    event.preventDefault();
    put(card, column);
    for (const each of form.querySelectorAll("[data-band]")) {
      each.querySelector("[data-count-cards]").textContent = each.querySelectorAll("[data-card]").length;
    }
  });
}

// put moves a card among the others by its mean, and chooses the band. Who takes it out of a band is asked why.
function put(card, column) {
  const list = column.querySelector("ol");
  const lower = [...list.children].find((other) => other !== card && Number(other.dataset.mean) < Number(card.dataset.mean));
  list.insertBefore(card, lower ?? null);
  card.querySelector("select").value = column.dataset.band;
  if (card.dataset.was !== "" && card.dataset.was !== column.dataset.band) card.querySelector("details").open = true;
}
