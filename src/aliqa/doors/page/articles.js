// Runs once in Gradio's HTML component where files are dropped; `element` is that component.
// It sends files to this server's POST /articles, asks before an article is deleted, and tells the
// page with `trigger` what was begun.

const panel = element.closest("[role=tabpanel]");
const zone = element.querySelector(".drop");
const formats = element.querySelector(".formats");
const input = element.querySelector("input[type=file]");
const dialog = element.querySelector("dialog");

const refusal = (files) => {
  const known = input.accept.split(",");
  for (const file of files) {
    if (!known.some((suffix) => file.name.toLowerCase().endsWith(suffix)))
      return `“${file.name}” cannot be read. Choose files that end in ${known.join(", ")}.`;
    if (file.size > Number(input.dataset.most)) return `“${file.name}” is too large. Split it into several articles.`;
  }
};

const post = async (files) => {
  const form = new FormData();
  for (const file of files) form.append("file", file, file.name);
  const response = await fetch("articles", { method: "POST", body: form });
  const told = await response.json();
  return response.ok ? ["upload", { job: told.id }] : ["refused", { detail: told.detail }];
};

const send = async (files) => {
  if (!files.length) return;
  const refused = refusal(files);
  if (refused) return trigger("refused", { detail: refused });
  const words = formats.textContent;
  formats.textContent = "Sending…";
  try {
    trigger(...(await post(files)));
  } catch {
    trigger("refused", { detail: "The files could not be sent. Choose files, not folders, and try again." });
  } finally {
    formats.textContent = words;
  }
};

input.addEventListener("change", () => {
  send([...input.files]);
  input.value = "";
});

let inside = 0; // dragenter and dragleave also come from everything inside
const light = (step) => zone.classList.toggle("over", (inside = Math.max(0, inside + step)) > 0);
const ofFiles = (event) => event.dataTransfer.types.includes("Files");

panel.addEventListener("dragenter", (event) => ofFiles(event) && light(1));
panel.addEventListener("dragleave", (event) => ofFiles(event) && light(-1));
panel.addEventListener("dragover", (event) => ofFiles(event) && event.preventDefault());
panel.addEventListener("drop", (event) => {
  if (!ofFiles(event)) return;
  event.preventDefault();
  light(-inside);
  send([...event.dataTransfer.files]);
});

// A bar of the picture stands for some of the articles: the list shows those.
panel.addEventListener("click", (event) => {
  const bar = event.target.closest("#picture a");
  if (bar) {
    event.preventDefault();
    const [, when, outlet] = bar.getAttribute("href").match(/^#when=([^&]*)&outlet=([^]*)$/);
    trigger("choose", { when, outlet });
  } else if (event.target.closest("button.all")) trigger("choose", { when: "", outlet: "" });
});

panel.addEventListener("click", (event) => {
  const button = event.target.closest("button.delete");
  if (!button) return;
  dialog.dataset.docId = button.dataset.docId;
  dialog.querySelector(".doomed").textContent = button.dataset.title;
  dialog.querySelector(".doomed-file").textContent = button.dataset.docId;
  dialog.returnValue = "keep";
  dialog.showModal();
});

dialog.addEventListener("close", () => {
  if (dialog.returnValue === "delete") trigger("delete", { doc_id: dialog.dataset.docId });
});
