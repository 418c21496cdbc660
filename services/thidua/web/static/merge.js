// Takes in what others have written, and keeps apart what they and this person have both touched.
import { block, read, write } from "./cells.js";
import * as conflicts from "./conflicts.js";
import * as known from "./known.js";
import * as queue from "./queue.js";
import { ensure } from "./rows.js";
import { readDraft } from "./wire.js";

export let isStale = false; // somebody else has written something this page has yet to fetch
export const becomeStale = () => { isStale = true; };

/** Show or take away the mark of a cell that was carried over from the last period. */
export function carried(pointer, is) {
  const mark = block(pointer)?.querySelector(`[data-carried="${pointer}"]`);
  if (mark) mark.hidden = !is;
}

/** The server has another text in a cell than this page knew. */
export function takeOver(pointer, { typed, carried: isCarried, by, at }) {
  const text = typed ?? "";
  const entry = queue.get(pointer);
  if (entry) {
    if ((entry.text ?? "") === text) queue.settle(pointer, entry.text);
    else if (entry.over !== text) return clash(pointer, { theirs: text, by, at });
  } else if (text !== known.textOf(pointer) || read(pointer) !== text) {
    if (typed !== null) ensure(pointer);
    write(pointer, text);
    carried(pointer, isCarried);
  }
  return known.learn(pointer, text);
}

/** Two texts for one cell: nothing to ask if they are the same, or the other was sent from here and its answer lost. */
export function clash(pointer, found) {
  const theirs = found.theirs ?? "";
  known.learn(pointer, theirs);
  if ((queue.get(pointer)?.text ?? "") === theirs) queue.drop(pointer);
  else if (queue.isOwn(pointer, theirs)) queue.rebase(pointer, theirs);
  else conflicts.add(pointer, found);
}

/** Fetch the draft and take it in; tells whether that went well. */
export async function refresh() {
  const draft = await readDraft();
  if (!draft) return false;
  for (const [pointer, cell] of Object.entries(draft.cells)) takeOver(pointer, cell);
  isStale = false;
  known.moveTo(draft.version);
  return true;
}
