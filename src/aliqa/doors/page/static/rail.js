// The list of conversations: opened, searched, renamed, exported and deleted.

import { go, note } from "./addresses.js";
import { address, current, showTalk } from "./conversation.js";
import { confirmed, openMenu } from "./dialogs.js";
import { button, make, part } from "./dom.js";
import { exports } from "./exporting.js";
import { gettext } from "./language.js";
import { forgetTalk, newTalk, storeTalk, storedTalk, storedTalks, titleOf } from "./talks.js";

const contains = (talk, words) =>
  [talk.name ?? "", ...talk.exchanges.flatMap((exchange) => [exchange.question, exchange.reply?.said ?? ""])]
    .join("\n")
    .toLowerCase()
    .includes(words);

const row = (talk) => {
  const open = button("talk-title", titleOf(talk), { dir: "auto", title: titleOf(talk) });
  if (talk.id === current().id) open.setAttribute("aria-current", "true");
  const more = button("more", "⋯", { ariaLabel: gettext("More for “{title}”", { title: titleOf(talk) }), ariaExpanded: "false" });
  more.setAttribute("aria-haspopup", "menu");
  return make("li", { dataset: { id: talk.id } }, open, more);
};

export const showTalks = () => {
  const words = part("#talks .find").value.trim().toLowerCase();
  const talks = storedTalks();
  part("#talks .find").hidden = talks.length < 2;
  part("#talks .every").hidden = talks.length < 2;
  const rows = talks.filter((talk) => contains(talk, words)).map(row);
  if (talks.length && !rows.length) rows.push(make("li", { className: "none" }, gettext("No conversation has these words.")));
  part("#talks ul").replaceChildren(...rows);
};

const shut = () => {
  part("#rail").classList.remove("open");
  part("#rail .shut").setAttribute("aria-expanded", "false");
};

const openNew = () => {
  showTalk(newTalk());
  go("ask");
  shut();
  part("#question textarea").focus();
};

const rename = (item, talk) => {
  const field = make("input", { className: "rename", value: titleOf(talk), maxLength: 200, ariaLabel: gettext("Name of the conversation") });
  const end = (keep) => {
    if (keep && field.value.trim()) {
      talk.name = field.value.trim();
      if (talk.id === current().id) current().name = talk.name;
      storeTalk(talk);
    }
    showTalks();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") end(true);
    else if (event.key === "Escape") end(false);
  });
  item.replaceChildren(field);
  field.focus();
  field.select();
};

const remove = async (talk) => {
  const what = [make("b", {}, make("bdi", {}, titleOf(talk)))];
  if (!(await confirmed({ title: gettext("Delete this conversation?"), what, act: gettext("Delete") }))) return;
  forgetTalk(talk.id);
  if (talk.id === current().id) {
    showTalk(newTalk());
    note(address());
  }
  showTalks();
};

const pressed = (event) => {
  const element = event.target.closest("button");
  const item = element?.closest("li");
  const talk = item && storedTalk(item.dataset.id);
  if (element?.matches(".shut")) element.setAttribute("aria-expanded", String(part("#rail").classList.toggle("open")));
  else if (element?.matches(".new")) openNew();
  else if (element?.matches(".every")) openMenu(element, exports(storedTalks(), "conversations"));
  else if (!talk) return;
  else if (element.matches(".talk-title")) {
    go(`talk/${talk.id}`);
    shut();
  } else
    openMenu(element, [
      [gettext("Rename"), () => rename(item, talk)],
      ...exports([talk], "conversation"),
      [gettext("Delete…"), () => remove(talk), "danger"],
    ]);
};

export const begin = () => {
  part("#rail").addEventListener("click", pressed);
  part("#talks .find").addEventListener("input", showTalks);
};
