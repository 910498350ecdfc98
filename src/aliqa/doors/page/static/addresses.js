// Where one is stands in the address: #talk/ID, #library/timeline?about=…, #watchlist; ?q=… asks a question.

const listeners = [];

export const VIEWS = ["ask", "library", "watchlist"];

/** The address as {view, section, values}. A conversation is the view "ask" with its id as section. */
export const here = () => {
  const [path, query = ""] = location.hash.slice(1).split("?");
  const [first, ...rest] = path.split("/").map(decodeURIComponent);
  const view = first === "talk" ? "ask" : VIEWS.includes(first) ? first : "ask";
  return { view, section: rest.join("/"), values: Object.fromEntries(new URLSearchParams(query)) };
};

const hashOf = (path, values = {}) => {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value));
  return `#${path}${query.size ? `?${query}` : ""}`;
};

/** Change the address without asking who listens; `back` whether one can go back to where one was. */
export const note = (path, values = {}, { back = false } = {}) => {
  const wanted = hashOf(path, values);
  if (location.hash === wanted) return;
  history[back ? "pushState" : "replaceState"](null, "", `${location.pathname}${wanted}`);
};

/** Go somewhere. */
export const go = (path, values = {}) => {
  note(path, values, { back: true });
  tellAll();
};

export const onMove = (act) => listeners.push(act);

export const tellAll = () => listeners.forEach((act) => act(here()));

/** The question that the address asks, with what it restricts, once. */
export const asked = () => {
  const values = new URLSearchParams(location.search);
  if (!values.get("q")) return;
  history.replaceState(null, "", location.pathname);
  return {
    question: values.get("q"),
    since: values.get("since"),
    until: values.get("until"),
    sources: values.getAll("source"),
    collections: values.getAll("collection"),
    tags: values.getAll("tag"),
    index: values.get("index"),
  };
};

/** The address that asks an exchange's question again. */
export const linkOf = ({ question, searched, since, until, sources, collections, tags, reply }) => {
  const values = new URLSearchParams({ q: searched || reply?.judged?.standalone_question || question });
  if (since) values.set("since", since);
  if (until) values.set("until", until);
  for (const [name, list] of Object.entries({ source: sources, collection: collections, tag: tags })) for (const value of list ?? []) values.append(name, value);
  if (reply?.version) values.set("index", reply.version);
  return new URL(`?${values}`, document.baseURI).href;
};

addEventListener("hashchange", tellAll);
addEventListener("popstate", tellAll);
