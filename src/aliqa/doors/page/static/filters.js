// Which articles are searched, how sure an answer must be, and whether a language model rewrites it.

import { day, make, part, parts } from "./dom.js";
import { care } from "./settings.js";
import { onState } from "./server.js";

const box = () => part("#filters");

export const scopeWords = ({ since, until, sources }) =>
  [since && `from ${day(since)}`, until && `to ${day(until)}`, sources?.length && sources.join(", ")].filter(Boolean).join(" · ");

/** What a question is asked with. */
export const chosen = () => {
  const [since, until] = ["since", "until"].map((name) => part(`[name=${name}]`, box()).value || null);
  const sources = parts("fieldset input:checked", box()).map((input) => input.value);
  const rewrites = part("#rewrite input").checked && !part("#rewrite").hidden;
  return { since, until, sources, care: care(), mode: rewrites ? "synthesis" : "extractive" };
};

const show = () => {
  const words = scopeWords(chosen());
  part("summary", box()).textContent = `Searching: ${words || "all articles"}`;
  box().classList.toggle("set", Boolean(words));
};

const clear = () => {
  for (const input of parts("input", box())) {
    if (input.type === "checkbox") input.checked = false;
    else input.value = "";
  }
  show();
};

const showOutlets = ({ corpus, llm }) => {
  part("#rewrite").hidden = !llm;
  const fieldset = part("fieldset", box());
  const ticked = new Set(chosen().sources);
  const boxes = (corpus?.outlets ?? [])
    .map(([value]) => value)
    .toSorted((outlet, other) => outlet.localeCompare(other))
    .map((value) => make("label", {}, make("input", { type: "checkbox", value, checked: ticked.has(value) }), make("bdi", {}, value)));
  fieldset.replaceChildren(fieldset.firstChild, ...boxes);
  fieldset.hidden = !boxes.length;
};

export const begin = () => {
  onState(showOutlets);
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
