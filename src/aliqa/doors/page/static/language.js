// The words of the page in the language of the reader. English stands in the modules and is the key of what the
// catalogue has for it; the server writes catalogue.js out of its messages.

import { LANGUAGE, MESSAGES, formOf } from "./catalogue.js";

export { LANGUAGE };

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);

/** A text with the values in the places that it names: gettext("{number} more", { number: 3 }). */
export const gettext = (text, values = {}) => filled(MESSAGES[text]?.[0] ?? text, values);

/** A number as it is written. */
export const count = (number) => number.toLocaleString(LANGUAGE);

/** A text in the form that a number takes; {number} is the number as it is written. */
export const ngettext = (one, others, number, values = {}) => {
  const form = MESSAGES[one]?.[formOf(number)] ?? (number === 1 ? one : others);
  return filled(form, { number: count(number), ...values });
};

/** "2025-10-21" as one writes it. */
export const day = (iso) => {
  if (!iso) return gettext("undated");
  const [year, , number] = iso.split("-").map(Number);
  const month = new Intl.DateTimeFormat(LANGUAGE, { month: "short", timeZone: "UTC" }).format(new Date(iso));
  return gettext("{day} {month} {year}", { day: number, month, year });
};

/** So many articles. */
export const articles = (number) => ngettext("{number} article", "{number} articles", number);
