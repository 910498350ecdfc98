// The library: its sections, and those of them that are asked of the server whole.

import { go, here } from "./addresses.js";
import { open as openArticles, begin as beginArticles } from "./articles.js";
import { address, ask } from "./conversation.js";
import { behavior, button, fill, make, part, parts } from "./dom.js";
import { articles as many, gettext, ngettext } from "./language.js";
import { json, onState, state } from "./server.js";

const SECTIONS = ["articles", "search", "timeline", "disagreements", "names"];
const area = (section) => part(`#library section[data-section=${section}]`);

const trouble = (place, error) => place.replaceChildren(make("div", { className: "box error" }, make("p", {}, error.message)));

const opening = (place, words) => place.replaceChildren(make("p", { className: "hint pending" }, words));

// --- the search ---

let sought = "";

const showHits = async (words) => {
  const place = part("#hits");
  part("input", area("search")).value = words;
  if (!words) return;
  opening(place, gettext("Searching…"));
  sought = words;
  try {
    const { html } = await json(`chat/search?q=${encodeURIComponent(words)}`);
    if (sought === words) fill(place, html);
  } catch (error) {
    if (sought === words) trouble(place, error);
  }
};

// --- the timeline ---

let told = "";

const dot = (item, first, span) => {
  const time = part("time", item);
  const link = make("a", { className: `dot ${item.dataset.basis}`, href: `#${item.id}`, title: `${time.textContent}: ${part(".snippet", item).textContent.slice(0, 160)}` });
  link.setAttribute("aria-label", link.title);
  link.style.left = `${span ? (100 * (Date.parse(time.dateTime) - first)) / span : 50}%`;
  return link;
};

const showDots = () => {
  const items = parts("#told .timeline > li");
  const times = items.map((item) => Date.parse(part("time", item).dateTime));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const place = part(".dots", area("timeline"));
  place.hidden = items.length < 2;
  const years = [new Date(first), new Date(last)].map((when) => make("span", {}, String(when.getUTCFullYear())));
  place.replaceChildren(make("div", { className: "axis" }, ...items.map((item) => dot(item, first, last - first))), make("p", {}, ...years));
};

const showTimeline = async (about) => {
  const place = part("#told");
  part("input", area("timeline")).value = about;
  if (!about) return;
  part(".dots", area("timeline")).hidden = true;
  opening(place, gettext("Reading the articles…"));
  told = about;
  try {
    const { html } = await json(`chat/timeline?about=${encodeURIComponent(about)}`);
    if (told !== about) return; // another one is asked for
    fill(place, html);
    showDots();
  } catch (error) {
    trouble(place, error);
  }
};

const showMore = async (more) => {
  more.disabled = true;
  const place = part("#told");
  const about = told;
  try {
    const { html } = await json(`chat/timeline?about=${encodeURIComponent(about)}&offset=${more.dataset.offset}`);
    if (told !== about) return;
    const next = make("div");
    fill(next, html);
    part(".timeline", place).append(...parts("li", next));
    more.replaceWith(...parts(".more", next));
    showDots();
  } catch (error) {
    more.replaceWith(make("p", { className: "note" }, error.message));
  }
};

const leadTo = (event) => {
  const link = event.target.closest("a.dot");
  const item = link && part(link.getAttribute("href"));
  if (!item) return;
  event.preventDefault();
  parts(".lit").forEach((other) => other.classList.remove("lit"));
  part(".source", item).classList.add("lit");
  item.scrollIntoView({ block: "center", behavior: behavior() });
  item.focus({ preventScroll: true });
};

// --- disagreements ---

const showPairs = async () => {
  const place = part("#pairs");
  if (!place.childElementCount) opening(place, gettext("Opening…"));
  try {
    fill(place, (await json("chat/disagreements")).html);
  } catch (error) {
    trouble(place, error);
  }
};

// --- names ---

let names = [];
let namesOf = ""; // the version of the index that they are of

const KINDS = {
  person: gettext("person"),
  organisation: gettext("organisation"),
  place: gettext("place"),
  product: gettext("product"),
};

const nameRow = ({ name, kind, articles, mentions, aliases = [] }) => {
  // a question as the rules for kinds of questions know it, which is in English
  const asked = `What do the articles say about ${name}?`;
  const facts = [KINDS[kind], many(articles), ngettext("{number} mention", "{number} mentions", mentions), ...aliases.map((one) => `= ${one}`)].filter(Boolean).join(" · ");
  return make(
    "li",
    {},
    make("a", { href: `#library/timeline?about=${encodeURIComponent(name)}` }, make("bdi", {}, name)),
    make("small", {}, facts),
    button("ask", gettext("Ask"), { ariaLabel: asked, dataset: { asked } }),
  );
};

const showNames = () => {
  const words = part(".find", area("names")).value.trim().toLowerCase();
  const found = names.filter(({ name, aliases = [] }) => [name, ...aliases].some((known) => known.toLowerCase().includes(words)));
  part(".tally", area("names")).textContent = names.length
    ? ngettext("{number} name in the articles", "{number} names in the articles", found.length)
    : gettext("No names were found in the articles.");
  part(".names", area("names")).replaceChildren(...found.slice(0, 500).map(nameRow));
};

const loadNames = async () => {
  const { index } = state();
  if (!index) part(".tally", area("names")).textContent = gettext("There is no article yet.");
  if (!index || index === namesOf) return;
  try {
    ({ names } = await json("names?limit=1000"));
    namesOf = index;
  } catch {
    names = [];
  }
  const most = names.slice(0, 200).map(({ name }) => make("option", { value: name }));
  part("#known-names").replaceChildren(...most);
  showNames();
};

// --- all of it ---

const OPEN = {
  articles: openArticles,
  search: ({ q = "" }) => {
    if (q !== sought) showHits(q);
  },
  timeline: ({ about = "" }) => {
    loadNames();
    if (about !== told) showTimeline(about);
  },
  disagreements: showPairs,
  names: loadNames,
};

/** Show a section with what the address says of it. */
export const open = (wanted, values) => {
  const section = SECTIONS.includes(wanted) ? wanted : "articles";
  for (const name of SECTIONS) area(name).hidden = name !== section;
  for (const link of parts("#library .sections a")) {
    if (link.dataset.section === section) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  OPEN[section](values);
};

export const begin = () => {
  beginArticles();
  part("form", area("search")).addEventListener("submit", (event) => {
    event.preventDefault();
    const q = part("input", event.target).value.trim();
    if (q === sought) showHits(q);
    else go("library/search", { q });
  });
  part("form", area("timeline")).addEventListener("submit", (event) => {
    event.preventDefault();
    const about = part("input", event.target).value.trim();
    if (about === told) showTimeline(about);
    else go("library/timeline", { about });
  });
  part(".dots", area("timeline")).addEventListener("click", leadTo);
  part("#told").addEventListener("click", ({ target }) => target.matches(".more") && showMore(target));
  part(".find", area("names")).addEventListener("input", showNames);
  area("names").addEventListener("click", (event) => {
    const { asked } = event.target.closest(".ask")?.dataset ?? {};
    if (!asked) return;
    go(address());
    ask(asked);
  });
  onState(() => {
    const { view, section } = here();
    if (view === "library" && section === "disagreements") showPairs();
    if (view === "library" && section !== "articles") loadNames();
  });
};
