// Runs once in Gradio's HTML component that shows the conversation; `element` is that component.
// Without it a mark only jumps to its source, and nothing is copied.

const cardOf = (mark) => document.getElementById(mark.getAttribute("href").slice(1));

const lightUp = (card) => {
  element.querySelectorAll(".source.lit").forEach((other) => other.classList.toggle("lit", other === card));
  card.classList.add("lit");
};

element.addEventListener("mouseover", (event) => {
  const card = event.target.closest("a.mark") && cardOf(event.target.closest("a.mark"));
  if (card) lightUp(card);
});

element.addEventListener("click", (event) => {
  const mark = event.target.closest("a.mark");
  const card = mark && cardOf(mark);
  if (!card) return;
  event.preventDefault();
  lightUp(card);
  card.scrollIntoView({ block: "nearest", behavior: "smooth" });
  card.focus({ preventScroll: true });
});

const copy = async (kind, text) => {
  const types = kind === "html" ? { "text/html": text, "text/plain": text } : { "text/plain": text };
  if (navigator.clipboard && window.ClipboardItem) {
    const blobs = Object.entries(types).map(([type, words]) => [type, new Blob([words], { type })]);
    return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
  }
  // browsers offer the clipboard above only to pages of this machine or over HTTPS
  const fill = (event) => {
    event.preventDefault();
    for (const [type, words] of Object.entries(types)) event.clipboardData.setData(type, words);
  };
  document.addEventListener("copy", fill, { once: true });
  if (!document.execCommand("copy")) throw new Error("refused");
};

element.addEventListener("click", async (event) => {
  const button = event.target.closest(".copy button");
  if (!button) return;
  const told = button.parentElement.querySelector(".copied");
  told.textContent = "";
  try {
    await copy(button.dataset.format, button.dataset.text);
    told.textContent = `Copied as ${button.textContent}`;
  } catch {
    told.textContent = "The browser did not allow copying";
  }
});

watch("value", () => {
  const newest = element.querySelector(".exchange:last-of-type");
  if (newest && newest.previousElementSibling) newest.scrollIntoView({ block: "start" });
});
