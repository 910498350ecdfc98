// Waits for the parts of the page that Gradio makes, takes over from the frame that came first, and shows where one is.

import { VIEWS, asked, go, here, note, onMove, tellAll } from "./addresses.js";
import * as conversation from "./conversation.js";
import * as dialogs from "./dialogs.js";
import { make, part, parts } from "./dom.js";
import * as filters from "./filters.js";
import { LANGUAGE, gettext } from "./language.js";
import * as rail from "./rail.js";
import * as server from "./server.js";
import * as settings from "./settings.js";
import * as sources from "./sources.js";
import * as start from "./start.js";
import { newTalk } from "./talks.js";
import * as uploading from "./uploading.js";

/** Put the markup that came with the frame into the places that Gradio makes; tells whether all are there. */
const placed = () => {
  for (const piece of parts("template[data-place]")) {
    const place = part(`#${piece.dataset.place}`);
    if (!place) continue;
    place.append(make("div", {}, piece.content));
    piece.remove();
  }
  return !part("template[data-place]") && part("#question textarea") && part("#question .submit-button");
};

const PLACES = { ask: "#room", library: "#library", watchlist: "#watchlist" };
const scrolled = {}; // how far each view was read

/** A module that is loaded, and begun, when its view is first opened. */
const onDemand = (load) => {
  let begun;
  return async (...where) => {
    begun ??= load().then((module) => {
      module.begin();
      return module;
    });
    (await begun).open(...where);
  };
};

const OPEN = {
  ask: (section) => {
    conversation.openTalk(section);
    if (!section) note(conversation.address());
  },
  library: onDemand(() => import("./library.js")),
  watchlist: onDemand(() => import("./watching.js")),
};

const turnTo = (view) => {
  document.body.dataset.view = view;
  for (const name of VIEWS) part(PLACES[name]).hidden = name !== view;
  for (const link of parts("#head nav a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
};

const show = ({ view, section, values }) => {
  const before = document.body.dataset.view;
  if (before !== view) {
    scrolled[before] = scrollY;
    turnTo(view);
    sources.leave(view === "ask" ? conversation.current().exchanges.at(-1) : undefined);
  }
  OPEN[view](section, values);
  if (before !== view) scrollTo(0, scrolled[view] ?? (view === "ask" ? document.body.scrollHeight : 0));
};

const keys = (event) => {
  const writes = event.target.closest("input, textarea, select, [contenteditable]") || part("dialog[open]");
  if (event.key !== "/" || writes || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  if (document.body.dataset.view !== "ask") go(conversation.address());
  part("#question textarea").focus();
};

/** What was typed while Gradio was on its way is not lost. */
const takeOver = () => {
  const box = part("#question textarea");
  const early = part("#shell textarea");
  const sent = document.documentElement.classList.contains("sent");
  const words = early.value;
  if (words && !sent) {
    box.value = words;
    box.dispatchEvent(new Event("input"));
  }
  if (document.activeElement === early || here().view === "ask") box.focus({ preventScroll: true });
  part("#shell").remove();
  document.documentElement.classList.add("ready");
  if (words && sent) conversation.ask(words);
};

const begin = async () => {
  if (!placed()) return setTimeout(begin, 20); // Gradio makes its parts one after another
  document.documentElement.lang = LANGUAGE; // Gradio has put the browser's there
  part("#question .submit-button").setAttribute("aria-label", gettext("Send"));
  part("#question textarea").placeholder = gettext("Ask the articles");
  part("#question textarea").setAttribute("aria-label", gettext("Question"));
  for (const module of [dialogs, settings, filters, start, rail, uploading, conversation]) module.begin();
  sources.begin(conversation.exchangeOf);
  conversation.onTalk(rail.showTalks);
  onMove(show);
  document.addEventListener("keydown", keys);
  window.aliqa = { ask: (words) => conversation.ask(words) };
  const linked = asked();
  conversation.showTalk(linked ? newTalk() : conversation.current());
  tellAll();
  takeOver();
  await server.begin();
  if (linked) conversation.ask(linked.question, { ...linked, index: undefined, linked: linked.index });
};
begin();
