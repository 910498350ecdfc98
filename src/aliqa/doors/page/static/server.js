// What the page asks of the server, what the server says of itself, and what is told when it is away.

import { make, part } from "./dom.js";
import { gettext } from "./language.js";

const LOOK = 15_000; // how often it is asked, in milliseconds
const LOOK_AGAIN = 1_000; // while it is away

/** What the server said in plain words. */
export class Problem extends Error {}

/** The server does not answer. */
export class Away extends Error {
  constructor() {
    super(gettext("The server does not answer."));
  }
}

let known = {};
let looking;
const listeners = { state: [], back: [] };

export const state = () => known;

/** Call `act` with what the server says whenever an index is new, or the server is back. */
export const onState = (act) => {
  listeners.state.push(act);
  if (known.server) act(known);
};
export const onBack = (act) => listeners.back.push(act);

let passing;

/** Say something above the question box: for good, or for a while. */
export const tell = (words, { passes = false, act } = {}) => {
  const banner = part("#banner");
  banner.replaceChildren(words, ...(act ? [" ", act] : []));
  clearTimeout(passing);
  if (passes) passing = setTimeout(() => banner.replaceChildren(), 8_000);
};

const plainly = async (response) => {
  if (response.status === 413) return gettext("That is more than the server takes at once.");
  if (response.status === 429) return gettext("Too many requests from here. Wait a moment, then try again.");
  try {
    return (await response.json()).detail;
  } catch {
    return gettext("The server could not do this ({status}).", { status: response.status });
  }
};

const sessionOver = () => {
  const link = make("a", { href: "login" }, gettext("Log in again"));
  tell(gettext("Your session has ended. Your conversations are still here."), { act: link });
};

export const lost = () => {
  if (known.away) return;
  known.away = true;
  tell(gettext("The server does not answer. What you asked is kept and asked again when it is back."));
  clearTimeout(looking);
  looking = setTimeout(refresh, LOOK_AGAIN);
};

/** A response that is fine. Throws Away or Problem. */
export const call = async (path, options = {}) => {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    lost();
    throw new Away();
  }
  if (response.status === 401) {
    sessionOver();
    throw new Problem(gettext("Your session has ended. Log in again; this question is kept."));
  }
  if (!response.ok) throw new Problem(await plainly(response));
  return response;
};

export const json = async (path, options) => (await call(path, options)).json();

export const send = (path, body, options = {}) =>
  call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    ...options,
  });

export const refresh = async () => {
  clearTimeout(looking);
  try {
    const found = await json("chat/state");
    const back = known.away;
    const restarted = known.server && known.server !== found.server;
    const newer = back || !known.server || found.index !== known.index || found.trouble !== known.trouble;
    known = found;
    if (back) tell(gettext("The server is back."), { passes: true });
    else if (restarted) tell(gettext("The server was restarted. Nothing of yours is lost."), { passes: true });
    if (newer) listeners.state.forEach((act) => act(found));
    if (back) listeners.back.forEach((act) => act());
  } catch {
    // it was told already
  }
  clearTimeout(looking);
  looking = setTimeout(refresh, known.away ? LOOK_AGAIN : LOOK);
};

/** Begin to ask the server how it is, now and again. */
export const begin = () => {
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  addEventListener("online", refresh);
  return refresh();
};
