// A count filed as a list: as soon as a row says something, the rows are the count, here as on the server.
import { form, tell } from "./cells.js";

const says = (row) => [...row.querySelectorAll("[name^='/']")].some((cell) => cell.value.trim());

function derive(list, isOpening = false) {
  const count = document.getElementById(list.dataset.list);
  const told = [...list.querySelectorAll("[data-row]")].filter(says).length;
  if (told && !count.readOnly && count.value.trim()) list.dataset.before = count.value.trim();
  count.readOnly = told > 0;
  if (isOpening) return;
  const before = list.dataset.before && list.dataset.before !== String(told) ? `; trước khi kê, ô này ghi ${list.dataset.before}` : "";
  list.querySelector("[data-listed]").textContent = told ? `– máy đếm ${told} dòng${before}` : "";
  if (!told || count.value === String(told)) return;
  count.value = told;
  tell(count.name);
}

const listOf = (pointer) => pointer.startsWith("/evidence/") && form.querySelector(`[data-records="${pointer.split("/").slice(0, 3).join("/")}"]`)?.closest("[data-list]");

if (form) {
  for (const list of form.querySelectorAll("[data-list]")) derive(list, true);
  form.addEventListener("input", ({ target }) => {
    const list = listOf(target.name || "");
    if (list) derive(list);
  });
  form.addEventListener("cells", ({ detail }) => new Set(detail.map(listOf)).forEach((list) => list && derive(list)));
}
