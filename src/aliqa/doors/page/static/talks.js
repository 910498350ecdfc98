// The conversations, which are kept in this browser only: each under a key of its own, so that two windows that talk at
// the same time do not overwrite each other. What a window shows is its own affair.
//
// A talk: {id, name, changed, exchanges: [{question, searched, mode, care, since, until, sources, collections, tags, reply}]}.
// `changed` is milliseconds since 1970, `name` what the reader called it; `reply` is that of the server. An exchange
// without a reply was never answered.

const PREFIX = "aliqa.talk.";
const SHOWN = "aliqa.shown";
const MOST_TALKS = 60;

const whole = (talk) => Array.isArray(talk?.exchanges) && talk.exchanges.length > 0;

const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    localStorage.removeItem(key); // nobody else writes here: it was cut off
  }
};

export const storedTalks = () =>
  Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map(read)
    .filter(whole)
    .toSorted((talk, other) => other.changed - talk.changed);

export const storedTalk = (id) => {
  const talk = read(PREFIX + id);
  return whole(talk) ? talk : undefined;
};

export const forgetTalk = (id) => localStorage.removeItem(PREFIX + id);

const PASSING = new Set(["pending", "draft", "stop"]); // of an exchange, while it is being answered
const kept = (key, value) => (PASSING.has(key) ? undefined : value);

export const storeTalk = (talk) => {
  talk.changed = Date.now();
  for (;;) {
    try {
      localStorage.setItem(PREFIX + talk.id, JSON.stringify(talk, kept));
      break;
    } catch {
      const oldest = storedTalks().findLast((other) => other.id !== talk.id);
      if (!oldest) return; // this one alone is more than the browser keeps
      forgetTalk(oldest.id);
    }
  }
  for (const old of storedTalks().slice(MOST_TALKS)) forgetTalk(old.id);
};

export const titleOf = (talk) => talk.name || talk.exchanges[0]?.question || "";

export const newTalk = () => ({ id: crypto.getRandomValues(new Uint32Array(3)).join("-"), changed: 0, exchanges: [] });

export const shownTalk = () => storedTalk(sessionStorage.getItem(SHOWN)) ?? newTalk();

export const showsTalk = (talk) => sessionStorage.setItem(SHOWN, talk.id);

/** Call `act` with the talk that another window has changed, or with undefined if one is gone. */
export const onOtherWindow = (act) =>
  addEventListener("storage", (event) => {
    if (event.key?.startsWith(PREFIX)) act(event.newValue ? JSON.parse(event.newValue) : undefined);
  });
