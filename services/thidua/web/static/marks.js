// Shows what became of what was typed: a mark at each cell, one line for the whole form.
import { block, control, form, icon, make } from "./cells.js";

const WORDS = {
  waiting: ["waiting", "chưa lưu"],
  saving: ["waiting", "đang lưu…"],
  saved: ["saved", "đã lưu"],
  failed: ["wrong", "chưa lưu được"],
  wrong: ["wrong", "sai – vẫn được giữ"],
  conflict: ["wrong", "có hai bản"],
};
const WORST = ["conflict", "failed", "wrong", "waiting", "saving", "saved"];
const states = new Map();
const TIME = new Intl.DateTimeFormat("vi-VN", { timeZone: form?.dataset.timeZone || "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat("vi-VN", { timeZone: form?.dataset.timeZone || "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" });
export const timeOf = (moment) => TIME.format(new Date(moment));
export const dayOf = (moment) => DAY.format(new Date(moment));

export const countOf = (state) => [...states.values()].filter((each) => each === state).length;

function picture(state) {
  const [drawing, words] = WORDS[state];
  return [icon(drawing), make("span", {}, words)];
}

function mark(place, state) {
  let shown = place.querySelector(":scope > .kept");
  if (!shown) {
    shown = make("span");
    place.append(shown);
  }
  const current = `kept ${state}`;
  if (shown.className !== current) {
    shown.className = current;
    shown.replaceChildren(...picture(state));
  }
}

/** The line at the foot of a cell: its state, and the door to its context. */
export function foot(cell) {
  let line = cell.querySelector(":scope > .cell-foot");
  if (!line) {
    line = make("div", { class: "cell-foot no-print" });
    cell.append(line);
  }
  return line;
}

// Thousands of cells may change at once; they are drawn a few at a time, and typing goes on in between.
const undrawn = new Set();
const AT_ONCE = 200;
let timer = 0;
function drawSome() {
  timer = 0;
  for (const pointer of [...undrawn].slice(0, AT_ONCE)) {
    undrawn.delete(pointer);
    draw(pointer);
  }
  if (undrawn.size) timer = setTimeout(drawSome);
}

export const has = (pointer) => states.has(pointer);
export const forget = (pointer) => states.delete(pointer);

/** Set the state of a cell. */
export function show(pointer, state) {
  states.set(pointer, state);
  undrawn.add(pointer);
  timer ||= setTimeout(drawSome);
}

// A count and its topics share a block: it shows the worst of their states.
function draw(pointer) {
  const own = control(pointer);
  const cell = own && block(pointer);
  if (!cell) return;
  const topics = own.closest(".topics");
  if (topics) {
    const place = own.nextElementSibling?.matches(".topic-foot") ? own.nextElementSibling : make("span", { class: "topic-foot no-print" });
    own.after(place);
    mark(place, states.get(pointer));
  }
  const inside = [...cell.querySelectorAll("[name^='/']")].map((each) => states.get(each.name));
  mark(foot(cell), WORST.find((each) => inside.includes(each)));
}

let line;
let said;

/** Say how the whole form stands; only what a person must know is read out. */
export function tellAll(state, text, { aloud = false, button } = {}) {
  if (!line) {
    line = make("p", { class: "small kept-line no-print" });
    said = make("span", { class: "hidden", role: "status" });
    form.querySelector(".bar").prepend(line, said);
  }
  // A button that is being pressed must not be replaced under the finger by one like it.
  const isSame = line.classList.contains(state) && line.querySelector("span")?.textContent === text && Boolean(line.querySelector("button")) === Boolean(button);
  line.className = `small kept-line no-print kept ${state}`;
  if (!isSame) line.replaceChildren(icon(WORDS[state][0]), make("span", {}, text), ...(button ? [button] : []));
  if (aloud && said.textContent !== text) said.textContent = text;
  if (!aloud) said.textContent = "";
}
