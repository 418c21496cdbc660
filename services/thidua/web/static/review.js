// Eases sending a report back; without it the page works the same, with a sentence copied by hand.
const form = document.querySelector("[data-return]");
const focused = document.querySelector("[data-focus]");
if (focused) focused.focus();

// What is selected inside one long text, in one line; empty if the selection lies elsewhere.
function selectedIn(text) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return "";
  const range = selection.getRangeAt(0);
  return text.contains(range.startContainer) && text.contains(range.endContainer)
    ? selection.toString().replace(/\s+/g, " ").trim()
    : "";
}

function pins(box) {
  const button = box.querySelector("[data-pin]");
  const text = box.parentElement.querySelector("[data-text]");
  if (!button || !text) return;
  const said = box.querySelector("[data-pinned]");
  let chosen = "";
  button.hidden = false;
  box.querySelector("[data-pin-hint]").hidden = false;
  // A press on the button takes the selection away in some browsers: remember what it was.
  document.addEventListener("selectionchange", () => { chosen = selectedIn(text) || chosen; });
  button.addEventListener("click", () => {
    if (!chosen) {
      said.textContent = "Chưa chọn câu nào trong ô này.";
      return;
    }
    const quote = box.querySelector("[data-quote]");
    quote.value = chosen.slice(0, quote.maxLength);
    said.textContent = "Đã ghim câu.";
    box.querySelector("textarea").focus();
    form.dispatchEvent(new Event("input"));
  });
}

function start() {
  const boxes = [...form.querySelectorAll("[data-ask]")];
  const count = form.querySelector("[data-count]");
  let dirty = false;
  const tell = () => {
    const written = boxes.filter((box) => box.querySelector("textarea").value.trim()).length;
    count.textContent = written
      ? `Đã ghi ${written} yêu cầu sửa; chỉ các ô đó được mở.`
      : "Chưa ghi yêu cầu ở ô nào: cả báo cáo được mở để sửa.";
  };
  for (const box of boxes) {
    pins(box);
    box.querySelector("summary").addEventListener("click", () => {
      // Unfolded by the person, so the next key belongs into the box; after the click has done its work.
      setTimeout(() => { if (box.open) box.querySelector("textarea").focus(); });
    });
  }
  form.addEventListener("input", () => {
    dirty = true;
    tell();
  });
  form.addEventListener("submit", () => { dirty = false; });
  addEventListener("beforeunload", (event) => {
    if (dirty) event.returnValue = event.preventDefault() || "";
  });
  // Links of the summary unfold the box they lead to.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-go]");
    const cell = link && document.getElementById(link.hash.slice(1));
    if (!cell) return;
    event.preventDefault();
    cell.closest("details").open = true;
    cell.focus();
  });
  tell();
}

if (form) start();
