// What was typed and the server has not acknowledged yet, written ahead into the browser's own storage.
//
// One small entry for each cell, {text, over, sent}: what was typed, the server's text it was typed over,
// and what was sent without an answer so far, which the server may have all the same. Keys carry the
// account and the draft, so that nobody's text is ever sent in somebody else's name.
//
// localStorage takes an entry before the next key and so outlives the tab, but the browser writes it to disk
// only now and then: after the browser's own death it may miss the last minute and show what was settled in
// it. The journal is on disk within milliseconds. What it has that is newer than all of localStorage counts.
import { form } from "./cells.js";
import { openJournal } from "./journal.js";

const MOST_UNANSWERED = 4; // texts of one cell
const owner = form ? `${form.dataset.person} ${form.dataset.draftUrl}` : "";
const prefix = `thidua ${owner} `;
const newest = `thidua-newest ${owner}`; // the stamp of the last change that localStorage has seen
const waiting = new Map();
const touched = new Set(); // in this window since it was opened
const journal = form?.dataset.draftUrl ? openJournal() : null;
let safe = true;
let lastStamp = 0;

function stored(key, otherwise = null) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function store(pointer, entry) {
  const key = prefix + pointer;
  lastStamp = Math.max(Date.now(), lastStamp + 1);
  touched.add(pointer);
  journal.write(key, { ...entry, stamp: lastStamp }); // without a text: settled
  try {
    if (entry) localStorage.setItem(key, JSON.stringify(entry));
    else localStorage.removeItem(key);
    localStorage.setItem(newest, lastStamp);
  } catch {
    safe = false; // full or forbidden: only the journal keeps it, and leaving the page asks first
  }
  if (entry) waiting.set(pointer, entry);
  else waiting.delete(pointer);
}

function keys() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    safe = false;
    return [];
  }
}

/** Take up what earlier windows have left; until then only what is typed in this one is there. */
export async function recall() {
  const written = await journal.read(prefix);
  const known = stored(newest, 0);
  const left = new Map(keys().map((key) => [key, stored(key)]));
  for (const [key, { stamp, ...entry }] of written) {
    lastStamp = Math.max(lastStamp, stamp);
    if (stamp > known) left.set(key, entry.text === undefined ? null : entry);
  }
  for (const [key, entry] of left) {
    const pointer = key.slice(prefix.length);
    if (!touched.has(pointer) && (entry || stored(key))) store(pointer, entry);
  }
}

/** Another window of the same person typed: the latest text wins, here too. */
export function onForeign(listen) {
  addEventListener("storage", ({ key, newValue }) => {
    if (!key?.startsWith(prefix)) return;
    const pointer = key.slice(prefix.length);
    if (newValue === null) waiting.delete(pointer);
    else waiting.set(pointer, stored(key) || { text: "", over: "" });
    listen(pointer, newValue === null ? null : waiting.get(pointer));
  });
}

export const isSafe = () => safe;
export const size = () => waiting.size;
export const has = (pointer) => waiting.has(pointer);
export const get = (pointer) => waiting.get(pointer);
export const all = () => [...waiting.keys()];
export const put = (pointer, text, over) => store(pointer, { over, ...waiting.get(pointer), text });
export const rebase = (pointer, over) => store(pointer, { ...waiting.get(pointer), over });
export const drop = (pointer) => store(pointer, null);

/** What waits in a cell is being sent. */
export function sending(pointer) {
  const { text, over, sent = [] } = waiting.get(pointer);
  store(pointer, { text, over, sent: [...sent.filter((each) => each !== text), text].slice(-MOST_UNANSWERED) });
}

/** Whether a text the server has in a cell is what this person typed over, or has sent. */
export const isOwn = (pointer, theirs) => [waiting.get(pointer)?.over, ...(waiting.get(pointer)?.sent ?? [])].some((each) => (each ?? "") === theirs);

/** The server has this text now: forget it, unless something else was typed meanwhile in any window. */
export function settle(pointer, text) {
  const latest = (safe && stored(prefix + pointer)) || waiting.get(pointer);
  if (latest) store(pointer, latest.text === text ? null : { text: latest.text, over: text });
}
