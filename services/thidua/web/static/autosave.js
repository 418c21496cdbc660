// Keeps the draft on the server up to date, cell by cell.
//
// Each keystroke is first written into the queue of the browser, then sent a moment later; it leaves
// the queue when the server has acknowledged exactly that text. One request at a time.
import { form, idOf, isCell, isLocked, make, pointers, read, rendered, write } from "./cells.js";
import * as conflicts from "./conflicts.js";
import { find } from "./findings.js";
import * as known from "./known.js";
import * as marks from "./marks.js";
import * as merge from "./merge.js";
import * as queue from "./queue.js";
import { ensure } from "./rows.js";
import { signInAgain } from "./sign_in_again.js";
import * as standing from "./standing.js";
import { sendCells } from "./wire.js";

const PAUSE = 700; // milliseconds without a keystroke after which cells are sent
const LONGEST = 1400; // a cell is sent this long after its first keystroke, however fast the typing goes on
const MOST_CELLS = 2000; // in one request, as the server takes them
const FEWEST_CELLS = 100; // a slow line gets smaller requests, but not smaller ones than this
const SLOWEST = 30000; // between two attempts while nothing goes through

const refused = new Set(); // cells the server would not take as they are
let timer = 0;
let dueAt = Infinity;
let sending = null;
let failures = 0;
let trouble = ""; // why nothing goes through: "line", "server"; or why nothing is sent: see STOPPED
let savedAt = "";
let isHeld = false; // the form takes no reports for now
let isOvertaken = false; // the report was filed from elsewhere since this page was opened
let batchSize = MOST_CELLS;
let tellOthers; // other windows of this person at the same form

const STOPPED = new Set(["session", "stranger", "closed"]);
const sendable = () => queue.all().filter((pointer) => !conflicts.isOpen(pointer) && !refused.has(pointer));
const tellState = () => standing.tell({ trouble, failures, refused: refused.size, isOvertaken, isHeld, isSending: Boolean(sending), savedAt, signIn: comeBack });

/** A cell was changed, by hand or by a script; null stands for a cell taken away with its row. */
function touch(pointer) {
  const text = read(pointer);
  if (text === null && !known.textOf(pointer) && !queue.has(pointer)) return;
  refused.delete(pointer);
  queue.put(pointer, text, known.textOf(pointer));
  if (text === null) {
    conflicts.drop(pointer);
    marks.forget(pointer);
    return;
  }
  merge.carried(pointer, false);
  if (conflicts.isOpen(pointer)) conflicts.update(pointer);
  else marks.show(pointer, trouble ? "failed" : "waiting");
}

function schedule(pause = PAUSE) {
  if (STOPPED.has(trouble) || (failures && timer)) return tellState();
  const now = Date.now();
  dueAt = Math.min(dueAt, now + LONGEST);
  clearTimeout(timer);
  timer = setTimeout(flush, Math.max(0, Math.min(pause, dueAt - now)));
  return tellState();
}

/** Send everything that waits; tells whether the server has all of it now. */
export async function flush() {
  clearTimeout(timer);
  timer = 0;
  dueAt = Infinity;
  while (sendable().length && !STOPPED.has(trouble)) {
    sending ??= send().finally(() => { sending = null; });
    if (!(await sending)) break;
  }
  while (sending) await sending;
  tellState();
  return !queue.size();
}

async function send() {
  if (merge.isStale && !(await merge.refresh())) return false;
  const batch = sendable().slice(0, batchSize);
  if (!batch.length) return true;
  const cells = Object.fromEntries(batch.map((pointer) => [pointer, queue.get(pointer).text]));
  for (const pointer of batch) {
    queue.sending(pointer);
    if (cells[pointer] !== null) marks.show(pointer, "saving");
  }
  tellState();
  const outcome = await sendCells(known.version, cells);
  if (outcome.saved) return saved(cells, outcome.saved);
  if (outcome.trouble === "cells") return narrow(batch);
  failed(batch, outcome.trouble);
  if (outcome.trouble === "session") comeBack();
  return false;
}

function saved(cells, answer) {
  const from = known.version;
  const taken = Object.entries(answer.cells);
  failures = 0;
  trouble = "";
  batchSize = Math.min(MOST_CELLS, batchSize * 2);
  savedAt = answer.saved_at;
  isHeld = Boolean(answer.held);
  isOvertaken = answer.revision > +form.elements.revision.value;
  for (const [pointer, { state, findings }] of taken) {
    known.learn(pointer, cells[pointer]);
    queue.settle(pointer, cells[pointer]);
    if (cells[pointer] !== null) marks.show(pointer, queue.has(pointer) ? "waiting" : state);
    find(pointer, findings);
  }
  for (const [pointer, found] of Object.entries(answer.other_findings)) {
    // Nobody is told off for a cell they have yet to come to; filing will.
    const findings = marks.has(pointer) ? found : found.filter(({ code }) => code !== "required");
    if (found.length && !findings.length) continue;
    find(pointer, findings);
    if (marks.has(pointer) && !queue.has(pointer)) marks.show(pointer, findings.some(({ level }) => level === "error") ? "wrong" : "saved");
  }
  for (const found of answer.conflicts) merge.clash(found.cell, found);
  for (const [pointer, cell] of Object.entries(answer.changed)) merge.takeOver(pointer, cell);
  known.moveTo(answer.version);
  tellOthers({ from, to: answer.version, cells: Object.fromEntries(taken.map(([pointer]) => [pointer, cells[pointer] ?? ""])) });
  return true;
}

function failed(batch, why) {
  trouble = why;
  for (const pointer of batch) if (queue.has(pointer)) marks.show(pointer, "failed");
  if (!STOPPED.has(why)) {
    failures += 1;
    if (why === "line") batchSize = Math.max(FEWEST_CELLS, Math.ceil(batch.length / 2));
    clearTimeout(timer);
    timer = setTimeout(flush, Math.min(SLOWEST, 1000 * 2 ** (failures - 1)) * (0.5 + Math.random()));
  }
  tellState();
}

/** One cell that is not taken must not keep the others back: find it by halving. */
function narrow(batch) {
  if (batch.length > 1) batchSize = Math.ceil(batch.length / 2);
  else {
    refused.add(batch[0]);
    batchSize = MOST_CELLS;
    marks.show(batch[0], "failed");
  }
  return true;
}

/** Ask for the password in place; go on if it is the same person. */
async function comeBack() {
  const name = await signInAgain();
  if (name === null) return tellState();
  if (name !== form.dataset.person) trouble = "stranger";
  else {
    trouble = "";
    failures = 0;
    flush();
  }
  return tellState();
}

function chosen(pointer, isMine, theirs) {
  const mine = read(pointer);
  queue.drop(pointer);
  if (isMine) queue.put(pointer, mine, theirs ?? "");
  else write(pointer, theirs ?? "");
  marks.show(pointer, isMine ? "waiting" : "saved");
  schedule(0);
}

/** Whether leaving now would lose sight of something that only this page or this browser has. */
export const isAtRisk = () => queue.size() > 0 && (Boolean(trouble) || !queue.isSafe());
export const hasWaiting = () => queue.size() > 0;
/** Forget what waits, as a person asked who signs out. */
export const forget = () => queue.all().forEach(queue.drop);

/** Another part of the page has come to know what the server has in a cell. */
export function learn(pointer, text) {
  known.learn(pointer, text);
  if (queue.has(pointer)) write(pointer, queue.get(pointer).text);
}

// A report was sent back since: what was typed in a cell that stays closed is kept here, told, and not sent.
const isClosed = (pointer) => !ensure(pointer) && read(pointer) === null;
function setAside(pointer, text) {
  refused.add(pointer);
  const place = document.getElementById(idOf(pointer))?.closest(".cell") || document.getElementById("tra-lai");
  place.append(make("p", { class: "hint" }, `Chữ đã gõ trước khi báo cáo bị trả lại, không nộp: “${text}”`));
}

/** Put what the last window could not send back into its cells. */
async function restore() {
  await queue.recall();
  for (const pointer of queue.all()) {
    const { text } = queue.get(pointer);
    if (text === known.textOf(pointer)) queue.drop(pointer);
    else if (form.hasAttribute("data-by-cell") && text && isClosed(pointer)) setAside(pointer, text);
    else if (text !== null) {
      ensure(pointer);
      write(pointer, text);
      marks.show(pointer, "waiting");
      // Written over another text than the server has now: whose, the draft tells.
      if (!queue.isOwn(pointer, known.textOf(pointer))) merge.becomeStale();
    }
  }
  // A page that shows again what was posted, or a browser that kept the controls: those texts count as typed.
  for (const pointer of pointers()) if (!queue.has(pointer) && !isLocked(pointer) && read(pointer) !== known.textOf(pointer)) touch(pointer);
  if (form.hasAttribute("data-dirty")) merge.becomeStale();
  if (merge.isStale && !(await merge.refresh())) failed([], "line");
  if (queue.size()) schedule(0);
  else tellState();
}

/** Other windows of this person: what they type shows here, and what they saved need not be fetched. */
function listenToOthers() {
  queue.onForeign((pointer, entry) => {
    if (!entry) return tellState();
    ensure(pointer);
    if (entry.text !== null) write(pointer, entry.text);
    if (conflicts.isOpen(pointer)) conflicts.update(pointer);
    else marks.show(pointer, "waiting");
    return schedule(LONGEST * 2); // should that window die first
  });
  const channel = new BroadcastChannel(`thidua ${form.dataset.person} ${form.dataset.draftUrl}`);
  tellOthers = (news) => channel.postMessage(news);
  channel.onmessage = ({ data: { from, to, cells } }) => {
    for (const [pointer, text] of Object.entries(cells)) {
      known.learn(pointer, text);
      if (!queue.has(pointer)) marks.show(pointer, "saved");
    }
    if (from === known.version) known.moveTo(to);
    else if (to > known.version) merge.becomeStale();
    tellState();
  };
}

export function start() {
  for (const pointer of pointers()) known.learn(pointer, rendered(pointer));
  listenToOthers();
  conflicts.start(chosen);
  restore();

  form.addEventListener("input", ({ target }) => {
    if (!isCell(target)) return;
    touch(target.name);
    schedule();
  });
  form.addEventListener("cells", ({ detail }) => {
    detail.forEach(touch);
    schedule(0); // a script's change is whole at once
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.code !== "KeyS") return;
    event.preventDefault();
    flush();
  });
  form.addEventListener("focusout", () => { if (sendable().length) schedule(0); });
  document.addEventListener("visibilitychange", () => {
    if (sendable().length) flush();
    else if (!document.hidden && !trouble) merge.refresh().then(tellState);
  });
  addEventListener("pagehide", () => { if (!sending) flush(); });
  addEventListener("online", () => { if (!STOPPED.has(trouble)) flush(); });
}
