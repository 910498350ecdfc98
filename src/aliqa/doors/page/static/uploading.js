// Files dropped anywhere, or chosen: sent, indexed, and told one by one what became of each.

import { make, part } from "./dom.js";
import { articles, gettext, ngettext } from "./language.js";
import { Problem, json, lost, state, tell } from "./server.js";

const LOOK = 300; // how often a job is looked at, in milliseconds
const BATCH = 50; // files sent at once; the server takes up to a hundred

let done = () => {};

/** Call `act` when articles have changed. */
export const onChange = (act) => {
  done = act;
};

const pause = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));

/** Follow a job to its end; `progress` is told how far it is, from 0 to 1. */
export const followed = async (id, progress = () => {}) => {
  for (;;) {
    const job = await json(`jobs/${id}`);
    if (job.state === "succeeded") return job;
    if (job.state === "failed") throw new Problem(job.error ?? gettext("The server could not do this."));
    progress(job.progress, job.state);
    await pause(LOOK);
  }
};

/** How a file is called, in the folder that it was dropped with. */
const nameOf = (file) => file.path ?? file.name;

const refusal = (file) => {
  const { suffixes = [], most = Infinity } = state();
  if (!suffixes.some((suffix) => file.name.toLowerCase().endsWith(suffix)))
    return gettext("Files of this kind are not read. Choose {suffixes}.", { suffixes: suffixes.join(", ") });
  if (file.size > most) return gettext("It is larger than {size} MB. Split it into several articles.", { size: Math.round(most / 1024 ** 2) });
};

/** Send files; `progress` is told what share is sent. Gives the job that indexes them. */
const sent = (files, progress) =>
  new Promise((settle, fail) => {
    const form = new FormData();
    for (const file of files) form.append("file", file, nameOf(file));
    const request = new XMLHttpRequest(); // fetch does not tell how far sending is
    request.open("POST", "articles");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => progress(event.loaded / (event.total || 1)));
    request.addEventListener("load", () => {
      if (request.status === 202) settle(request.response.id);
      else fail(new Problem(request.response?.detail ?? gettext("The server did not take these files.")));
    });
    request.addEventListener("error", () => {
      lost();
      fail(new Problem(gettext("These files could not be sent. Try again.")));
    });
    request.send(form);
  });

const bar = (words, share) =>
  make("div", { className: "running" }, make("p", {}, words), make("progress", { max: 1, value: share, ariaLabel: words }));

const line = (kind, name, words) =>
  make("li", { className: kind }, make("b", {}, make("bdi", {}, name)), " ", make("span", {}, words));

const outcome = (file, before, now, failures) => {
  const name = nameOf(file);
  const isOf = ({ doc_id }) => doc_id === name || doc_id.startsWith(`${name}#`);
  const failure = failures.find(isOf);
  if (failure) return line("bad", name, gettext("Not readable. {reason}", { reason: failure.reason }));
  const found = now.filter(isOf);
  const copied = found.find(({ copy_of: original }) => original);
  if (copied) return line("same", name, gettext("Nearly the same as {file}: it does not count as a source of its own.", { file: copied.copy_of }));
  if (!found.length) return line("bad", name, gettext("Nothing was found in it."));
  const several = found.length > 1 && { articles: articles(found.length) };
  if (before.some(isOf)) return line("good", name, several ? gettext("Replaced: {articles}.", several) : gettext("Replaced."));
  return line("good", name, several ? gettext("Added: {articles}.", several) : gettext("Added."));
};

export const uploads = () => part("#uploads");

const summary = (added, refused, other) => {
  const parts = [
    added && ngettext("Added {number} article. Answerable now.", "Added {number} articles. Answerable now.", added),
    other && ngettext("{number} file changed nothing.", "{number} files changed nothing.", other),
    refused && ngettext("{number} file not added.", "{number} files not added.", refused),
  ];
  return parts.filter(Boolean).join(" ");
};

const passing = (words) => {
  if (document.body.dataset.view === "library") return;
  const link = make("a", { href: "#library/articles" }, gettext("Show"));
  tell(words, { passes: true, act: link });
};

/** Send files, those that the server refuses together one by one. Gives the jobs, and a line for each that was refused. */
const delivered = async (files, progress) => {
  const jobs = [];
  const refused = [];
  const deliver = async (some) => {
    try {
      jobs.push(await sent(some, progress));
    } catch (error) {
      if (some.length > 1) for (const file of some) await deliver([file]);
      else refused.push(line("bad", nameOf(some[0]), gettext("Not added. {reason}", { reason: error.message })));
    }
  };
  for (let at = 0; at < files.length; at += BATCH) await deliver(files.slice(at, at + BATCH));
  return { jobs, refused };
};

const indexed = async (files, show) => {
  const before = await json("chat/articles").catch(() => []);
  const sending = ngettext("Sending {number} file…", "Sending {number} files…", files.length);
  show(sending, 0);
  const { jobs, refused } = await delivered(files, (share) => show(sending, 0.3 * share));
  const failures = [];
  for (const id of jobs) failures.push(...(await followed(id, (share) => show(gettext("Reading and indexing…"), 0.3 + 0.7 * share))).failures);
  const now = await json("chat/articles");
  const names = new Set(refused.map((row) => row.firstChild.textContent));
  const taken = files.filter((file) => !names.has(nameOf(file)));
  return [...taken.map((file) => outcome(file, before, now, failures)), ...refused];
};

/** Add files to the articles, and tell under the drop box what became of each. */
export const upload = async (files) => {
  if (!files.length) return;
  const good = files.filter((file) => !refusal(file));
  const rows = files.filter(refusal).map((file) => line("bad", nameOf(file), gettext("Not added. {reason}", { reason: refusal(file) })));
  const show = (words, share) => {
    uploads().replaceChildren(bar(words, share));
    passing(words);
  };
  try {
    if (good.length) rows.unshift(...(await indexed(good, show)));
  } catch (error) {
    rows.unshift(...good.map((file) => line("bad", nameOf(file), gettext("Not added. {reason}", { reason: error.message }))));
  }
  const count = (kind) => rows.filter((row) => row.className === kind).length;
  const words = summary(count("good"), count("bad"), count("same"));
  uploads().replaceChildren(make("p", { className: "words" }, words), make("ul", {}, ...rows));
  passing(words);
  done();
};

const called = (act) => new Promise((settle, fail) => act(settle, fail));

/** The files of a folder and those in it, each with its path; hidden ones are left out. */
const filesIn = async (entry, above = "") => {
  if (entry.name.startsWith(".")) return [];
  const path = above + entry.name;
  if (entry.isFile) return [Object.assign(await called((settle, fail) => entry.file(settle, fail)), { path })];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await called((settle, fail) => reader.readEntries(settle, fail)); // a hundred at a time
    if (!some.length) return found;
    for (const one of some) found.push(...(await filesIn(one, `${path}/`)));
  }
};

/** What was dropped, as files; it must be asked for before the event is over. */
const dropped = async ({ items, files }) => {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.());
  if (!entries.some((entry) => entry?.isDirectory)) return [...files];
  return (await Promise.all(entries.filter(Boolean).map((entry) => filesIn(entry)))).flat();
};

const ofFiles = (event) => event.dataTransfer?.types.includes("Files");

export const begin = () => {
  let inside = 0; // dragenter and dragleave also come from everything inside
  const light = (step) => {
    inside = Math.max(0, inside + step);
    part("#dropping").hidden = !inside;
  };
  document.addEventListener("dragenter", (event) => ofFiles(event) && light(1));
  document.addEventListener("dragleave", (event) => ofFiles(event) && light(-1));
  document.addEventListener("dragover", (event) => ofFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!ofFiles(event)) return;
    event.preventDefault();
    light(-inside);
    dropped(event.dataTransfer).then(upload, () => tell(gettext("What was dropped could not be read."), { passes: true }));
  });
  part("#library input[type=file]").addEventListener("change", (event) => {
    upload([...event.target.files]);
    event.target.value = "";
  });
};

