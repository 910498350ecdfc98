// The first screen: questions to begin with, and the articles at a glance.

import { ask } from "./conversation.js";
import { button, fill, make, part } from "./dom.js";
import { articles, gettext } from "./language.js";
import { json, onState } from "./server.js";

const examples = () => part("#start .examples");

const showExamples = async () => {
  const { questions, found } = await json("chat/examples");
  if (!found) setTimeout(() => showExamples().catch(() => {}), 700);
  part("ul", examples()).replaceChildren(...questions.map((words) => make("li", {}, button("example", words, { dir: "auto" }))));
};

const fact = (words, ...inside) => make("p", {}, make("b", {}, words), ...inside);

const showGlance = ({ corpus }) => {
  const glance = part("#start .glance");
  if (!corpus) return glance.replaceChildren();
  const outlets = corpus.outlets.slice(0, 6).map(([name, number]) => make("li", {}, make("bdi", {}, name), make("span", {}, ` ${number}`)));
  const rest = corpus.outlets.length - outlets.length;
  if (rest > 0) outlets.push(make("li", {}, gettext("{number} more", { number: rest })));
  const names = corpus.names.map((name) => make("li", {}, make("a", { href: `#library/timeline?about=${encodeURIComponent(name)}` }, make("bdi", {}, name))));
  glance.replaceChildren(
    fact(articles(corpus.articles), corpus.span ? ` · ${corpus.span}` : ""),
    ...(outlets.length ? [make("ul", { className: "outlets", ariaLabel: gettext("Outlets") }, ...outlets)] : []),
    ...(names.length ? [make("ul", { className: "often", ariaLabel: gettext("Names that occur often") }, make("li", {}, gettext("Often named:")), ...names)] : []),
  );
};

const showState = (state) => {
  fill(part("#foot"), state.foot);
  fill(part("#start .trouble"), state.trouble);
  showGlance(state);
  if (state.index) showExamples().catch(() => {});
  else part("ul", examples()).replaceChildren();
};

export const begin = () => {
  onState(showState);
  examples().addEventListener("click", (event) => {
    const example = event.target.closest(".example");
    if (example) ask(example.textContent);
  });
};
