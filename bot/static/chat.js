// Keeps the conversation on the screen. Without this the page works the same, one answer at a time.
"use strict";
const $ = (query, where = document) => where.querySelector(query);
const form = $("form"), thread = $("main"), note = $("#note");
const EVERY = 10000, LONGEST = 47 * 3600 * 1000;
let busy = false, escapes = 0, looking = 0;

const leave = (event) => {
  event?.preventDefault();
  const away = $(".leave").href;
  document.body.replaceChildren();
  document.title = "";
  location.replace(away);
};

const show = (page, quietly = false) => {
  const next = new DOMParser().parseFromString(page, "text/html");
  if (next.body.hasAttribute("data-clear")) thread.replaceChildren();
  thread.append(...$("main", next).children);
  for (const id of ["choices", "state"]) $("#" + id).replaceWith($("#" + id, next));
  for (const name of ["lang", "dir"]) document.documentElement[name] = next.documentElement[name];
  const answer = thread.lastElementChild;
  if (quietly) note.textContent = form.dataset.news;
  else {
    answer.previousElementSibling?.scrollIntoView();
    answer.focus({ preventScroll: true });
  }
  if ($("[value='person:look']") && !looking) look(Date.now());
};

// A question to a person is open: its answer appears by itself.
const look = (since) => {
  clearInterval(looking);
  looking = setInterval(async () => {
    if (Date.now() - since > LONGEST) return clearInterval(looking);
    if (busy) return;
    try {
      const news = await fetch("/", { method: "POST", body: new URLSearchParams({ news: 1, state: $("#state").value }) });
      if (news.status === 200 && !busy) show(await news.text(), true);
    } catch { /* no network: the next time */ }
  }, EVERY);
};

form.addEventListener("submit", async (event) => {
  if (event.submitter?.name === "download") return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  const said = new URLSearchParams(new FormData(form, event.submitter));
  form.ariaBusy = "true";
  note.textContent = form.dataset.wait;
  try {
    const answer = await fetch("/", { method: "POST", body: said, signal: AbortSignal.timeout(15000) });
    if (said.get("choice")) {
      const tapped = Object.assign(document.createElement("p"), { className: "me", textContent: event.submitter.textContent });
      thread.append(tapped);
    }
    show(await answer.text());
    note.textContent = "";
    if (said.get("text")) form.reset();
  } catch {
    note.textContent = form.dataset.offline;
  }
  form.ariaBusy = "false";
  busy = false;
});

$(".leave").addEventListener("click", leave);
addEventListener("keydown", (event) => {
  escapes = event.key === "Escape" ? escapes + 1 : 0;
  if (escapes === 3) leave();
});
