// Runs once in Gradio's HTML component that shows the conversation; `element` is that component.
// Everything works without it except that a mark then only jumps to its source.

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

watch("value", () => {
  const newest = element.querySelector(".exchange:last-of-type");
  if (newest && newest.previousElementSibling) newest.scrollIntoView({ block: "start" });
});
