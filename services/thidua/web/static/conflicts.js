// Cells that two people wrote: both texts side by side, and the person says which one stays.
import { block, control, form, idOf, label, make, read, tell } from "./cells.js";
import { dayOf, show } from "./marks.js";

const open = new Map();
let settle;
let list;

export const start = (onSettled) => { settle = onSettled; };
export const isOpen = (pointer) => open.has(pointer);
export const count = () => open.size;
const boxOf = (pointer) => document.getElementById(`${idOf(pointer)}-hai-ban`);
const words = (pointer, text) => {
  const options = control(pointer)?.options;
  return [...(options || [])].find((each) => each.value === text && text)?.label || text || "(để trống)";
};

/** Show both texts of a cell beside it; ``found`` has theirs, by, at. */
export function add(pointer, found) {
  boxOf(pointer)?.remove();
  open.set(pointer, found);
  show(pointer, "conflict");
  const title = label(pointer);
  const keep = make("button", { type: "button", class: "button quiet tiny" }, "Giữ bản của tôi");
  const take = make("button", { type: "button", class: "button quiet tiny" }, "Lấy bản của họ");
  keep.addEventListener("click", () => choose(pointer, true));
  take.addEventListener("click", () => choose(pointer, false));
  const box = make("div", { class: "two note warn", id: `${idOf(pointer)}-hai-ban`, role: "group", "aria-label": `Hai bản của ô ${title}` },
    make("p", { role: "alert" }, make("b", {}, `Ô ${title} có hai bản. `), `${found.by} đã ghi ô này lúc ${dayOf(found.at)}, trong lúc bạn đang gõ. Hãy chọn một bản.`),
    make("div", { class: "columns" },
      make("div", {}, make("b", {}, "Bản của tôi"), make("p", { class: "long", "data-mine": "" }, words(pointer, read(pointer))), keep),
      make("div", {}, make("b", {}, `Bản của ${found.by}`), make("p", { class: "long" }, words(pointer, found.theirs)), take)));
  block(pointer)?.append(box);
  control(pointer)?.closest("details")?.setAttribute("open", "");
  showList();
}

/** What stands in the cell has changed while its two versions are shown. */
export function update(pointer) {
  const mine = boxOf(pointer)?.querySelector("[data-mine]");
  if (mine) mine.textContent = words(pointer, read(pointer));
}

/** Forget a conflict that has settled itself. */
export function drop(pointer) {
  if (!open.delete(pointer)) return;
  boxOf(pointer)?.remove();
  showList();
}

function choose(pointer, isMine) {
  const { theirs } = open.get(pointer);
  drop(pointer);
  settle(pointer, isMine, theirs);
  tell();
  control(pointer)?.focus();
}

function showList() {
  if (!list) {
    list = make("div", { class: "note warn no-print", id: "hai-ban", tabindex: "-1" });
    form.querySelector(".bar").before(list);
  }
  list.hidden = !open.size;
  list.replaceChildren(
    make("p", {}, make("b", {}, `Còn ${open.size} ô có hai bản. `), "Hãy chọn giữ bản nào ở từng ô rồi mới nộp được."),
    make("ul", {}, ...[...open.keys()].map((pointer) => make("li", {}, make("a", { href: `#${control(pointer)?.id || ""}`, "data-go": "" }, label(pointer))))));
}

/** Take the person to what must be settled before filing; tells whether there is anything. */
export function stopsFiling() {
  if (!open.size) return false;
  list.focus();
  list.scrollIntoView({ block: "center" });
  return true;
}
