// Which articles are searched, how sure an answer must be, and whether a language model rewrites it.

import { make, part, parts } from "./dom.js";
import { day, gettext } from "./language.js";
import { care } from "./settings.js";
import { onState } from "./server.js";

const box = () => part("#filters");

export const scopeWords = ({ since, until, sources, collections, tags }) =>
  [since && gettext("from {day}", { day: day(since) }), until && gettext("to {day}", { day: day(until) }), ...[sources, collections, tags].map((list) => list?.length && list.join(", "))]
    .filter(Boolean)
    .join(" · ");

const ticked = (kind) => parts(`fieldset.${kind} input:checked`, box()).map((input) => input.value);

/** What a question is asked with. */
export const chosen = () => {
  const [since, until] = ["since", "until"].map((name) => part(`[name=${name}]`, box()).value || null);
  const [sources, collections, tags] = ["outlets", "collections", "tags"].map(ticked);
  const rewrites = part("#rewrite input").checked && !part("#rewrite").hidden;
  return { since, until, sources, collections, tags, care: care(), mode: rewrites ? "synthesis" : "extractive" };
};

const show = () => {
  const words = scopeWords(chosen());
  part("summary", box()).textContent = words ? gettext("Searching: {scope}", { scope: words }) : gettext("Searching: all articles");
  box().classList.toggle("set", Boolean(words));
};

const clear = () => {
  for (const input of parts("input", box())) {
    if (input.type === "checkbox") input.checked = false;
    else input.value = "";
  }
  show();
};

const offer = (kind, values) => {
  const fieldset = part(`fieldset.${kind}`, box());
  const before = new Set(ticked(kind));
  const boxes = values
    .toSorted((value, other) => value.localeCompare(other))
    .map((value) => make("label", {}, make("input", { type: "checkbox", value, checked: before.has(value) }), make("bdi", {}, value)));
  fieldset.replaceChildren(fieldset.firstChild, ...boxes);
  fieldset.hidden = !boxes.length;
};

const showChoices = ({ corpus, llm, tags }) => {
  part("#rewrite").hidden = !llm;
  offer("outlets", (corpus?.outlets ?? []).map(([value]) => value));
  offer("collections", corpus?.collections ?? []);
  offer("tags", tags ?? []);
};

export const begin = () => {
  onState(showChoices);
  document.addEventListener("change", (event) => event.target.closest("#filters") && show());
  document.addEventListener("click", (event) => {
    if (event.target.closest("#filters .clear")) clear();
    if (!event.target.closest("#filters")) box().removeAttribute("open");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box().open) return;
    box().removeAttribute("open");
    part("summary", box()).focus();
  });
};
