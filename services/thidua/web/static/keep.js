// On a page without a draft on the server: what is typed is kept for this tab, should it crash or be reloaded.
import { form, isCell, make, pointers, read, rendered, tell, write } from "./cells.js";
import { ensure } from "./rows.js";

const PAUSE = 400;
const key = form && `thidua ${form.dataset.person} ${location.pathname}`;
let timer = 0;

function save() {
  const cells = Object.fromEntries(pointers().filter((pointer) => read(pointer) !== rendered(pointer)).map((pointer) => [pointer, read(pointer)]));
  try {
    sessionStorage.setItem(key, JSON.stringify({ revision: form.elements.revision.value, cells }));
  } catch { /* full or forbidden: the page itself still has it */ }
}

function restore() {
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(key));
  } catch { /* nothing sound was kept */ }
  const cells = Object.entries(kept?.cells || {});
  // A page that answers a button shows what was posted; and after a filing, what was kept has been filed.
  if (form.hasAttribute("data-dirty") || !cells.length || kept.revision !== form.elements.revision.value) return;
  for (const [pointer, text] of cells) {
    ensure(pointer);
    write(pointer, text);
  }
  tell(...cells.map(([pointer]) => pointer));
  const again = make("button", { type: "button", class: "button quiet tiny" }, "Bỏ, mở lại từ đầu");
  again.addEventListener("click", () => {
    clearTimeout(timer);
    sessionStorage.removeItem(key);
    removeEventListener("pagehide", save);
    location.reload();
  });
  form.before(make("div", { class: "note", role: "status" }, make("p", { class: "row spread" }, "Đã điền lại những gì bạn gõ dở ở thẻ này.", again)));
}

if (form?.hasAttribute("data-keep")) {
  restore();
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };
  form.addEventListener("input", ({ target }) => isCell(target) && soon());
  form.addEventListener("cells", soon);
  addEventListener("pagehide", save);
  document.querySelector(".me form")?.addEventListener("submit", () => {
    removeEventListener("pagehide", save);
    sessionStorage.removeItem(key);
  });
}
