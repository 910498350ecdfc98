// Small helpers for the page's elements. Text becomes elements here and nowhere HTML, but for what the server escaped.

export const part = (selector, inside = document) => inside.querySelector(selector);
export const parts = (selector, inside = document) => [...inside.querySelectorAll(selector)];

export const make = (name, properties = {}, ...inside) => {
  const { dataset, ...others } = properties;
  const made = Object.assign(document.createElement(name), others);
  Object.assign(made.dataset, dataset);
  made.append(...inside);
  return made;
};

export const button = (className, words, properties = {}) =>
  make("button", { type: "button", className, ...properties }, words);

/** Put HTML of this server into the page; the server escapes whatever is not its own. */
export const fill = (element, html) => {
  element.innerHTML = html;
};

const calm = matchMedia("(prefers-reduced-motion: reduce)");
export const behavior = () => (calm.matches ? "auto" : "smooth");

/** Where sources stand beside the conversation; below, they are a sheet over it. */
export const wide = matchMedia("(min-width: 1080px)");

/** A function that is called once, some milliseconds after its last call. */
export const later = (milliseconds, act) => {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds, ...values);
  };
};
