// Runs once in Gradio's HTML component that shows the watched questions; `element` is that component.

element.addEventListener("click", (event) => {
  const button = event.target.closest("button.remove");
  if (button) trigger("remove", { name: button.dataset.id });
});
