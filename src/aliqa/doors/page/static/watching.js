// The watched questions: added, removed, and asked again.

import { fill, make, part } from "./dom.js";
import { call, json, send } from "./server.js";

const list = () => part("#watched");

const shown = async (work) => {
  try {
    fill(list(), (await work).html);
    return true;
  } catch (error) {
    list().prepend(make("div", { className: "box error", role: "alert" }, make("p", {}, error.message)));
    return false;
  }
};

const answered = async (response) => (await response).json();

export const open = () => shown(json("chat/watchlist"));

export const begin = () => {
  const form = part("form.watching");
  const field = part("input", form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (field.value.trim() && (await shown(answered(send("chat/watchlist", { question: field.value }))))) field.value = "";
  });
  part(".run", form).addEventListener("click", () => shown(answered(send("chat/watchlist/run", {}))));
  list().addEventListener("click", (event) => {
    const { id } = event.target.closest("button.remove")?.dataset ?? {};
    if (id) shown(answered(call(`chat/watchlist/${encodeURIComponent(id)}`, { method: "DELETE" })));
  });
};
