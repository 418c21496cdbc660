// What the server finds wrong or doubtful in a cell, shown beside it as the page itself would.
import { block, control, form, icon, idOf, make } from "./cells.js";

const idFor = (pointer) => `${idOf(pointer)}-tim`;
const ids = (control) => (control.getAttribute("aria-describedby") || "").split(" ").filter(Boolean);

/** Replace everything that was found at a cell. */
export function find(pointer, findings) {
  const place = block(pointer);
  if (!place) return;
  const own = control(pointer);
  const target = own?.closest("[role=radiogroup]") || own;
  // Sentences of the page that only this cell points at are those this answer replaces.
  const old = target ? ids(target).filter((id) => document.getElementById(id)?.matches(".finding")) : [];
  for (const id of old) if (form.querySelectorAll(`[aria-describedby~="${id}"]`).length === 1) document.getElementById(id).remove();
  for (const sentence of place.querySelectorAll(`[data-of="${pointer}"]`)) sentence.remove();

  const sentences = findings.map(({ level, message }, number) => make("p", { class: `finding ${level}`, id: `${idFor(pointer)}-${number}`, "data-of": pointer },
    icon("wrong"), make("span", {}, `${level === "warning" ? "Cần kiểm tra: " : ""}${message}`)));
  if (own) (own.closest(".with-unit, .ticks") || own).after(...sentences);
  else place.append(...sentences);
  if (!target) return;

  const levels = findings.map(({ level }) => level);
  const described = [...ids(target).filter((id) => !old.includes(id)), ...sentences.map(({ id }) => id)];
  if (described.length) target.setAttribute("aria-describedby", described.join(" "));
  else target.removeAttribute("aria-describedby");
  if (levels.includes("error")) target.setAttribute("aria-invalid", "true");
  else target.removeAttribute("aria-invalid");
  target.classList.toggle("doubtful", levels.includes("warning") && !levels.includes("error"));
  if (!target.className) target.removeAttribute("class");
}
