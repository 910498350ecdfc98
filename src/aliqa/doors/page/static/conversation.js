// The conversation that is open: its questions, its replies, and what can be done with a reply.

import { ask as request, onProgress, refusal, stop } from "./asking.js";
import { linkOf, note } from "./addresses.js";
import { behavior, button, fill, make, part } from "./dom.js";
import { copy } from "./exporting.js";
import { chosen, scopeWords } from "./filters.js";
import { gettext } from "./language.js";
import { send, tell } from "./server.js";
import { showCards } from "./sources.js";
import { newTalk, onOtherWindow, showsTalk, shownTalk, storeTalk, storedTalk } from "./talks.js";

let talk = newTalk();
let changed = () => {};
const list = () => part("#talk .talk");

export const current = () => talk;

/** Call `act` when a conversation has begun, grown or been replaced. */
export const onTalk = (act) => {
  changed = act;
};

export const exchangeOf = (section) => talk.exchanges[[...list().children].indexOf(section)];
const sectionOf = (exchange) => list().children[talk.exchanges.indexOf(exchange)];

// --- what is shown ---

const pendingHtml = (exchange) => {
  const words = exchange.draft
    ? make("p", { className: "text", dir: "auto" }, exchange.draft)
    : make("p", { className: "pending" }, gettext("Reading the articles…"));
  return make("div", { className: "said", role: "status" }, words, button("stop", gettext("Stop")));
};

const troubleHtml = (exchange) => {
  const box = make("div", { className: "box" }, make("p", {}, exchange.trouble ?? gettext("This question was not answered.")));
  return make("div", { className: "said" }, box, make("div", { className: "acts" }, button("again", gettext("Retry"))));
};

const chips = (reply) => {
  if (!reply.suggestions?.length) return [];
  const items = reply.suggestions.map((words) => button("chip", words, { dir: "auto" }));
  return [make("div", { className: "chips", role: "group", ariaLabel: gettext("Ask next") }, ...items)];
};

const sourcesButton = ({ marks = [], cards }) => {
  if (!cards) return [];
  const articles = new Set(marks.map((mark) => mark.doc_id)).size;
  return [button("sheet", articles ? gettext("Sources · {number}", { number: articles }) : gettext("Closest passages"))];
};

const replyHtml = (exchange) => {
  const { reply } = exchange;
  const said = make("div", { className: "said" });
  if (exchange.linked && reply.version && exchange.linked !== reply.version)
    said.append(make("p", { className: "note" }, gettext("This link was made when the articles were others: the answer may differ.")));
  const answer = make("div", {});
  fill(answer, reply.html);
  said.append(...answer.childNodes);
  part(".acts", said)?.prepend(...sourcesButton(reply));
  said.append(...chips(reply));
  return said;
};

const showReply = (exchange) => {
  const section = sectionOf(exchange);
  if (!section) return; // another conversation is open
  part(".said", section)?.remove();
  if (exchange.reply) section.append(replyHtml(exchange));
  else section.append(exchange.pending ? pendingHtml(exchange) : troubleHtml(exchange));
  showVerdict(exchange);
  if (exchange.reply && exchange === talk.exchanges.at(-1)) showCards(exchange, { again: !exchange.pending });
};

const showQuestion = (exchange) => {
  const section = make("section", { className: "exchange" }, make("h2", { dir: "auto" }, exchange.question));
  const scope = scopeWords(exchange);
  if (scope) section.append(make("p", { className: "only", dir: "auto" }, gettext("Searching: {scope}", { scope })));
  list().append(section);
  showReply(exchange);
};

export const showTalk = (shown = talk) => {
  talk = shown;
  list().replaceChildren();
  talk.exchanges.forEach(showQuestion);
  document.body.classList.toggle("begun", talk.exchanges.length > 0);
  showCards(talk.exchanges.at(-1), { again: true });
  showsTalk(talk);
  changed();
};

/** The address of the conversation that is open. */
export const address = () => (talk.exchanges.length ? `talk/${talk.id}` : "ask");

/** Open a conversation by its id, or the one that this window showed last. */
export const openTalk = (id) => {
  const found = id ? storedTalk(id) : undefined;
  if (id && !found) note(address());
  if (found && found.id !== talk.id) showTalk(found);
};

export const begin = () => {
  onProgress((asked, exchange) => {
    if (asked === talk) showReply(exchange);
    if (!exchange.pending) changed();
  });
  onOtherWindow((other) => {
    if (other?.id === talk.id && !talk.exchanges.some((exchange) => exchange.pending)) showTalk(other);
    else changed();
  });
  document.addEventListener("click", pressed);
  addEventListener("scroll", followScroll, { passive: true });
  talk = shownTalk();
};

/** The sources beside the conversation are those of the answer that one reads. */
const followScroll = () => {
  if (document.body.dataset.view !== "ask") return;
  const read = [...list().children].findLast((section) => section.getBoundingClientRect().top < innerHeight * 0.4);
  const exchange = read && exchangeOf(read);
  if (exchange?.reply?.cards) showCards(exchange);
};

// --- asking ---

/** Ask a question in the conversation that is open; what comes back stays in the question box. */
export const ask = (question, more = {}) => {
  const words = question.trim();
  if (!words) return "";
  const refused = refusal(words);
  if (refused) {
    tell(refused, { passes: true });
    return question;
  }
  const exchange = { question: words, searched: "", ...chosen(), ...more };
  talk.exchanges.push(exchange);
  document.body.classList.add("begun");
  showQuestion(exchange);
  showsTalk(talk);
  request(talk, exchange);
  note(address());
  if (talk.exchanges.length > 1) sectionOf(exchange).scrollIntoView({ block: "start", behavior: behavior() });
  changed();
  return "";
};

// What was searched for becomes a field; what is written there is searched for instead.
const edit = (exchange, before) => {
  const field = make("input", { value: part(".words", before).textContent, ariaLabel: gettext("What to search for") });
  const form = make("form", { className: "note searching" }, field, make("button", {}, gettext("Search")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    exchange.searched = field.value.trim();
    request(talk, exchange);
  });
  form.addEventListener("keydown", (event) => event.key === "Escape" && form.replaceWith(before));
  before.replaceWith(form);
  field.focus();
};

// --- what can be done with a reply ---

const done = (pressed, words) => {
  part(".done", pressed.closest(".acts")).textContent = words;
};

const copied = async (pressed, types, words) => {
  done(pressed, "");
  try {
    await copy(types);
    done(pressed, words);
  } catch {
    done(pressed, gettext("The browser did not allow copying"));
  }
};

const copyAnswer = (exchange, pressed) => {
  const kind = pressed.dataset.format;
  const text = exchange.reply.copies[kind];
  const types = kind === "html" ? { "text/html": text, "text/plain": text } : { "text/plain": text };
  return copied(pressed, types, gettext("Copied as {format}", { format: pressed.textContent }));
};

const watch = async (exchange, pressed) => {
  try {
    await send("chat/watchlist", { question: exchange.searched || exchange.reply.judged.standalone_question || exchange.question });
    done(pressed, gettext("Watched"));
  } catch (error) {
    done(pressed, error.message);
  }
};

// A verdict is sent at once, a note behind it when there is one.
const showVerdict = (exchange, told = "") => {
  const group = part(".judge", sectionOf(exchange));
  if (!group) return;
  for (const choice of group.querySelectorAll("[data-verdict]"))
    choice.setAttribute("aria-pressed", String(choice.dataset.verdict === exchange.verdict));
  part(".kept", group).textContent = told;
  if (group.nextElementSibling.matches(".remark")) group.nextElementSibling.remove();
  if (!exchange.verdict) return;
  const words = exchange.verdict === "up" ? gettext("A note, if you like") : gettext("What is wrong with it?");
  const field = make("input", { value: exchange.note ?? "", maxLength: 2000, placeholder: words, ariaLabel: words });
  const form = make("form", { className: "remark" }, field, make("button", {}, gettext("Add note")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    judge(exchange, exchange.verdict, field.value.trim());
  });
  group.after(form);
};

const judge = async (exchange, verdict, remark) => {
  Object.assign(exchange, { verdict, note: remark });
  storeTalk(talk);
  try {
    await send("chat/feedback", { verdict, note: remark ?? "", answer: exchange.reply.judged });
    showVerdict(exchange, gettext("Saved"));
  } catch (error) {
    showVerdict(exchange, gettext("Not saved. {reason}", { reason: error.message }));
  }
};

const pressed = (event) => {
  const element = event.target.closest?.(".exchange button");
  const exchange = element && exchangeOf(element.closest(".exchange"));
  if (!exchange) return;
  if (element.matches(".stop")) stop(talk, exchange);
  else if (element.matches(".again")) request(talk, exchange);
  else if (element.matches(".edit")) edit(exchange, element.closest(".note"));
  else if (element.matches(".chip")) ask(element.textContent);
  else if (element.matches(".watch")) watch(exchange, element);
  else if (element.matches(".link")) copied(element, { "text/plain": linkOf(exchange) }, gettext("Link copied"));
  else if (element.matches("[data-format]")) copyAnswer(exchange, element);
  else if (element.matches("[data-verdict]")) judge(exchange, element.dataset.verdict, exchange.note);
};
