// Sends questions one after another and gathers what comes back; what the server could not take is asked again.

import { count, gettext, ngettext } from "./language.js";
import { Away, Problem, onBack, send, state } from "./server.js";
import { storeTalk } from "./talks.js";

let queue = Promise.resolve();
let show = () => {};
const waiting = new Map(); // exchanges that are asked again when the server is back, and their talks

/** `shown` is called with a talk and its exchange whenever there is more of it to be seen. */
export const onProgress = (shown) => {
  show = shown;
};

/** Why a question cannot be asked, or nothing. */
export const refusal = (question) => {
  const length = [...question].length;
  const { longest = Infinity } = state();
  if (length <= longest) return "";
  return ngettext(
    "This is {number} character long; a question may have {most}. Shorten it, or add the text as an article.",
    "This is {number} characters long; a question may have {most}. Shorten it, or add the text as an article.",
    length,
    { most: count(longest) },
  );
};

const lines = async function* (response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const found = (rest + value).split("\n");
    rest = found.pop();
    for (const line of found) yield JSON.parse(line);
  }
};

const historyOf = (talk, exchange) =>
  talk.exchanges
    .slice(0, talk.exchanges.indexOf(exchange))
    .flatMap(({ question, reply }) => {
      if (reply?.said == null) return [];
      return [
        { role: "user", content: question },
        { role: "assistant", content: reply.said },
      ];
    })
    .slice(-(state().turns ?? 0));

const answered = async (talk, exchange, signal) => {
  const { question, searched, mode, care, since, until, sources, collections, tags } = exchange;
  const body = { question, searched, mode, care, since, until, sources, collections, tags, history: historyOf(talk, exchange) };
  const response = await send("chat/ask", body, { signal });
  for await (const line of lines(response)) {
    if (line.html) exchange.reply = line;
    else exchange.draft = line.draft;
    show(talk, exchange);
  }
  if (!exchange.reply) throw new Away();
};

const answer = async (talk, exchange) => {
  const leaving = new AbortController();
  exchange.stop = () => leaving.abort();
  try {
    await answered(talk, exchange, leaving.signal);
  } catch (error) {
    if (error.name === "AbortError") exchange.trouble = gettext("You stopped this question.");
    else if (error instanceof Problem) exchange.trouble = error.message;
    else {
      exchange.trouble = gettext("The server does not answer. This question is asked again when it is back.");
      waiting.set(exchange, talk);
    }
  }
};

const inTurn = async (before, talk, exchange) => {
  await before;
  if (exchange.pending) await answer(talk, exchange); // else it was stopped before its turn
  exchange.pending = false;
  delete exchange.stop;
  storeTalk(talk);
  show(talk, exchange);
};

export const ask = (talk, exchange) => {
  for (const key of ["reply", "draft", "trouble", "verdict", "note"]) delete exchange[key];
  waiting.delete(exchange);
  exchange.pending = true;
  storeTalk(talk);
  show(talk, exchange);
  queue = inTurn(queue, talk, exchange);
};

export const stop = (talk, exchange) => {
  exchange.trouble = gettext("You stopped this question.");
  exchange.pending = false;
  exchange.stop?.();
  show(talk, exchange);
};

onBack(() => {
  const again = [...waiting];
  waiting.clear();
  for (const [exchange, talk] of again) ask(talk, exchange);
});
