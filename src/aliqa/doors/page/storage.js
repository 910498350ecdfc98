// The conversations, which are kept in this browser only: each under a key of its own, so that two windows that talk at
// the same time do not overwrite each other. What a window shows is its own affair.
//
// A talk: {id, changed, exchanges: [{question, searched, mode, since, until, sources, reply: {html, said, copies}}]}.
// `changed` is milliseconds since 1970; an exchange without a reply was never answered.

const PREFIX = "aliqa.talk.";
const MOST_TALKS = 60;

const storedTalks = () => {
  const talks = [];
  for (let at = 0; at < localStorage.length; at += 1) {
    const key = localStorage.key(at);
    if (!key.startsWith(PREFIX)) continue;
    try {
      const talk = JSON.parse(localStorage.getItem(key));
      if (Array.isArray(talk.exchanges) && talk.exchanges.length) talks.push(talk);
    } catch {
      localStorage.removeItem(key); // nobody else writes here: it was cut off
    }
  }
  return talks.sort((one, other) => other.changed - one.changed);
};

const forgetTalk = (id) => localStorage.removeItem(PREFIX + id);

const PASSING = ["pending", "draft", "stop"]; // of an exchange, while it is being answered
const kept = (key, value) => (PASSING.includes(key) ? undefined : value);

const storeTalk = (talk) => {
  talk.changed = Date.now();
  for (;;) {
    try {
      localStorage.setItem(PREFIX + talk.id, JSON.stringify(talk, kept));
      break;
    } catch {
      const oldest = storedTalks().filter((one) => one.id !== talk.id).pop();
      if (!oldest) return; // this one alone is more than the browser keeps
      forgetTalk(oldest.id);
    }
  }
  for (const talk of storedTalks().slice(MOST_TALKS)) forgetTalk(talk.id);
};

const newTalk = () => ({ id: crypto.getRandomValues(new Uint32Array(3)).join("-"), changed: 0, exchanges: [] });

const shownTalk = () => {
  const id = sessionStorage.getItem("aliqa.shown");
  return storedTalks().find((talk) => talk.id === id) ?? newTalk();
};

const showsTalk = (talk) => sessionStorage.setItem("aliqa.shown", talk.id);

// --- a conversation as a file: footnotes are renumbered, so that those of several answers do not mix ---

const plain = (text) => text.replace(/[\\`*_[\]<>|~$&#]/g, "\\$&").replace(/\s+/g, " ");
const markup = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const asMarkdown = (talk) => {
  const parts = talk.exchanges.filter((one) => one.reply?.copies?.markdown);
  const answers = parts.map((one, at) => {
    const said = one.reply.copies.markdown.replace(/(?<!\\)((?:\\\\)*)\[\^(\d+)\]/g, `$1[^${at + 1}-$2]`);
    return `## ${plain(one.question)}\n\n${said}`;
  });
  return `# ${plain(talk.exchanges[0].question)}\n\n${answers.join("\n")}`;
};

const asHtml = (talk) => {
  const title = markup(talk.exchanges[0].question);
  const parts = talk.exchanges.filter((one) => one.reply?.copies?.html);
  const answers = parts.map((one) => `<h2 dir="auto">${markup(one.question)}</h2>\n${one.reply.copies.html}`);
  return (
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${title}</title>\n` +
    "<style>body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:17px/1.6 system-ui,sans-serif}ol{font-size:.85em}</style>" +
    `</head><body>\n${answers.join("\n")}</body></html>\n`
  );
};
