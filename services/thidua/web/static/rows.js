// Rows of tables, added and taken away in place; numbers in names may have gaps, the server does not mind.
import { form, renew, tell } from "./cells.js";

const NUMBER = "__row__"; // as the template has it
const ROW = /^(\/(?:evidence\/)?[a-z0-9_]+)\/(\d+)\//;
const numberOf = (row) => +row.querySelector("[data-remove]").value.split("/").pop();
export const shown = (table) => [...table.querySelectorAll(":scope > [data-row]")];
export const room = (table) => Math.max(0, +table.dataset.most - shown(table).length);
export const cellsOf = (row) => [...new Set([...row.querySelectorAll("[name^='/']")].map((each) => each.name))];

function renumber(table) {
  shown(table).forEach((row, place) => { row.querySelector("[data-number]").textContent = place + 1; });
}

// Numbers go on after the last, and only then fill gaps: the server takes none past the table's most.
function freeNumbers(table, count) {
  const used = new Set(shown(table).map(numberOf));
  const free = Array.from({ length: +table.dataset.most }, (_, number) => number).filter((number) => !used.has(number));
  const last = Math.max(-1, ...used);
  return [...free.filter((number) => number > last), ...free.filter((number) => number < last)].slice(0, count);
}

// Copies of the template, each with its number in names and ids; copying is several times as fast as parsing.
function copies(template, numbers) {
  const places = [...template.content.querySelectorAll("*")].flatMap((element, at) =>
    [...element.attributes].filter(({ value }) => value.includes(NUMBER)).map(({ name, value }) => [at, name, value]));
  return numbers.map((number) => {
    const copy = template.content.cloneNode(true);
    const elements = copy.querySelectorAll("*");
    for (const [at, name, value] of places) elements[at].setAttribute(name, value.replaceAll(NUMBER, number));
    return copy;
  });
}

/** Add rows at the end, all in one go; returns them. */
export function add(table, count, numbers = freeNumbers(table, count)) {
  const template = table.querySelector("template");
  const before = shown(table).length;
  template.before(...copies(template, numbers));
  renew();
  renumber(table);
  return shown(table).slice(before);
}

/** Make sure that the row a cell belongs to is there. */
export function ensure(pointer) {
  const [, name, number] = ROW.exec(pointer) || [];
  const table = name && form.querySelector(`[data-records="${name}"]`);
  if (table && !shown(table).some((row) => numberOf(row) === +number)) add(table, 1, [+number]);
}

/** Take rows of a table away; their cells are told to be gone, for the draft forgets them. */
export function remove(...rows) {
  if (!rows.length) return;
  const table = rows[0].closest("[data-records]");
  const gone = rows.flatMap(cellsOf);
  for (const row of rows) row.remove();
  renew();
  renumber(table);
  tell(...gone);
}

export function start() {
  for (const table of form.querySelectorAll("[data-records]")) {
    table.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.hasAttribute("data-add")) {
        event.preventDefault();
        if (!room(table)) return;
        add(table, 1)[0].querySelector("input:not([type=hidden]), select, textarea").focus();
      } else if (button?.hasAttribute("data-remove")) {
        event.preventDefault();
        const row = button.closest("[data-row]");
        const typed = [...row.querySelectorAll("[type=text], select, textarea")].some((cell) => cell.value.trim());
        if (typed && !confirm("Xóa dòng này cùng những gì đã gõ trong đó?")) return;
        remove(row);
        table.querySelector("[data-add]").focus();
      }
    });
  }
}
