// The cells of the form: the controls named by a JSON pointer, what stands in them, where they are.
export const form = document.querySelector("[data-form]");

export const idOf = (pointer) => `o${pointer.replaceAll("/", "-")}`;
export const isCell = (control) => Boolean(control.name?.startsWith("/"));

// Looked up once: a pasted block touches thousands of cells.
let byPointer = null;
export const renew = () => { byPointer = null; };
function all() {
  if (!byPointer) {
    byPointer = new Map();
    for (const each of form.elements) if (isCell(each)) byPointer.set(each.name, [...(byPointer.get(each.name) || []), each]);
  }
  return byPointer;
}

export const pointers = () => [...all().keys()];
/** The controls of a cell: one, or its radio buttons; empty if the page has no such cell. */
export const controls = (pointer) => all().get(pointer) || [];
export const control = (pointer) => controls(pointer)[0];
export const isLocked = (pointer) => controls(pointer).every((each) => each.matches(":disabled, [readonly]"));

/** What stands in a cell; null if the page has no such cell. */
export function read(pointer) {
  const found = controls(pointer);
  if (found[0]?.type === "radio") return found.find((each) => each.checked)?.value ?? "";
  return found[0]?.value ?? null;
}

/** What the server had written into a cell, whatever a reload has put back into it since. */
export function rendered(pointer) {
  const found = controls(pointer);
  if (found[0].type === "radio") return found.find((each) => each.defaultChecked)?.value ?? "";
  if (found[0].options) return ([...found[0].options].find((each) => each.defaultSelected) || found[0].options[0])?.value ?? "";
  return found[0].defaultValue;
}

/** Write into a cell; a choice takes any text, as typed, since nothing typed may be lost. */
export function write(pointer, text) {
  const [found, ...others] = controls(pointer);
  if (!found || read(pointer) === text) return;
  if (found.type === "radio") for (const each of [found, ...others]) each.checked = each.value === text;
  else {
    if (found.options && ![...found.options].some((each) => each.value === text)) found.add(new Option(`${text} (không có trong danh sách)`, text));
    found.value = text;
  }
}

/** The block that shows a cell with its label; for a pointer to a group or table, that one's block. */
export function block(pointer) {
  const part = control(pointer) || document.getElementById(idOf(pointer)) || control(pointers().find((each) => each.startsWith(`${pointer}/`)));
  return control(pointer) ? part.closest(".cell") : part?.closest("fieldset.cell");
}

export function label(pointer) {
  const title = block(pointer)?.querySelector("label, .label");
  const row = control(pointer)?.closest("[data-row]")?.querySelector("[data-number]").textContent;
  return `${title ? title.innerText.replace(/\s*\*$|\s*\(không bắt buộc\)/, "") : "này"}${row ? `, dòng ${row}` : ""}`;
}

/** Tell everyone who listens that cells were changed by a script. */
export const tell = (...changed) => form.dispatchEvent(new CustomEvent("cells", { detail: changed }));

/** A new element; texts are texts and never markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const DRAWINGS = {
  saved: "M6.5 12.4 2.6 8.5 4 7.1l2.5 2.5L12 4l1.4 1.4z",
  waiting: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm0 1.8a4.7 4.7 0 1 1 0 9.4 4.7 4.7 0 0 1 0-9.4zM7.1 4.6v4l3 1.9.9-1.5-2.2-1.3V4.6z",
  wrong: "M8 1 15.5 14.5H.5zM7.1 6v4.2h1.8V6zm0 5.4v1.7h1.8v-1.7z",
};

const SVG = "http://www.w3.org/2000/svg"; // a name, not an address
const drawn = {};

function drawing(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

export function icon(name) {
  if (!drawn[name]) {
    drawn[name] = drawing("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" });
    drawn[name].append(drawing("path", { "fill-rule": "evenodd", d: DRAWINGS[name] }));
  }
  return drawn[name].cloneNode(true);
}
