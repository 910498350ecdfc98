// A menu beside a button, and a question before something is deleted: one of each for the whole page.

import { button, make, part, parts } from "./dom.js";

let opener = null;

const close = () => {
  part("#menu").hidden = true;
  opener?.setAttribute("aria-expanded", "false");
  opener = null;
};

/** Show a menu beside a button; `choices` are pairs of words and what they do, or the address that they lead to. */
export const openMenu = (beside, choices) => {
  const menu = part("#menu");
  if (opener === beside) return close();
  close();
  opener = beside;
  const items = choices.map(([words, act, className = ""]) => {
    if (typeof act === "string") return make("a", { href: act, download: "", role: "menuitem" }, words);
    const item = button(className, words, { role: "menuitem" });
    item.addEventListener("click", act);
    return item;
  });
  menu.replaceChildren(...items);
  menu.hidden = false;
  beside.setAttribute("aria-expanded", "true");
  const box = beside.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(box.right - menu.offsetWidth, innerWidth - menu.offsetWidth - 8))}px`;
  const below = box.bottom + 4 + menu.offsetHeight < innerHeight;
  menu.style.top = `${below ? box.bottom + 4 : box.top - menu.offsetHeight - 4}px`;
  items[0].focus();
};

/** Ask before something is done; gives whether it is to be done. */
export const confirmed = ({ title, what, act }) => {
  const dialog = part("#confirm");
  part("h2", dialog).textContent = title;
  part(".what", dialog).replaceChildren(...what);
  part(".danger", dialog).textContent = act;
  dialog.returnValue = "keep";
  dialog.showModal();
  return new Promise((settle) => {
    dialog.addEventListener("close", () => settle(dialog.returnValue === "do"), { once: true });
  });
};

export const begin = () => {
  const menu = part("#menu");
  menu.addEventListener("click", close);
  menu.addEventListener("keydown", (event) => {
    const items = parts("[role=menuitem]", menu);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      opener?.focus();
      close();
    }
  });
  document.addEventListener("click", (event) => {
    if (opener && !menu.contains(event.target) && !opener.contains(event.target)) close();
  });
  addEventListener("scroll", close, { passive: true, capture: true });
};
