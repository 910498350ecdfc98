// A conversation as a file. Footnotes are renumbered, so that those of several answers do not mix.

import { make } from "./dom.js";
import { titleOf } from "./talks.js";

const plain = (text) => text.replace(/[\\`*_[\]<>|~$&#]/g, "\\$&").replace(/\s+/g, " ");
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const LOOK = "body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:17px/1.6 system-ui,sans-serif}ol,small{font-size:.85em}";

export const asMarkdown = (talk) => {
  const answered = talk.exchanges.filter((exchange) => exchange.reply?.copies?.markdown);
  const answers = answered.map((exchange, at) => {
    const said = exchange.reply.copies.markdown.replace(/(?<!\\)((?:\\\\)*)\[\^(\d+)\]/g, `$1[^${at + 1}-$2]`);
    return `## ${plain(exchange.question)}\n\n${said}`;
  });
  return `# ${plain(titleOf(talk))}\n\n${answers.join("\n")}`;
};

export const asHtml = (talk) => {
  const answered = talk.exchanges.filter((exchange) => exchange.reply?.copies?.html);
  const answers = answered.map(
    (exchange) => `<h2 dir="auto">${escaped(exchange.question)}</h2>\n${exchange.reply.copies.html}`,
  );
  return (
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(titleOf(talk))}</title>\n` +
    `<style>${LOOK}</style></head><body>\n${answers.join("\n")}</body></html>\n`
  );
};

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
