// The settings sheet: when to answer, the theme, and what the server says of its index, its model and the keys.

import { make, part, parts } from "./dom.js";
import { gettext } from "./language.js";
import { onState, state } from "./server.js";

const CARE = "aliqa.care";
const THEME = "aliqa.theme";
const THEMES = {
  auto: gettext("Theme: as the system"),
  light: gettext("Theme: light"),
  dark: gettext("Theme: dark"),
};
const COOKIE = "aliqa_language";

/** How sure an answer must be: bold, normal or strict. */
export const care = () => localStorage.getItem(CARE) ?? "normal";

const theme = () => localStorage.getItem(THEME) ?? "auto";

const setTheme = (name) => {
  localStorage.setItem(THEME, name);
  document.documentElement.dataset.theme = name;
  part("#head .theme").setAttribute("aria-label", THEMES[name]);
};

const facts = ({ corpus, foot, index, key, manages, llm, threshold, trouble }) => {
  const plain = make("div", {});
  plain.innerHTML = foot || trouble; // the server's, which it escapes
  const may = manages ? gettext("Key “{name}”: may change articles", { name: key }) : gettext("Key “{name}”: may ask, not change articles", { name: key });
  const who = key ? may : gettext("No keys: whoever reaches this page may change articles");
  return [
    [gettext("Articles"), plain.textContent.trim()],
    [gettext("Index"), plain.firstChild?.title || index || gettext("none")],
    [gettext("Answers from"), corpus ? gettext("a confidence of {least} on (normal)", { least: threshold.toFixed(2) }) : ""],
    [gettext("Language model"), llm ? gettext("configured; it may rewrite quotes when you ask for it") : gettext("none; answers are quotes alone")],
    [gettext("Who may manage"), who],
  ].filter(([, value]) => value);
};

/** The language that was chosen here; empty for the browser's. */
const chosenLanguage = () => document.cookie.match(new RegExp(`(?:^|; )${COOKIE}=([\\w-]+)`))?.[1] ?? "";

/** Load the page in another language; what was asked stays. */
const setLanguage = (tag) => {
  const kept = tag ? 365 * 24 * 3600 : 0;
  const { pathname } = new URL(".", document.baseURI);
  document.cookie = `${COOKIE}=${tag}; path=${pathname}; max-age=${kept}; SameSite=Strict`;
  location.reload();
};

const show = () => {
  const dialog = part("#settings");
  for (const input of parts("[name=care]", dialog)) input.checked = input.value === care();
  for (const input of parts("[name=look]", dialog)) input.checked = input.value === theme();
  for (const input of parts("[name=language]", dialog)) input.checked = input.value === chosenLanguage();
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
    if (event.target.name === "language") setLanguage(event.target.value);
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // beside it
  onState(() => dialog.open && show());
};
