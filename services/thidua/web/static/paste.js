// Pasting a block of a spreadsheet: into a table of records from the cell down and to the right,
// or a column into a run of number cells. What is pasted stays as it was typed there.
import { control, controls, form, isLocked, make, read, tell, write } from "./cells.js";
import * as rows from "./rows.js";

/** Read tab-separated text as spreadsheets copy it, quoted cells with their tabs, lines and doubled quotes. */
export function parse(text) {
  const block = [[]];
  const cell = /(?:"((?:[^"]|"")*)"(?=[\t\n\r]|$)|([^\t\n\r]*))(\t|\r\n|\n|\r|$)/y;
  while (cell.lastIndex < text.length || block.at(-1).length === 0) {
    const [, quoted, plain, end] = cell.exec(text);
    block.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === "") break;
    if (end !== "\t") {
      if (cell.lastIndex >= text.length) break;
      block.push([]);
    }
  }
  return block;
}

const folded = (text) => text.normalize("NFC").trim().toLowerCase();

/** What a cell takes for a pasted text: a choice its option's code, a one-line cell one line. */
function taken(pointer, text) {
  const own = control(pointer);
  if (own.matches("textarea")) return text;
  const line = text.replace(/[\t\r\n]+/g, " ");
  const options = own.options ? [...own.options].filter((each) => each.value) : own.type === "radio" ? controls(pointer) : null;
  if (!options) return line;
  const title = (each) => each.label || each.closest("label").textContent;
  return options.find((each) => each.value === line || folded(title(each)) === folded(line))?.value ?? (own.options ? line.trim() : null);
}

/** Paste texts cell by cell; returns what stood there before, and how many went where. */
function put(targets) {
  const before = new Map();
  let misfits = 0;
  for (const [pointer, text] of targets) {
    const fits = pointer && !isLocked(pointer) ? taken(pointer, text) : null;
    if (fits === null) misfits += text.trim() ? 1 : 0;
    else {
      before.set(pointer, read(pointer));
      write(pointer, fits);
    }
  }
  return { before, misfits };
}

function intoTable(table, start, block) {
  const row = start.closest("[data-row]");
  const column = rows.cellsOf(row).indexOf(start.name);
  const there = rows.shown(table);
  const first = there.indexOf(row);
  const room = table.querySelector("[data-add]:not(:disabled)") ? rows.room(table) : 0;
  const more = Math.min(room, Math.max(0, first + block.length - there.length));
  const added = more ? rows.add(table, more) : [];
  const places = [...there.slice(first), ...added].map(rows.cellsOf);
  const targets = block.flatMap((texts, down) => texts.map((text, right) => [places[down]?.[column + right], text]));
  return { ...put(targets), added };
}

function intoRun(start, block) {
  const numbers = [...start.closest(".section").querySelectorAll(".cell:not(fieldset) > .with-unit > input, .cell > textarea, .cell > select, .cell > .ticks input, .cell > [data-closed]")];
  const after = numbers.slice(numbers.indexOf(start));
  const end = after.findIndex((each) => !each.matches("[inputmode]"));
  const run = end < 0 ? after : after.slice(0, end);
  return { ...put(block.flatMap((texts, down) => texts.map((text, right) => [right ? null : run[down]?.name, text]))), added: [] };
}

function say(place, { before, misfits, added }) {
  document.getElementById("vua-dan")?.remove();
  const undo = make("button", { type: "button", class: "button quiet tiny" }, "Hoàn tác dán");
  const box = make("p", { class: "note row no-print", id: "vua-dan" },
    make("span", { role: "status" }, `Đã dán ${before.size} ô${added.length ? `, thêm ${added.length} dòng` : ""}.${misfits ? ` ${misfits} ô không vừa hoặc không mở nên chưa dán.` : ""}`), undo);
  undo.addEventListener("click", () => {
    rows.remove(...added);
    const changed = [...before].filter(([pointer]) => control(pointer));
    for (const [pointer, text] of changed) write(pointer, text);
    tell(...changed.map(([pointer]) => pointer));
    box.remove();
    control([...before.keys()][0])?.focus();
  });
  place.before(box);
}

export function start() {
  form.addEventListener("paste", (event) => {
    const { target } = event;
    const text = event.clipboardData.getData("text/plain").replace(/(\r\n|\n|\r)$/, "");
    const table = target.closest("[data-records]");
    const isBlock = table && target.closest("[data-row]") && (text.includes("\t") || (target.matches("input") && /[\r\n]/.test(text)));
    const isColumn = !table && target.matches(".with-unit > input[inputmode]") && /[\r\n\t]/.test(text);
    if (!isBlock && !isColumn) return;
    event.preventDefault();
    const done = isBlock ? intoTable(table, target, parse(text)) : intoRun(target, parse(text));
    tell(...done.before.keys());
    say(isBlock ? table : target.closest(".cell"), done);
  });
}
