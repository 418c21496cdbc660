// What a person needs to know while filling a cell: last periods, the rules and their source, the unit's own comment.
import { learn } from "./autosave.js";
import { block, control, form, isCell, idOf, isLocked, label, make, renew } from "./cells.js";
import { foot } from "./marks.js";

const LEVELS = { error: "Bắt buộc", warning: "Nên kiểm tra" };
const STATES = { accepted: "(đã tiếp nhận)", submitted: "(chưa tiếp nhận)" };
const commentOf = (pointer) => `/comments/${pointer.replaceAll("~", "~0").replaceAll("/", "~1")}`;
const boxOf = (pointer) => document.getElementById(`${idOf(pointer)}-biet`);
const hasContext = (pointer) => /^\/(fields|by_topic)\/|^\/[a-z0-9_]+\/\d+\//.test(pointer);
const part = (title, ...inside) => make("div", {}, make("h3", {}, title), ...inside);

async function open(pointer) {
  let box = boxOf(pointer);
  if (!box) {
    box = make("section", { class: "about-cell note no-print", id: `${idOf(pointer)}-biet`, tabindex: "-1", "aria-label": `Chi tiết ô ${label(pointer)}`, "data-about": pointer });
    block(pointer).append(box);
  }
  box.hidden = false;
  box.focus();
  box.scrollIntoView({ block: "nearest" });
  if (box.dataset.loaded) return;
  box.replaceChildren(make("p", { class: "hint", role: "status" }, "Đang lấy…"));
  try {
    const answer = await fetch(`${form.dataset.contextUrl}?cell=${encodeURIComponent(pointer)}`, { headers: { Accept: "application/json" }, redirect: "manual" });
    if (!answer.ok) throw new Error(answer.status);
    fill(box, pointer, await answer.json());
    box.dataset.loaded = "yes";
  } catch {
    box.replaceChildren(make("p", { role: "status" }, "Chưa lấy được chi tiết của ô này. Hãy thử lại sau."), closer(pointer));
  }
  box.scrollIntoView({ block: "nearest" });
}

function closer(pointer) {
  const button = make("button", { type: "button", class: "button quiet tiny" }, "Đóng (Esc)");
  button.addEventListener("click", () => close(pointer));
  return button;
}

function close(pointer) {
  boxOf(pointer).hidden = true;
  control(pointer)?.focus({ preventScroll: true });
}

function fill(box, pointer, found) {
  const earlier = found.earlier.length
    ? make("dl", { class: "facts" }, ...found.earlier.flatMap((each) => [make("dt", {}, each.name), make("dd", {}, make("b", {}, each.text || "–"), STATES[each.state] ? make("span", { class: "muted" }, ` ${STATES[each.state]}`) : "")]))
    : make("p", { class: "hint" }, "Chưa có kỳ nào trước kỳ này.");
  const rules = make("ul", {}, ...found.rules.map((rule) => make("li", {}, `${rule.code ? `${rule.code} – ` : ""}${rule.message} `, make("span", { class: "muted" }, [LEVELS[rule.level], rule.source].filter(Boolean).join(" · ")))));
  const name = commentOf(pointer);
  const comment = make("textarea", { id: idOf(name), name, rows: 2 });
  comment.defaultValue = found.comment || "";
  if (isLocked(pointer)) comment.readOnly = true;
  box.replaceChildren(
    part("Các kỳ trước", earlier),
    part("Cách ghi và căn cứ", found.help ? make("p", {}, found.help) : "", found.rules.length ? rules : "", make("p", { class: "muted small" }, found.source ? `Nguồn: ${found.source}` : "")),
    make("div", {}, make("label", { for: idOf(name) }, "Ghi chú của đơn vị cho ô này"), comment), closer(pointer));
  renew();
  learn(name, found.comment || "");
}

const cellAt = (element) => element.closest("[data-about]")?.dataset.about || (isCell(element) && hasContext(element.name) ? element.name : "");

export function start() {
  for (const cell of form.querySelectorAll(".cell:not(fieldset)")) door(cell);
  form.addEventListener("focusin", ({ target }) => { const cell = target.closest(".cell:not(fieldset)"); if (cell) door(cell); });
  form.addEventListener("keydown", (event) => {
    const pointer = cellAt(event.target);
    if (!pointer || event.isComposing) return;
    if (event.key === "Enter" && (event.altKey || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      open(pointer);
    } else if (event.key === "Escape" && boxOf(pointer) && !boxOf(pointer).hidden) {
      event.preventDefault();
      close(pointer);
    }
  });
}

// The mouse's and the finger's way in; the keyboard's is Ctrl+Enter, so that Tab goes from cell to cell.
function door(cell) {
  const pointer = cell.querySelector("[name^='/']")?.name;
  if (!pointer || !hasContext(pointer) || cell.querySelector(":scope > .cell-foot button")) return;
  const button = make("button", { type: "button", class: "door", tabindex: "-1", "aria-label": `Chi tiết ô ${label(pointer)}` }, "Chi tiết");
  button.addEventListener("click", () => (boxOf(pointer) && !boxOf(pointer).hidden ? close(pointer) : open(pointer)));
  foot(cell).prepend(button);
}

