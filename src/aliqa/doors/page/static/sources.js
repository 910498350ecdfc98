// Beside the conversation: a card an article, which turns into the reader at its quote. A mark shows its quote and
// outlet where one points at it, and never scrolls the conversation away.

import { behavior, fill, later, make, part, parts, wide } from "./dom.js";
import { day, gettext } from "./language.js";
import { json } from "./server.js";

const AWAY = 30; // pixels

let marks = []; // of the exchange whose cards are shown
let shown = null;
let opener = null;
const peek = () => part("#peek");

const setSide = (what) => {
  document.body.dataset.side = what;
  part("#side .back").hidden = what !== "reader" || !marks.length;
  part("#side .cards").hidden = what === "reader";
  part("#side .reader").hidden = what !== "reader";
  part("#side h2").hidden = what === "reader" && marks.length > 0;
  if (what === "reader" && !marks.length) part("#side h2").textContent = gettext("Article");
};

const fillCards = ({ marks: found = [], cards }) => {
  marks = found;
  part("#side h2").textContent = cards && !marks.length ? gettext("Closest passages") : gettext("Sources");
  if (cards) fill(part("#side .cards"), cards);
  else part("#side .cards").replaceChildren(make("p", { className: "hint" }, gettext("The sources of an answer stand here.")));
};

/** Show the cards of an exchange, unless they are shown already or an article is being read. */
export const showCards = (exchange, { again = false } = {}) => {
  const settled = exchange === shown || document.body.dataset.side === "reader";
  if (settled && !again) return;
  shown = exchange;
  fillCards(exchange?.reply ?? { marks: [], cards: "" });
  setSide("cards");
};

export const openSheet = () => document.body.classList.add("sheet");

export const closeSheet = () => {
  document.body.classList.remove("sheet");
  if (document.body.dataset.side === "reader") setSide(document.body.dataset.view === "ask" ? "cards" : "");
  opener?.focus?.({ preventScroll: true });
  opener = null;
};

/** Another view is shown: the article that was read is left; `exchange` is whose cards stand there now, if any do. */
export const leave = (exchange) => {
  document.body.classList.remove("sheet");
  if (exchange) showCards(exchange, { again: true });
  else {
    marks = [];
    shown = null;
    setSide("");
  }
};

// --- marks ---

const light = (section, number) => {
  parts(".lit").forEach((other) => other.classList.remove("lit"));
  parts(`.mark[data-number="${number}"]`, section).forEach((mark) => mark.classList.add("lit"));
  const quote = part(`#side .quoted[data-number="${number}"]`);
  quote?.closest(".source").classList.add("lit");
  return quote;
};

/** Bring a card into view within its own pane. */
const reveal = (quote) => {
  const cards = quote?.closest(".cards");
  if (!cards || !wide.matches) return;
  const card = quote.closest(".source");
  const top = card.offsetTop - cards.offsetTop;
  if (top < cards.scrollTop || top + card.offsetHeight > cards.scrollTop + cards.clientHeight)
    cards.scrollTo({ top: top - 8, behavior: behavior() });
};

const hide = later(250, () => {
  if (!peek().matches(":hover, :focus-within")) peek().hidden = true;
});

let shownBeside = null;

/** A popover goes when what it stands beside has moved from under it. */
const scrolledAway = () => {
  if (peek().hidden || !shownBeside) return;
  if (Math.abs(shownBeside.element.getBoundingClientRect().top - shownBeside.top) > AWAY) peek().hidden = true;
};

const place = (beside) => {
  const box = beside.getBoundingClientRect();
  shownBeside = { element: beside, top: box.top };
  const width = Math.min(360, innerWidth - 24);
  peek().style.width = `${width}px`;
  peek().style.left = `${Math.max(12, Math.min(box.left - 20, innerWidth - width - 12))}px`;
  const below = box.bottom + peek().offsetHeight + 16 < innerHeight || box.top < peek().offsetHeight + 16;
  peek().style.top = `${below ? box.bottom + 8 : box.top - peek().offsetHeight - 8}px`;
};

const facts = (mark) => [mark.outlet || mark.title, mark.date, mark.page && gettext("page {page}", { page: mark.page })].filter(Boolean).join(" · ");

const showPeek = (beside, mark) => {
  const open = make("button", { type: "button", className: "open" }, gettext("Open article"));
  Object.assign(open.dataset, { docId: mark.doc_id, start: mark.start, end: mark.end, number: mark.number });
  peek().replaceChildren(
    make("p", { className: "about" }, make("b", {}, make("bdi", {}, facts(mark)))),
    make("blockquote", { dir: "auto" }, mark.quote),
    make("p", { className: "ways" }, make("bdi", { className: "title" }, mark.outlet ? mark.title : ""), open),
  );
  peek().hidden = false;
  place(beside);
};

const meant = (event, exchangeOf) => {
  const element = event.target.closest?.(".exchange .mark");
  if (!element) return;
  const section = element.closest(".exchange");
  const exchange = exchangeOf(section);
  const mark = exchange?.reply?.marks?.find(({ number }) => number === Number(element.dataset.number));
  return mark && { element, section, exchange, mark };
};

const pointed = (found) => {
  const reading = document.body.dataset.side === "reader";
  if (!reading) showCards(found.exchange);
  const quote = light(found.section, found.mark.number);
  showPeek(found.element, found.mark);
  return quote;
};

// --- a whole article ---

const FRONT = /^---\n[^]*?\n---\n/;
const WRAPPED = /(?<=[^\n]{60})\n(?=[^\n\s\-*#|>])/g; // a line break of a page, not of the text

/** Text and nothing else; lines that begin like Markdown's headings are set as such, without their signs. */
const set = (text) =>
  text
    .replace(WRAPPED, " ")
    .split(/^(#{1,6} .*)$/m)
    .map((piece, at) => (at % 2 ? make("b", {}, piece.replace(/^#+ /, "")) : piece));

const marked = (article, start, end) => {
  const letters = [...article.text]; // offsets count code points
  const cut = (from, to) => letters.slice(from, to).join("");
  const front = [...(article.text.match(FRONT)?.[0] ?? "")].length;
  const begin = start < front ? 0 : front;
  if (start === end) return set(cut(front));
  const quoted = marks.filter((mark) => mark.doc_id === article.doc_id).map((mark) => [mark.start, mark.end, false]);
  const spans = [[start, end, true], ...quoted].toSorted((one, other) => one[0] - other[0] || other[2] - one[2]);
  const nodes = [];
  let done = begin;
  for (const [from, to, current] of spans) {
    if (from < done) continue;
    nodes.push(...set(cut(done, from)), make("mark", { className: current ? "current" : "" }, cut(from, to)));
    done = to;
  }
  return [...nodes, ...set(cut(done))];
};

const waysOf = (article) => {
  const ways = [make("a", { href: `chat/original?doc_id=${encodeURIComponent(article.doc_id)}`, download: "" }, gettext("Download file"))];
  if (/^https?:\/\//i.test(article.url ?? ""))
    ways.unshift(make("a", { href: article.url, target: "_blank", rel: "noopener noreferrer" }, gettext("On the web")));
  return ways;
};

const pathOf = (docId) => docId.split("/").map(encodeURIComponent).join("/");

/** Show a whole article beside what is read, at the code points from `start` to `end`. */
export const openArticle = async (docId, start = 0, end = 0, from = document.activeElement) => {
  opener = from;
  peek().hidden = true;
  const [title, about, ways, text] = ["h3", ".about", ".ways", ".text"].map((name) => part(`#side .reader ${name}`));
  title.textContent = "";
  about.textContent = gettext("Opening…");
  ways.replaceChildren();
  text.replaceChildren();
  setSide("reader");
  openSheet();
  try {
    const article = await json(`articles/${pathOf(docId)}`);
    title.textContent = article.title;
    about.textContent = [article.source, article.author, day(article.published)].filter(Boolean).join(" · ");
    ways.replaceChildren(...waysOf(article));
    text.replaceChildren(...marked(article, start, end));
    const current = part("mark.current", text);
    text.scrollTop = current ? current.offsetTop - text.offsetTop - text.clientHeight / 3 : 0;
    if (!wide.matches) text.focus({ preventScroll: true });
  } catch (error) {
    about.textContent = gettext("This article could not be opened. {reason}", { reason: error.message });
  }
};

/** Wire the pane; `exchangeOf` gives the exchange that a section of the page shows. */
export const begin = (exchangeOf) => {
  document.addEventListener("mouseover", (event) => {
    const found = meant(event, exchangeOf);
    if (found) pointed(found);
    else if (!peek().hidden && !event.target.closest?.("#peek")) hide();
    const quote = event.target.closest?.("#side .quoted[data-number]");
    if (quote) parts(".exchange").filter((section) => exchangeOf(section) === shown).forEach((section) => light(section, quote.dataset.number));
  });
  document.addEventListener("focusin", (event) => {
    const found = meant(event, exchangeOf);
    if (found && event.target.matches(":focus-visible")) reveal(pointed(found));
    else if (!event.target.closest("#peek, .mark")) peek().hidden = true;
  });
  document.addEventListener("click", (event) => {
    const found = meant(event, exchangeOf);
    if (found) {
      if (document.body.dataset.side === "reader") setSide("cards");
      showCards(found.exchange);
      reveal(pointed(found));
      return;
    }
    const open = event.target.closest("button.open");
    if (open) {
      const { docId, start, end } = open.dataset;
      openArticle(docId, Number(start), Number(end), open);
    } else if (!event.target.closest("#peek")) peek().hidden = true;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (!peek().hidden) peek().hidden = true;
    else if (document.body.dataset.side === "reader" || document.body.classList.contains("sheet")) closeSheet();
  });
  document.addEventListener("scroll", scrolledAway, { passive: true, capture: true });
  part("#side .back").addEventListener("click", () => setSide("cards"));
  part("#side .close").addEventListener("click", closeSheet);
};
