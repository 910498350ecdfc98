// The list of all articles: searched, sorted, filtered and chosen from. Only the rows that are seen are in the page, so
// that thousands are as smooth as ten.

import { note } from "./addresses.js";
import { confirmed, openMenu } from "./dialogs.js";
import { button, later, make, part, parts } from "./dom.js";
import { save } from "./exporting.js";
import { articles as many, count, day, gettext, ngettext } from "./language.js";
import { Problem, json, onState, send, state } from "./server.js";
import { openArticle } from "./sources.js";
import { followed, onChange, uploads } from "./uploading.js";

const AROUND = 8; // rows kept above and below those that are seen
const MOST_BARS = 30;

let all = [];
let listed = [];
let period = "";
const chosen = new Set();

const area = () => part("#library [data-section=articles]:not(a)");
const viewport = () => part(".rows", area());
const height = () => (matchMedia("(max-width: 720px)").matches ? 66 : 46); // of a row, as in library.css

// --- which articles, in which order ---

const months = (first, last) => {
  const found = [];
  for (let at = first; at <= last; at += 1) found.push(at);
  return found;
};

const monthOf = (iso) => 12 * Number(iso.slice(0, 4)) + Number(iso.slice(5, 7)) - 1;

const named = (month, length) => {
  const year = Math.floor(month / 12);
  if (length === 12) return String(year);
  if (length === 3) return `${year} Q${Math.floor((month % 12) / 3) + 1}`;
  return `${year}-${String((month % 12) + 1).padStart(2, "0")}`;
};

/** How many months a bar stands for: so many that there are not too many bars. */
const lengthOf = (dated) => {
  const span = dated.map(({ published }) => monthOf(published));
  const count = Math.max(...span) - Math.min(...span) + 1;
  return [1, 3, 12].find((length) => count / length <= MOST_BARS) ?? 12;
};

const dated = () => all.filter((article) => article.published);
const periodOf = ({ published }) => (published ? named(monthOf(published), lengthOf(dated())) : "");

const ORDERS = {
  newest: (article, other) => (other.published ?? "").localeCompare(article.published ?? ""),
  oldest: (article, other) => (article.published ?? "9999").localeCompare(other.published ?? "9999"),
  title: (article, other) => article.title.localeCompare(other.title),
  outlet: (article, other) => (article.source ?? "\uffff").localeCompare(other.source ?? "\uffff"),
};

const STATES = {
  indexed: (article) => article.state === "indexed",
  failed: (article) => article.state !== "indexed",
  copy: (article) => article.copy_of,
};

const value = (name) => part(name, area()).value;

const inTime = ({ published }) => {
  if (value(".since") && (published ?? "") < value(".since")) return false;
  return !value(".until") || (published ?? "9999") <= value(".until");
};

const wanted = () => {
  const words = value(".find").trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (article) => {
    if (value(".outlet") && article.source !== value(".outlet")) return false;
    if (value(".state") && !STATES[value(".state")](article)) return false;
    if (!inTime(article)) return false;
    if (period && periodOf(article) !== period) return false;
    return words.every((word) => article.searched.includes(word));
  };
  return all.filter(fits).toSorted(ORDERS[value(".order")]);
};

// --- what is shown ---

const facts = (article) =>
  article.state === "indexed" ? (article.copy_of ? gettext("copy of {file}", { file: article.copy_of }) : "") : article.reason;

const row = (article, at) => {
  const box = make("input", { type: "checkbox", checked: chosen.has(article.doc_id), ariaLabel: gettext("Choose {title}", { title: article.title }) });
  const title = button("title", "", { dir: "auto", title: article.title });
  title.append(make("bdi", {}, article.title));
  const more = button("more", "⋯", { ariaLabel: gettext("More for {title}", { title: article.title }), ariaExpanded: "false" });
  more.setAttribute("aria-haspopup", "menu");
  const cells = [
    make("span", { className: "pick", role: "cell" }, box),
    make("span", { className: "name", role: "cell" }, title, make("small", {}, make("bdi", {}, facts(article)))),
    make("span", { className: "outlet", role: "cell" }, make("bdi", {}, article.source ?? "")),
    make("span", { className: "date", role: "cell" }, day(article.published)),
    make("span", { className: "act", role: "cell" }, more),
  ];
  const made = make("div", { className: `row ${article.state}`, role: "row", dataset: { docId: article.doc_id } }, ...cells);
  made.setAttribute("aria-rowindex", at + 1);
  made.style.top = `${at * height()}px`;
  return made;
};

const showRows = () => {
  const space = part(".space", area());
  const first = Math.max(0, Math.floor(viewport().scrollTop / height()) - AROUND);
  const last = Math.min(listed.length, Math.ceil((viewport().scrollTop + viewport().clientHeight) / height()) + AROUND);
  space.style.height = `${listed.length * height()}px`;
  const there = new Map(parts(".row", space).map((old) => [old.dataset.docId, old]));
  const rows = listed.slice(first, last).map((article, at) => {
    const old = there.get(article.doc_id);
    const same = old && old.getAttribute("aria-rowindex") === String(first + at + 1) && old.article === article;
    return same ? old : Object.assign(row(article, first + at), { article });
  });
  const focused = space.contains(document.activeElement) && document.activeElement.closest(".row")?.dataset.docId;
  space.replaceChildren(...rows);
  if (focused) part(`.row[data-doc-id="${CSS.escape(focused)}"] .title`, space)?.focus({ preventScroll: true });
};

const tally = () => {
  if (!all.length) return gettext("There is no article yet.");
  const failed = all.filter(STATES.failed).length;
  const readable = many(all.length - failed);
  const shown = { shown: count(listed.length), articles: readable };
  const told = listed.length === all.length ? readable : gettext("{shown} shown of {articles}", shown);
  const bad = failed && ngettext("{number} could not be read", "{number} could not be read", failed);
  return [told, bad, state()?.skipped].filter(Boolean).join(" · ");
};

const showChosen = () => {
  const bar = part(".chosen", area());
  bar.hidden = !chosen.size;
  part("span", bar).textContent = ngettext("{number} article chosen", "{number} articles chosen", chosen.size);
};

const show = ({ top = true } = {}) => {
  listed = wanted();
  viewport().hidden = !all.length;
  viewport().setAttribute("aria-rowcount", listed.length);
  if (top) viewport().scrollTop = 0;
  part(".tally", area()).replaceChildren(tally(), ...(period ? [" · ", button("clear all", `${period} ×`, { ariaLabel: gettext("Not only {period}", { period }) })] : []));
  showRows();
  showChosen();
};

const bar = (month, length, counts, highest) => {
  const name = named(month, length);
  const number = counts.get(name) ?? 0;
  const words = `${name}: ${many(number)}`;
  const made = button("period", "", { title: words, ariaLabel: words, disabled: !number });
  made.setAttribute("aria-pressed", String(name === period));
  made.dataset.period = name;
  made.append(make("i", {}), make("small", {}, length === 12 ? name : name.slice(0, 4)));
  made.style.setProperty("--share", number / highest);
  return made;
};

const showBars = () => {
  const bars = part(".bars", area());
  const found = dated();
  bars.hidden = found.length < 2;
  if (bars.hidden) return;
  const length = lengthOf(found);
  const counts = new Map();
  for (const article of found) counts.set(periodOf(article), (counts.get(periodOf(article)) ?? 0) + 1);
  const span = found.map(({ published }) => Math.floor(monthOf(published) / length) * length);
  const starts = months(Math.min(...span) / length, Math.max(...span) / length).map((at) => at * length);
  bars.replaceChildren(...starts.map((month) => bar(month, length, counts, Math.max(...counts.values()))));
  const labels = parts("small", bars);
  const years = labels.map((label) => label.textContent);
  for (const [at, label] of labels.entries()) {
    const next = years.findIndex((year, place) => place > at && year !== years[at]);
    const crowded = length < 12 && next > 0 && next < at + 3; // the next year's name would lie on this one
    label.classList.toggle("unsaid", years[at] === years[at - 1] || crowded); // a year is named once
  }
};

const showOutlets = () => {
  const select = part("select.outlet", area());
  const before = select.value;
  const names = [...new Set(all.map(({ source }) => source).filter(Boolean))].toSorted((name, other) => name.localeCompare(other));
  select.replaceChildren(select.firstElementChild, ...names.map((name) => make("option", { value: name }, name)));
  select.value = names.includes(before) ? before : "";
};

const anew = async () => {
  try {
    all = await json("chat/articles");
    for (const article of all) article.searched = [article.title, article.source, article.author, article.doc_id].join("\n").toLowerCase();
    const known = new Set(all.map(({ doc_id }) => doc_id));
    for (const id of chosen) if (!known.has(id)) chosen.delete(id);
    showOutlets();
    showBars();
    show({ top: false });
  } catch (error) {
    part(".tally", area()).textContent = error.message;
    for (const empty of [viewport(), part(".bars", area())]) empty.hidden = !all.length;
  }
};

let loading;

/** Ask for the list anew, if it is looked at, and not already being asked for. */
const load = () => {
  if (area().hidden || document.body.dataset.view !== "library") return;
  loading ??= anew().finally(() => (loading = undefined));
  return loading;
};

// --- what changes them ---

const said = (words) => uploads().replaceChildren(make("p", { className: "words" }, words));

const remove = async (articles) => {
  const names = articles.slice(0, 5).map(({ title }) => make("bdi", {}, make("b", {}, title), make("br")));
  const rest = articles.length > 5 ? [gettext("and {number} more.", { number: articles.length - 5 }), " "] : [];
  const what = [...names, ...rest, gettext("The files are removed from the folder of articles. This cannot be undone.")];
  const title = ngettext("Delete this article?", "Delete {number} articles?", articles.length);
  if (!(await confirmed({ title, what, act: gettext("Delete") }))) return;
  try {
    said(gettext("Deleting…"));
    const { job, refused } = await (await send("chat/delete", { doc_ids: articles.map(({ doc_id }) => doc_id) })).json();
    if (job) await followed(job);
    const gone = articles.filter(({ doc_id }) => !refused.some((one) => one.doc_id === doc_id));
    gone.forEach(({ doc_id }) => chosen.delete(doc_id));
    const words = gone.length && ngettext("Deleted {title}.", "Deleted {number} articles.", gone.length, { title: gone[0].title });
    said([words, ...refused.map(({ reason }) => reason)].filter(Boolean).join(" "));
  } catch (error) {
    said(error.message);
  }
  await load();
};

const download = async () => {
  try {
    said(gettext("Packing the files…"));
    const response = await send("chat/originals", { doc_ids: [...chosen] });
    save("articles.zip", "application/zip", await response.blob());
    uploads().replaceChildren();
  } catch (error) {
    said(error.message);
  }
};

const check = async () => {
  try {
    said(gettext("Looking for changes…"));
    const { id } = await (await send("index", { retry_failed: true })).json();
    const { counts } = await followed(id);
    const did = [
      counts.added && ngettext("Added {number} article.", "Added {number} articles.", counts.added),
      counts.changed && ngettext("{number} article changed.", "{number} articles changed.", counts.changed),
      counts.removed && ngettext("Removed {number} article.", "Removed {number} articles.", counts.removed),
    ];
    said(did.filter(Boolean).join(" ") || gettext("Nothing has changed."));
  } catch (error) {
    said(error instanceof Problem ? error.message : gettext("The server does not answer."));
  }
  await load();
};

const menuOf = (article) => [
  [gettext("Open"), () => openArticle(article.doc_id)],
  [gettext("Download file"), `chat/original?doc_id=${encodeURIComponent(article.doc_id)}`],
  ...(state().manages ? [[gettext("Delete…"), () => remove([article]), "danger"]] : []),
];

/** Show only what is of a bar's time; all again if it was chosen, or where no bar is given. */
const choosePeriod = (chosenBar) => {
  const name = chosenBar?.dataset.period ?? "";
  period = name === period ? "" : name;
  showBars();
  show();
};

const chooseNone = () => {
  chosen.clear();
  show({ top: false });
  parts(".pick input", area()).forEach((box) => (box.checked = false));
};

const pressed = (event) => {
  const element = event.target;
  const article = listed.find(({ doc_id }) => doc_id === element.closest(".row")?.dataset.docId);
  const found = element.closest(".period");
  if (article && element.closest(".title")) openArticle(article.doc_id, 0, 0, element.closest(".title"));
  else if (article && element.closest(".more")) openMenu(element.closest(".more"), menuOf(article));
  else if (found || element.matches(".clear.all")) choosePeriod(found);
  else if (element.matches(".check")) check();
  else if (element.matches(".chosen .download")) download();
  else if (element.matches(".chosen .delete")) remove(all.filter(({ doc_id }) => chosen.has(doc_id)));
  else if (element.matches(".chosen .none")) chooseNone();
};

/** Show the section, found words in its search box. */
export const open = ({ find = "" }) => {
  const box = part(".find", area());
  if (find && box.value !== find) box.value = find;
  load();
};

export const begin = () => {
  area().addEventListener("click", pressed);
  area().addEventListener("change", (event) => {
    const id = event.target.closest(".pick") && event.target.closest(".row").dataset.docId;
    if (id) {
      if (event.target.checked) chosen.add(id);
      else chosen.delete(id);
      showChosen();
    } else if (event.target.matches("select, [type=date]")) show();
  });
  part(".find", area()).addEventListener(
    "input",
    later(80, () => {
      show();
      note("library/articles", { find: part(".find", area()).value.trim() });
    }),
  );
  let drawing;
  viewport().addEventListener("scroll", () => {
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(showRows);
  });
  addEventListener("resize", later(100, showRows));
  onChange(load);
  onState(({ manages, suffixes, most }) => {
    part(".formats", area()).textContent = gettext("{suffixes}, up to {size} MB each", { suffixes: suffixes.join(", "), size: Math.round(most / 1024 ** 2) });
    part("input[type=file]", area()).accept = suffixes.join(",");
    for (const element of [part(".drop", area()), part(".check", area())]) element.hidden = !manages;
    load();
  });
};
