// Runs once in Gradio's HTML component that shows the conversation, behind storage.js; `element` is that component.
// It sends questions one after another, shows and keeps what comes back, and lists the conversations beside it.
// The server's HTML is put into the page as it is, for the server escapes whatever is not its own; all else is text.

const part = (name) => document.querySelector(name);
const list = element.querySelector(".talk");
const examples = element.querySelector("#examples");

let talk = shownTalk();
let queue = Promise.resolve();

const make = (name, properties = {}, ...inside) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
};
const button = (className, words) => make("button", { type: "button", className }, words);

// --- what is shown ---

const only = ({ since, until, sources }) =>
  [since && `from ${since}`, until && `to ${until}`, sources?.length && sources.join(", ")].filter(Boolean).join(" · ");

const sectionOf = (one) => list.children[talk.exchanges.indexOf(one)];

const showReply = (one) => {
  const section = sectionOf(one);
  if (!section) return; // another conversation is open
  section.querySelectorAll(":scope > :not(h2, .only)").forEach((old) => old.remove());
  if (one.reply) {
    section.insertAdjacentHTML("beforeend", one.reply.html);
    showVerdict(one);
  }
  else if (one.pending) {
    const words = one.draft
      ? make("p", { className: "answer", dir: "auto" }, one.draft)
      : make("p", { className: "pending" }, "Reading the articles…");
    section.append(make("div", { className: "said", role: "status" }, words, button("stop", "Stop")));
  } else {
    const acts = make("div", { className: "acts" }, button("again", "Ask again"));
    const box = make("div", { className: "box" }, make("p", {}, one.trouble ?? "This question was not answered."));
    section.append(make("div", { className: "said" }, box, acts));
  }
};

const showQuestion = (one) => {
  const section = make("section", { className: "exchange" }, make("h2", { dir: "auto" }, one.question));
  if (only(one)) section.append(make("p", { className: "only", dir: "auto" }, `Only articles ${only(one)}`));
  list.append(section);
  showReply(one);
};

const showTalk = () => {
  list.replaceChildren();
  talk.exchanges.forEach(showQuestion);
  element.classList.toggle("begun", talk.exchanges.length > 0);
  showsTalk(talk);
  showTalks();
};

const showTalks = () => {
  const rows = storedTalks().map((one) => {
    const open = button("talk-title", one.exchanges[0].question);
    open.dir = "auto";
    if (one.id === talk.id) open.setAttribute("aria-current", "true");
    const remove = button("forget", "×");
    remove.setAttribute("aria-label", `Delete the conversation “${one.exchanges[0].question}”`);
    const row = make("li", {}, open, remove);
    row.dataset.id = one.id;
    if (one.id === talk.id && one.exchanges.some((any) => any.reply?.copies?.markdown)) {
      const save = make("div", { className: "export" }, "Export ", button("as-markdown", "Markdown"), " ", button("as-html", "HTML"));
      row.append(save);
    }
    return row;
  });
  part("#talks ul")?.replaceChildren(...rows);
};

// --- asking ---

const lines = async function* (response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const found = (rest + value).split("\n");
    rest = found.pop();
    for (const line of found) yield JSON.parse(line);
  }
};

const answer = async (mine, one) => {
  const before = mine.exchanges.slice(0, mine.exchanges.indexOf(one)).filter((any) => any.reply?.said != null);
  const history = before.flatMap((any) => [
    { role: "user", content: any.question },
    { role: "assistant", content: any.reply.said },
  ]);
  const { question, searched, mode, since, until, sources } = one;
  const body = { question, searched, mode, since, until, sources, history: history.slice(-known.turns) };
  const leaving = new AbortController();
  one.stop = () => leaving.abort();
  try {
    const response = await fetch("chat/ask", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...body, number: mine.exchanges.indexOf(one) + 1 }),
      signal: leaving.signal,
    });
    if (!response.ok) throw new Error((await response.json()).detail);
    for await (const line of lines(response)) {
      if (line.html) one.reply = line;
      else one.draft = line.draft;
      if (talk === mine) showReply(one);
    }
    if (!one.reply) throw new TypeError("cut off");
  } catch (error) {
    if (error.name === "AbortError") one.trouble = "You stopped this question.";
    else if (error instanceof TypeError) one.trouble = "The server does not answer. Ask again when it is back.";
    else one.trouble = `This could not be answered. ${error.message}`;
    refresh();
  }
};

const send = (one) => {
  const mine = talk;
  for (const key of ["reply", "draft", "trouble", "verdict", "note"]) delete one[key];
  one.pending = true;
  storeTalk(mine);
  showReply(one);
  showTalks();
  queue = queue.then(async () => {
    if (one.pending) await answer(mine, one); // else it was stopped before its turn
    one.pending = false;
    delete one.stop;
    storeTalk(mine);
    if (talk === mine) showReply(one);
    showTalks();
  });
};

const ask = (question) => {
  if (!question.trim()) return question;
  const one = { question: question.trim(), searched: "", ...chosen() };
  talk.exchanges.push(one);
  element.classList.add("begun");
  showQuestion(one);
  showsTalk(talk);
  send(one);
  if (talk.exchanges.length > 1) sectionOf(one).scrollIntoView({ block: "start" });
  return "";
};

window.aliqa = { ask };

const stop = (one) => {
  one.trouble = "You stopped this question.";
  one.pending = false;
  one.stop?.();
  showReply(one);
};

// What was searched for becomes a field; what is written there is searched for instead.
const edit = (one, note) => {
  const field = make("input", { value: note.querySelector(".words").textContent, ariaLabel: "What to search for" });
  const form = make("form", { className: "note searching" }, field, button("", "Search"));
  form.lastChild.type = "submit";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    one.searched = field.value.trim();
    send(one);
  });
  form.addEventListener("keydown", (event) => event.key === "Escape" && form.replaceWith(note));
  note.replaceWith(form);
  field.focus();
};

const copy = async (kind, text) => {
  const types = kind === "html" ? { "text/html": text, "text/plain": text } : { "text/plain": text };
  if (navigator.clipboard && window.ClipboardItem) {
    const blobs = Object.entries(types).map(([type, words]) => [type, new Blob([words], { type })]);
    return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
  }
  // browsers offer the clipboard above only to pages of this machine or over HTTPS
  const fill = (event) => {
    event.preventDefault();
    for (const [type, words] of Object.entries(types)) event.clipboardData.setData(type, words);
  };
  document.addEventListener("copy", fill, { once: true });
  if (!document.execCommand("copy")) throw new Error("refused");
};

const copied = async (one, pressed) => {
  const told = pressed.parentElement.querySelector(".copied");
  told.textContent = "";
  try {
    await copy(pressed.dataset.format, one.reply.copies[pressed.dataset.format]);
    told.textContent = `Copied as ${pressed.textContent}`;
  } catch {
    told.textContent = "The browser did not allow copying";
  }
};

// A verdict is sent at once, a note behind it when there is one.
const showVerdict = (one, told = "") => {
  const group = sectionOf(one)?.querySelector(".judge");
  if (!group) return;
  for (const choice of group.querySelectorAll("[data-verdict]"))
    choice.setAttribute("aria-pressed", String(choice.dataset.verdict === one.verdict));
  group.querySelector(".kept").textContent = told;
  group.nextElementSibling.matches(".remark") && group.nextElementSibling.remove();
  if (!one.verdict) return;
  const words = one.verdict === "up" ? "A note, if you like" : "What is wrong with it?";
  const field = make("input", { value: one.note ?? "", maxLength: 2000, placeholder: words, ariaLabel: words });
  const form = make("form", { className: "remark" }, field, make("button", {}, "Keep the note"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    judge(one, one.verdict, field.value.trim());
  });
  group.after(form);
};

const judge = async (one, verdict, note) => {
  Object.assign(one, { verdict, note });
  storeTalk(talk);
  try {
    const response = await fetch("chat/feedback", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ verdict, note: note ?? "", answer: one.reply.judged }),
    });
    showVerdict(one, response.ok ? "Kept on the server" : "This could not be kept");
  } catch {
    showVerdict(one, "This could not be kept: the server does not answer");
  }
};

list.addEventListener("click", (event) => {
  const pressed = event.target.closest("button");
  const one = pressed && talk.exchanges[[...list.children].indexOf(pressed.closest(".exchange"))];
  if (!one) return;
  if (pressed.matches(".stop")) stop(one);
  else if (pressed.matches(".again")) send(one);
  else if (pressed.matches(".edit")) edit(one, pressed.closest(".note"));
  else if (pressed.matches("[data-format]")) copied(one, pressed);
  else if (pressed.matches("[data-verdict]")) judge(one, pressed.dataset.verdict, one.note);
});

// --- the conversations beside it, and their files ---

const save = (name, type, text) => {
  const link = make("a", { download: name, href: URL.createObjectURL(new Blob([text], { type })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

const begin = (shown) => {
  talk = shown;
  showTalk();
  scrollTo(0, 0);
  part("#rail").classList.remove("open");
  part("#rail .shut").setAttribute("aria-expanded", "false");
};

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("#rail button");
  if (!pressed) return;
  const id = pressed.closest("li")?.dataset.id;
  if (pressed.matches(".shut")) {
    pressed.setAttribute("aria-expanded", String(part("#rail").classList.toggle("open")));
  } else if (pressed.matches(".new")) {
    begin(newTalk());
    part("#question textarea").focus();
  } else if (pressed.matches(".talk-title")) begin(storedTalks().find((one) => one.id === id) ?? newTalk());
  else if (pressed.matches(".as-markdown")) save("conversation.md", "text/markdown", asMarkdown(talk));
  else if (pressed.matches(".as-html")) save("conversation.html", "text/html", asHtml(talk));
  else if (pressed.matches(".forget:not(.sure)")) {
    pressed.classList.add("sure"); // what is gone is gone: the second press deletes
    pressed.textContent = "Delete";
  } else if (pressed.matches(".forget")) {
    forgetTalk(id);
    if (id === talk.id) begin(newTalk());
    else showTalks();
  }
});

// Another window has changed a conversation: if it is this one, it is shown as it is now.
addEventListener("storage", (event) => {
  if (!event.key?.startsWith(PREFIX)) return;
  const changed = event.key === PREFIX + talk.id && event.newValue && JSON.parse(event.newValue);
  if (changed && !talk.exchanges.some((one) => one.pending)) {
    talk = changed;
    showTalk();
  } else showTalks();
});

// --- keys ---

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && part("#filters[open]")) {
    part("#filters").removeAttribute("open");
    part("#filters summary").focus();
  }
  const writes = event.target.closest("input, textarea, select, [contenteditable]") || part("dialog[open]");
  if (event.key !== "/" || writes || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  part("#tabs [role=tab]").click();
  part("#question textarea").focus();
});

// --- which articles are searched ---

const chosen = () => {
  const filters = part("#filters");
  const [since, until] = ["since", "until"].map((name) => filters.querySelector(`[name=${name}]`).value || null);
  const sources = [...filters.querySelectorAll("fieldset input:checked")].map((input) => input.value);
  const rewrite = part("#rewrite input");
  return { since, until, sources, mode: rewrite.checked && !part("#rewrite").hidden ? "synthesis" : "extractive" };
};

const told = () => {
  const words = only(chosen());
  part("#filters summary").textContent = words ? `Only articles ${words}` : "All articles";
  part("#filters").classList.toggle("set", Boolean(words));
};

document.addEventListener("change", (event) => event.target.closest("#filters") && told());
document.addEventListener("click", (event) => {
  if (event.target.closest("#filters .clear")) {
    for (const input of part("#filters").querySelectorAll("input")) {
      if (input.type === "checkbox") input.checked = false;
      else input.value = "";
    }
    told();
  }
  if (!event.target.closest("#filters")) part("#filters")?.removeAttribute("open");
});

// --- what the server says of itself ---

const LOOK = 15_000; // how often it is asked, in milliseconds
const LOOK_AGAIN = 1_000; // while it is away
let known = {};
let looking = null;

const tell = (words, passes) => {
  const banner = part("#banner");
  banner.textContent = words;
  clearTimeout(tell.timer);
  if (passes) tell.timer = setTimeout(() => (banner.textContent = ""), 8_000);
};

const showState = (state) => {
  part("#foot").innerHTML = state.trouble || state.foot;
  part("#rewrite").hidden = !state.llm;
  const fieldset = part("#filters fieldset");
  const ticked = new Set(chosen().sources);
  const boxes = state.sources.map((value) =>
    make("label", {}, make("input", { type: "checkbox", value, checked: ticked.has(value) }), make("bdi", {}, value)),
  );
  fieldset.replaceChildren(fieldset.firstChild, ...boxes);
  fieldset.hidden = !boxes.length;
};

const showExamples = async () => {
  const { questions, found } = await (await fetch("chat/examples")).json();
  if (!found) setTimeout(() => showExamples().catch(() => {}), 700);
  examples.querySelector("ul").replaceChildren(...questions.map((words) => make("li", {}, button("example", words))));
  examples.hidden = !questions.length;
};

const refresh = async () => {
  clearTimeout(looking);
  try {
    const response = await fetch("chat/state");
    if (response.status === 401) return location.reload(); // the session is over: the server shows where to log in
    const state = await response.json();
    if (known.away) tell("The server is back. Your conversations are as they were.", true);
    else if (known.server && known.server !== state.server) tell("The server was restarted. Nothing of yours is lost.", true);
    const newer = state.index !== known.index || state.trouble !== known.trouble || known.away;
    known = state;
    if (newer) {
      showState(state);
      if (state.index) showExamples().catch(() => {});
    }
  } catch {
    known.away = true;
    tell("The server does not answer. What you asked is kept; aliqa tries to reach it again.");
  }
  clearTimeout(looking);
  looking = setTimeout(refresh, known.away ? LOOK_AGAIN : LOOK);
};

examples.addEventListener("click", (event) => {
  const example = event.target.closest(".example");
  if (example) ask(example.textContent);
});
document.addEventListener("visibilitychange", () => document.hidden || refresh());
document.addEventListener("click", (event) => event.target.closest("[role=tab]") && refresh());

// Gradio makes the parts of the page one after another: wait for those that are needed.
const ready = () => {
  if (!["#foot", "#talks ul", "#banner", "#question .submit-button"].every(part)) return setTimeout(ready, 20);
  part("#question .submit-button").setAttribute("aria-label", "Send");
  showTalk();
  refresh();
};
ready();
