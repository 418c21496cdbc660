// What the server has, as far as this page has seen: the text of each cell, and the version of the draft.
import { form } from "./cells.js";

const texts = new Map();
export let version = +(form?.dataset.draftVersion ?? 0);

export const textOf = (pointer) => texts.get(pointer) ?? "";
export const learn = (pointer, text) => { texts.set(pointer, text ?? ""); };

export function moveTo(newer) {
  version = newer;
  if (form.elements.draft_version) form.elements.draft_version.value = newer;
}
