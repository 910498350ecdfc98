// Runs once in Gradio's HTML component at the head of the page; `element` is that component.
// Marks and cards light each other up, and an article is opened at its quote, in whichever tab they stand.

const cardOf = (mark) => document.getElementById(mark.getAttribute("href").slice(1));

const lightUp = (card) => {
  document.querySelectorAll(".lit").forEach((other) => other.classList.remove("lit"));
  card.classList.add("lit");
  document.querySelectorAll(`a.mark[href="#${card.id}"]`).forEach((mark) => mark.classList.add("lit"));
};

const seen = (event) => {
  const mark = event.target.closest("a.mark");
  const card = mark ? cardOf(mark) : event.target.closest(".source[id]");
  if (card) lightUp(card);
};
document.addEventListener("mouseover", seen);
document.addEventListener("focusin", seen);

const calm = matchMedia("(prefers-reduced-motion: reduce)");

document.addEventListener("click", (event) => {
  const mark = event.target.closest("a.mark");
  const card = mark && cardOf(mark);
  if (!card) return;
  event.preventDefault();
  lightUp(card);
  card.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  card.focus({ preventScroll: true });
});

// A dot of the timeline's picture leads to its statement.
document.addEventListener("click", (event) => {
  const dot = event.target.closest("#plot a");
  const statement = dot && document.getElementById(dot.getAttribute("href").slice(1));
  if (!statement) return;
  event.preventDefault();
  document.querySelectorAll(".lit").forEach((other) => other.classList.remove("lit"));
  statement.querySelector(".source").classList.add("lit");
  statement.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
  statement.focus({ preventScroll: true });
});

// --- a whole article ---

const dialog = element.querySelector("#article");
const [title, about, body] = ["h2", ".about", ".text"].map((name) => dialog.querySelector(name));

// Text and nothing else; lines that begin like Markdown's headings are set as such, whatever is before them is small.
const set = (text, first) => {
  const front = first ? (text.match(/^---\n[^]*?\n---\n/)?.[0] ?? "") : "";
  const nodes = front ? [Object.assign(document.createElement("span"), { className: "front", textContent: front })] : [];
  text.slice(front.length).split(/^(#{1,6} .*)$/m).forEach((part, at) => {
    nodes.push(at % 2 ? Object.assign(document.createElement("b"), { textContent: part }) : part);
  });
  return nodes;
};

const openArticle = async (docId, start, end) => {
  title.textContent = docId;
  about.textContent = "Opening…";
  body.textContent = "";
  dialog.showModal();
  try {
    const path = docId.split("/").map(encodeURIComponent).join("/");
    const response = await fetch(`articles/${path}`);
    const article = await response.json();
    if (!response.ok) throw new Error(article.detail);
    title.textContent = article.title;
    about.textContent = [article.source, article.author, article.published ?? "undated", article.doc_id]
      .filter(Boolean)
      .join(" · ");
    const letters = [...article.text]; // offsets count code points
    const quote = document.createElement("mark");
    quote.textContent = letters.slice(start, end).join("");
    if (!quote.textContent) return body.append(...set(article.text, true));
    body.append(...set(letters.slice(0, start).join(""), true), quote, ...set(letters.slice(end).join("")));
    quote.scrollIntoView({ block: "center" });
  } catch (error) {
    about.textContent = `This article could not be opened. ${error.message}`;
  }
};

document.addEventListener("click", (event) => {
  const { docId, start, end } = event.target.closest("button.open")?.dataset ?? {};
  if (docId) openArticle(docId, Number(start ?? 0), Number(end ?? 0));
  else if (event.target === dialog) dialog.close(); // beside it
});
