// Conversations as a file. Footnotes are renumbered, so that those of several answers do not mix.

import { make } from "./dom.js";
import { LANGUAGE, gettext } from "./language.js";
import { titleOf } from "./talks.js";

const plain = (text) => text.replace(/[\\`*_[\]<>|~$&#]/g, "\\$&").replace(/\s+/g, " ");
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const LOOK = "body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:17px/1.6 system-ui,sans-serif}ol,small{font-size:.85em}";

const answered = (talk) => talk.exchanges.filter((exchange) => exchange.reply?.copies);

export const asMarkdown = (talks) => {
  let number = 0;
  const answer = ({ question, reply }) => {
    number += 1;
    const said = reply.copies.markdown.replace(/(?<!\\)((?:\\\\)*)\[\^(\d+)\]/g, `$1[^${number}-$2]`);
    return `## ${plain(question)}\n\n${said}`;
  };
  return talks.map((talk) => `# ${plain(titleOf(talk))}\n\n${answered(talk).map(answer).join("\n")}`).join("\n");
};

export const asHtml = (talks) => {
  const answer = ({ question, reply }) => `<h2 dir="auto">${escaped(question)}</h2>\n${reply.copies.html}`;
  const heading = (talk) => (talks.length > 1 ? `<h1 dir="auto">${escaped(titleOf(talk))}</h1>\n` : "");
  const title = talks.length > 1 ? escaped(gettext("Conversations")) : escaped(titleOf(talks[0]));
  return (
    `<!doctype html>\n<html lang="${LANGUAGE}"><head><meta charset="utf-8"><title>${title}</title>\n` +
    `<style>${LOOK}</style></head><body>\n${talks.map((talk) => heading(talk) + answered(talk).map(answer).join("\n")).join("\n")}</body></html>\n`
  );
};

const COLUMNS = ["question", "quote", "title", "outlet", "published", "article", "start", "end", "page", "index"];

/** A cell of a table; what a spreadsheet would take for a formula is marked as text. */
const cell = (value) => `"${String(value ?? "").replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;

/** Every quote with where it stands, a line each, for a spreadsheet. */
export const asTable = (talks) => {
  const rows = talks.flatMap(answered).flatMap(({ question, reply }) =>
    reply.marks.map((mark) => [question, mark.quote, mark.title, mark.outlet, mark.published, mark.doc_id, mark.start, mark.end, mark.page, reply.version]),
  );
  return [COLUMNS, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
};

/** What a menu offers to save of these conversations. */
export const exports = (talks, name) => [
  [gettext("Export as Markdown"), () => save(`${name}.md`, "text/markdown", asMarkdown(talks))],
  [gettext("Export as HTML"), () => save(`${name}.html`, "text/html", asHtml(talks))],
  [gettext("Export the quotes as CSV"), () => save(`${name}.csv`, "text/csv", `\ufeff${asTable(talks)}`)],
];

export const save = (name, type, text) => {
  const link = make("a", { download: name, href: URL.createObjectURL(new Blob([text], { type })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

/** Put texts, by their types, on the clipboard. */
export const copy = async (types) => {
  if (navigator.clipboard && window.ClipboardItem) {
    const blobs = Object.entries(types).map(([type, words]) => [type, new Blob([words], { type })]);
    return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
  }
  // browsers offer the clipboard above only to pages of this machine or over HTTPS
  const written = (event) => {
    event.preventDefault();
    for (const [type, words] of Object.entries(types)) event.clipboardData.setData(type, words);
  };
  document.addEventListener("copy", written, { once: true });
  if (!document.execCommand("copy")) throw new Error("refused");
};
