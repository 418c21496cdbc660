// Rows of tables, added and taken away in place; numbers in names may have gaps, the server does not mind.
import { form, renew, tell } from "./cells.js";

const ROW = /^(\/[a-z0-9_]+)\/(\d+)\//;
const next = new WeakMap();
const numberOf = (row) => +row.querySelector("[data-remove]").value.split("/").pop();
export const shown = (table) => [...table.querySelectorAll(":scope > [data-row]")];
export const room = (table) => Math.max(0, +table.dataset.most - shown(table).length);
export const cellsOf = (row) => [...new Set([...row.querySelectorAll("[name^='/']")].map((each) => each.name))];

function renumber(table) {
  shown(table).forEach((row, place) => { row.querySelector("[data-number]").textContent = place + 1; });
}

/** Add rows at the end, all in one go; returns them. */
export function add(table, count, first = next.get(table)) {
  const template = table.querySelector("template");
  const before = template.previousElementSibling;
  const html = Array.from({ length: count }, (_, place) => template.innerHTML.replaceAll("__row__", first + place)).join("");
  template.insertAdjacentHTML("beforebegin", html);
  renew();
  next.set(table, Math.max(next.get(table), first + count));
  renumber(table);
  return shown(table).slice(before?.matches("[data-row]") ? shown(table).indexOf(before) + 1 : 0);
}

/** Make sure that the row a cell belongs to is there. */
export function ensure(pointer) {
  const [, name, number] = ROW.exec(pointer) || [];
  const table = name && form.querySelector(`[data-records="${name}"]`);
  if (table && !shown(table).some((row) => numberOf(row) === +number)) add(table, 1, +number);
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
    next.set(table, 1 + Math.max(-1, ...shown(table).map(numberOf)));
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
