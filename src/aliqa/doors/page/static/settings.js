// The settings sheet: when to answer, the theme, and what the server says of its index, its model and the keys.

import { make, part, parts } from "./dom.js";
import { onState, state } from "./server.js";

const CARE = "aliqa.care";
const THEME = "aliqa.theme";
const THEMES = { auto: "as the system", light: "light", dark: "dark" };

/** How sure an answer must be: bold, normal or strict. */
export const care = () => localStorage.getItem(CARE) ?? "normal";

const theme = () => localStorage.getItem(THEME) ?? "auto";

const setTheme = (name) => {
  localStorage.setItem(THEME, name);
  document.documentElement.dataset.theme = name;
  part("#head .theme").setAttribute("aria-label", `Theme: ${THEMES[name]}`);
};

const facts = ({ corpus, foot, index, key, manages, llm, threshold, trouble }) => {
  const plain = make("div", {});
  plain.innerHTML = foot || trouble; // the server's, which it escapes
  const who = key ? `Key “${key}”: ${manages ? "may change articles" : "may ask, not change articles"}` : "No keys: whoever reaches this page may change articles";
  return [
    ["Articles", plain.textContent.trim()],
    ["Index", plain.firstChild?.title || index || "none"],
    ["Answers from", corpus ? `a confidence of ${threshold.toFixed(2)} on (normal)` : ""],
    ["Language model", llm ? "configured; it may rewrite quotes when you ask for it" : "none; answers are quotes alone"],
    ["Who may manage", who],
  ].filter(([, value]) => value);
};

const show = () => {
  const dialog = part("#settings");
  for (const input of parts("[name=care]", dialog)) input.checked = input.value === care();
  for (const input of parts("[name=look]", dialog)) input.checked = input.value === theme();
  const rows = facts(state()).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, make("bdi", {}, value))]);
  part("dl", dialog).replaceChildren(...rows);
};

export const begin = () => {
  const dialog = part("#settings");
  setTheme(theme());
  part("#head .theme").addEventListener("click", () => {
    const names = Object.keys(THEMES);
    setTheme(names[(names.indexOf(theme()) + 1) % names.length]);
  });
  part("#head .settings").addEventListener("click", () => {
    show();
    dialog.showModal();
  });
  dialog.addEventListener("change", (event) => {
    if (event.target.name === "care") localStorage.setItem(CARE, event.target.value);
    if (event.target.name === "look") setTheme(event.target.value);
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // beside it
  onState(() => dialog.open && show());
};
