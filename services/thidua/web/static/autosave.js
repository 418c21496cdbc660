// Keeps the draft on the server up to date, cell by cell, and says how it stands.
//
// Each keystroke is first written into the queue of the browser, then sent a moment later; it leaves
// the queue when the server has acknowledged exactly that text. One request at a time.
import { block, form, isCell, isLocked, make, pointers, read, rendered, write } from "./cells.js";
import * as conflicts from "./conflicts.js";
import { find } from "./findings.js";
import * as marks from "./marks.js";
import { show, tellAll } from "./marks.js";
import { openQueue } from "./queue.js";
import { ensure } from "./rows.js";
import { signInAgain } from "./sign_in_again.js";

const PAUSE = 700; // milliseconds without a keystroke after which cells are sent
const LONGEST = 1400; // a cell is sent this long after its first keystroke, however fast the typing goes on
const MOST_CELLS = 400; // in one request
const KEEPALIVE_BYTES = 60000; // browsers refuse longer bodies to requests that outlive their page
const TIMEOUT = 20000;
const SLOWEST = 30000;

const { draftUrl, person } = form?.dataset ?? {};
const known = new Map(); // what the server has, by pointer, as far as this page has seen
const refused = new Set(); // cells the server would not take as they are
let base = 0;
let queue;
let channel;
let timer = 0;
let dueAt = Infinity;
let sending = null;
let failures = 0;
let trouble = ""; // why nothing goes through: "line", "server"; or why nothing is sent: "session", "stranger", "closed"
let savedAt = "";
let isStale = false; // somebody else has written something this page has yet to fetch
let isOvertaken = false; // the report was filed from elsewhere since this page was opened
let batchSize = MOST_CELLS;
let greeting = "Những gì bạn gõ được tự lưu trên máy chủ.";

const STOPPED = new Set(["session", "stranger", "closed"]);
const sendable = () => queue.all().filter((pointer) => !conflicts.isOpen(pointer) && !refused.has(pointer));
const textOf = (pointer) => known.get(pointer) ?? "";

/** A cell was changed, by hand or by a script; null stands for a cell taken away with its row. */
function touch(pointer) {
  const text = read(pointer);
  if (text === null && !textOf(pointer) && !queue.has(pointer)) return;
  refused.delete(pointer);
  queue.put(pointer, text, textOf(pointer));
  if (text === null) {
    conflicts.drop(pointer);
    marks.forget(pointer);
    return;
  }
  carried(pointer, false);
  if (conflicts.isOpen(pointer)) conflicts.update(pointer);
  else show(pointer, trouble ? "failed" : "waiting");
}

function schedule(pause = PAUSE) {
  if (STOPPED.has(trouble) || (failures && timer)) return tellState();
  const now = Date.now();
  dueAt = Math.min(dueAt, now + LONGEST);
  clearTimeout(timer);
  timer = setTimeout(flush, Math.max(0, Math.min(pause, dueAt - now)));
  tellState();
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
  return !queue.size;
}

async function ask(url, body) {
  // What no database takes is replaced as the server would, so that the rest is kept.
  const text = body && JSON.stringify(body, (_, value) => (typeof value === "string" ? value.replace(/\0|\p{Surrogate}/gu, "\ufffd") : value));
  return fetch(url, {
    method: body ? "POST" : "GET",
    headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value }) },
    body: text,
    keepalive: Boolean(text) && text.length * 3 < KEEPALIVE_BYTES,
    cache: "no-store",
    redirect: "manual",
    signal: AbortSignal.timeout?.(TIMEOUT),
  });
}

async function send() {
  if (isStale && !(await refresh())) return false;
  const batch = sendable().slice(0, batchSize);
  if (!batch.length) return true;
  const cells = Object.fromEntries(batch.map((pointer) => [pointer, queue.get(pointer).text]));
  for (const pointer of batch) if (cells[pointer] !== null) show(pointer, "saving");
  tellState();
  let answer;
  try {
    answer = await ask(draftUrl, { base, cells });
    if (answer.status === 200) return saved(cells, await answer.json());
  } catch {
    return failed(batch, "line");
  }
  return refusal(answer, batch);
}

function saved(cells, answer) {
  const from = base;
  const taken = Object.entries(answer.cells);
  failures = 0;
  trouble = "";
  batchSize = MOST_CELLS;
  for (const [pointer, { state, findings }] of taken) {
    known.set(pointer, cells[pointer] ?? "");
    queue.settle(pointer, cells[pointer]);
    if (cells[pointer] !== null) show(pointer, queue.has(pointer) ? "waiting" : state);
    find(pointer, findings);
  }
  for (const [pointer, findings] of Object.entries(answer.other_findings)) {
    find(pointer, findings);
    if (marks.has(pointer) && !queue.has(pointer)) show(pointer, findings.some(({ level }) => level === "error") ? "wrong" : "saved");
  }
  for (const found of answer.conflicts) clash(found.cell, found);
  for (const [pointer, cell] of Object.entries(answer.changed)) takeOver(pointer, cell);
  savedAt = answer.saved_at;
  moveTo(answer.version);
  isOvertaken = answer.revision > +form.elements.revision.value;
  channel.postMessage({ from, to: base, cells: Object.fromEntries(taken.map(([pointer]) => [pointer, cells[pointer] ?? ""])) });
  return true;
}

function moveTo(version) {
  base = version;
  if (form.elements.draft_version) form.elements.draft_version.value = version;
}

function failed(batch, why) {
  trouble = why;
  for (const pointer of batch) if (queue.has(pointer)) show(pointer, "failed");
  if (!STOPPED.has(why)) {
    failures += 1;
    clearTimeout(timer);
    timer = setTimeout(flush, Math.min(SLOWEST, 1000 * 2 ** (failures - 1)) * (0.5 + Math.random()));
  }
  tellState();
  return false;
}

function refusal(answer, batch) {
  if (answer.status === 401 || answer.status === 400 || answer.status === 403 || answer.type === "opaqueredirect") {
    failed(batch, "session");
    comeBack();
    return false;
  }
  if (answer.status === 409) return failed(batch, "closed");
  if (answer.status === 404 || answer.status === 413 || answer.status === 422) {
    // One cell that is not taken must not keep the others back: find it by halving.
    if (batch.length === 1) {
      refused.add(batch[0]);
      batchSize = MOST_CELLS;
      show(batch[0], "failed");
    } else batchSize = Math.ceil(batch.length / 2);
    return true;
  }
  return failed(batch, "server");
}

/** Ask for the password in place; go on if it is the same person. */
async function comeBack() {
  const name = await signInAgain();
  if (name === null) return tellState();
  if (name !== person) trouble = "stranger";
  else {
    trouble = "";
    failures = 0;
    flush();
  }
  return tellState();
}

/** Take over what others have written since, and keep apart what both have touched. */
async function refresh() {
  try {
    const answer = await ask(draftUrl);
    if (answer.status !== 200) return false;
    const draft = await answer.json();
    for (const [pointer, cell] of Object.entries(draft.cells)) takeOver(pointer, cell);
    isStale = false;
    moveTo(draft.version);
    return true;
  } catch {
    return false;
  }
}

function takeOver(pointer, { typed, carried: isCarried, by, at }) {
  const text = typed ?? "";
  const entry = queue.get(pointer);
  const isSame = text === textOf(pointer);
  if (entry) {
    if ((entry.text ?? "") === text) queue.settle(pointer, entry.text);
    else if (entry.over !== text) return clash(pointer, { theirs: text, by, at });
  } else if (!isSame || read(pointer) !== text) {
    if (typed !== null) ensure(pointer);
    write(pointer, text);
    carried(pointer, isCarried);
  }
  return known.set(pointer, text);
}

function clash(pointer, found) {
  known.set(pointer, found.theirs ?? "");
  if ((queue.get(pointer)?.text ?? "") === (found.theirs ?? "")) queue.drop(pointer);
  else conflicts.add(pointer, found);
}

function chosen(pointer, isMine, theirs) {
  const mine = read(pointer);
  queue.drop(pointer);
  if (isMine) queue.put(pointer, mine, theirs ?? "");
  else write(pointer, theirs ?? "");
  show(pointer, isMine ? "waiting" : "saved");
  schedule(0);
}

function carried(pointer, is) {
  const mark = block(pointer)?.querySelector(`[data-carried="${pointer}"]`);
  if (mark) mark.hidden = !is;
}

function tellState() {
  const waiting = queue.size - conflicts.count();
  const cells = `${waiting} ô đang chờ`;
  const wrong = marks.countOf("wrong");
  const button = make("button", { type: "button", class: "button quiet tiny" }, "Đăng nhập lại");
  button.addEventListener("click", comeBack);
  if (trouble === "session") tellAll("failed", `Chưa lưu được: phiên làm việc đã hết, ${cells}.`, { button });
  else if (trouble === "stranger") tellAll("failed", `Bạn vừa đăng nhập bằng tài khoản khác nên ${cells} của tài khoản “${person}” không được gửi đi. Hãy đăng nhập lại bằng tài khoản “${person}”, hoặc tải lại trang.`, { aloud: true, button });
  else if (trouble === "closed") tellAll("failed", `Chưa lưu được: kỳ báo cáo đã khóa, ${cells}.`, { aloud: true });
  else if (trouble && waiting) tellAll("failed", `Chưa lưu được: ${trouble === "line" ? "mất mạng" : "máy chủ chưa trả lời"}, ${cells} trên máy này; sẽ tự gửi lại.`, { aloud: failures > 1 });
  else if (refused.size) tellAll("failed", `Máy chủ không nhận ${refused.size} ô như đã gõ; hãy sửa ngắn lại.`, { aloud: true });
  else if (isOvertaken) tellAll("conflict", "Báo cáo này vừa được nộp từ nơi khác. Những gì bạn gõ vẫn được lưu; hãy tải lại trang để xem bản đã nộp.", { aloud: true });
  else if (sending || waiting) tellAll("saving", waiting > 1 ? `Đang lưu… ${cells}` : "Đang lưu…");
  else if (conflicts.count()) tellAll("conflict", `Đã lưu; ${conflicts.count()} ô có hai bản, cần chọn.`);
  else if (wrong) tellAll("wrong", `Đã lưu lúc ${marks.timeOf(savedAt)}; ${wrong} ô còn sai, vẫn được giữ.`);
  else tellAll("saved", savedAt ? `Đã lưu lúc ${marks.timeOf(savedAt)}` : greeting);
}

/** Whether leaving now would lose sight of something that only this page or this browser has. */
export const isAtRisk = () => queue.size > 0 && (Boolean(trouble) || !queue.isSafe);
export const hasWaiting = () => queue.size > 0;

/** Another part of the page has come to know what the server has in a cell. */
export function learn(pointer, text) {
  known.set(pointer, text);
  if (queue.has(pointer)) write(pointer, queue.get(pointer).text);
}

/** Forget what waits, as a person asked who signs out. */
export function forget() {
  for (const pointer of queue.all()) queue.drop(pointer);
}

/** Put what the last window could not send back into its cells. */
async function restore() {
  const before = queue.all();
  const isReposted = form.hasAttribute("data-dirty");
  for (const pointer of before) {
    const { text, over } = queue.get(pointer);
    if (text === textOf(pointer)) queue.drop(pointer);
    else if (text !== null) {
      ensure(pointer);
      write(pointer, text);
      show(pointer, "waiting");
      // Written over another text than the server has now: whose, the draft tells.
      isStale ||= over !== textOf(pointer);
    }
  }
  // A page that shows again what was posted, or a browser that kept the controls: those texts count as typed.
  for (const pointer of pointers()) if (!queue.has(pointer) && !isLocked(pointer) && read(pointer) !== textOf(pointer)) touch(pointer);
  if (isReposted) isStale = true;
  if (isStale && !(await refresh())) failed([], "line");
  if (queue.size) schedule(0);
  else tellState();
}

export function start() {
  queue = openQueue(person, draftUrl, {
    onForeign(pointer, entry) {
      if (!entry) return tellState();
      ensure(pointer);
      if (entry.text !== null) write(pointer, entry.text);
      if (conflicts.isOpen(pointer)) conflicts.update(pointer);
      else show(pointer, "waiting");
      return schedule(LONGEST * 2); // should that window die first
    },
  });
  channel = new BroadcastChannel(`thidua ${person} ${draftUrl}`);
  channel.onmessage = ({ data: { from, to, cells } }) => {
    for (const [pointer, text] of Object.entries(cells)) {
      known.set(pointer, text);
      if (!queue.has(pointer)) show(pointer, "saved");
    }
    if (from === base) moveTo(to);
    else if (to > base) isStale = true;
    tellState();
  };
  base = +form.dataset.draftVersion;
  conflicts.start(chosen);
  for (const pointer of pointers()) known.set(pointer, rendered(pointer));
  if (base) greeting = "Bản nháp đã lưu trên máy chủ; gõ tiếp sẽ tự lưu.";
  tellState();
  restore();

  form.addEventListener("input", ({ target }) => {
    if (!isCell(target)) return;
    touch(target.name);
    schedule();
  });
  form.addEventListener("cells", ({ detail }) => {
    detail.forEach(touch);
    schedule();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.code !== "KeyS") return;
    event.preventDefault();
    flush();
  });
  form.addEventListener("focusout", () => { if (sendable().length) schedule(0); });
  document.addEventListener("visibilitychange", () => {
    if (sendable().length) flush();
    else if (!document.hidden && !trouble) refresh().then(tellState);
  });
  addEventListener("pagehide", () => { if (!sending) flush(); });
  addEventListener("online", () => { if (!STOPPED.has(trouble)) flush(); });
}
