// Eases filling a report; without it the form works the same, with a round trip where this saves one.
import * as autosave from "./autosave.js";
import { form, read } from "./cells.js";
import * as context from "./context.js";
import * as leaving from "./leaving.js";
import * as paste from "./paste.js";
import * as rows from "./rows.js";

const focused = document.querySelector("[data-focus]");
if (focused) focused.focus();

const plain = (text) => text.replace(/[\s.]/g, "");
const isWhole = (text) => /^(\d+|\d{1,3}(\.\d{3})+|\d{1,3}( \d{3})+)$/.test(text.trim());
const grouped = (digits) => digits.replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, ".");

function start() {
  let sending = "";

  // Whole numbers get their thousands dots; anything else stays as typed for the server to judge.
  form.addEventListener("focusout", ({ target }) => {
    if (!target.matches("[data-dots]:read-write") || !isWhole(target.value)) return;
    const dotted = grouped(plain(target.value));
    if (dotted === target.value) return;
    target.value = dotted;
    target.dispatchEvent(new Event("input", { bubbles: true }));
  });
  form.addEventListener("input", ({ target }) => {
    const details = target.closest("[data-topics]") || target.closest(".cell")?.querySelector("[data-topics]");
    if (details) sayTopics(details);
    sayProgress();
    sayMended();
    unsay();
  });
  form.addEventListener("cells", () => {
    sayProgress();
    sayMended();
    unsay();
  });

  // Enter goes to the next cell and files nothing; on buttons and in long texts it stays what it is.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !event.target.matches("input, select")) return;
    event.preventDefault();
    const cells = [...form.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((cell) => cell.offsetParent && !cell.closest("details:not([open])"));
    const next = cells[cells.indexOf(event.target) + (event.shiftKey ? -1 : 1)] || (!event.shiftKey && form.querySelector("[data-file]"));
    if (next) {
      next.focus();
      if (next.matches("[type=text]")) next.select();
    }
  });
  // Alt+S goes to the filing part, from where Enter files.
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.code !== "KeyS") return;
    event.preventDefault();
    (form.querySelector("[data-confirm]:not(:checked)") || form.querySelector("[data-file]")).focus();
  });

  // A second click while the first is under way does nothing; coming back to the page frees the button.
  form.addEventListener("submit", async (event) => {
    if (sending === "ready") {
      sending = "sent";
      return;
    }
    event.preventDefault();
    if (sending) return;
    const { submitter } = event;
    const confirm = form.querySelector("[data-confirm]");
    if (submitter?.hasAttribute("data-file") && confirm && !confirm.checked) {
      confirm.focus();
      return say("Hãy đánh dấu “Tôi đã kiểm tra, số liệu đúng” trước khi nộp, hoặc sửa lại số liệu.");
    }
    sending = "waiting";
    submitter?.setAttribute("aria-disabled", "true");
    say("Đang gửi, xin đợi…");
    const isReady = !form.dataset.draftUrl || (await leaving.readyToFile(say));
    // While its own submit event is under way, a form ignores being submitted again.
    await new Promise((go) => { setTimeout(go); });
    sending = isReady ? "ready" : "";
    if (isReady) form.requestSubmit(submitter);
    else submitter?.removeAttribute("aria-disabled");
  });
  addEventListener("pageshow", () => {
    sending = "";
    form.querySelector("[data-file]").removeAttribute("aria-disabled");
  });

  // Links of the summary put the cursor into the cell and unfold what hides it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-go]");
    if (link && goTo(link.hash.slice(1))) event.preventDefault();
  });
  if (form.dataset.goTo) goTo(form.dataset.goTo);

  rows.start();
  for (const details of form.querySelectorAll("[data-topics]")) sayTopics(details);
  form.querySelector("[data-keys]").hidden = matchMedia("(pointer: coarse)").matches;
  sayProgress();
}

// A sentence in the bar goes when it has been acted upon, and what the page said there comes back.
const state = form?.querySelector("[data-state]");
const first = [...(state?.childNodes || [])];
const unsay = () => state.replaceChildren(...first);
function say(text) {
  state.textContent = text;
}

function goTo(id) {
  const cell = document.getElementById(id);
  if (!cell) return false;
  const folded = cell.closest("details");
  if (folded) folded.open = true;
  cell.focus({ preventScroll: true });
  (cell.closest(".cell") || cell).scrollIntoView({ block: "center" });
  return true;
}

// Counts by topic overlap, so their sum is told as a hint and never as a total.
function sayTopics(details) {
  const total = document.getElementById(details.dataset.topics);
  const counts = [...details.querySelectorAll("input")].map((cell) => cell.value).filter(isWhole).map((text) => +plain(text));
  const whole = isWhole(total.value) ? +plain(total.value) : null;
  const sum = counts.reduce((left, right) => left + right, 0);
  const above = whole !== null && counts.some((count) => count > whole);
  details.querySelector("[data-topics-said]").textContent = !counts.length ? ""
    : `– đã ghi ${counts.length} chủ đề, cộng ${grouped(String(sum))}${above ? "; có chủ đề lớn hơn số chung" : ""}`;
}

// In a report sent back: which cells say something else than the filing that was returned.
function sayMended() {
  const bare = (text) => (isWhole(text) ? plain(text) : text.trim());
  for (const was of form.querySelectorAll("[data-was]")) was.querySelector(".chip").hidden = bare(read(was.dataset.wasOf) ?? "") === bare(was.dataset.was);
}

// How many of the cells that must be filled are: as the page itself says it, kept up while somebody types.
function sayProgress() {
  const isFilled = (cell) => Boolean(cell.matches("[role=radiogroup]") ? cell.querySelector(":checked") : cell.value.trim());
  const count = (within) => {
    const needed = [...within.querySelectorAll('[aria-required="true"]')];
    return [needed.filter(isFilled).length, needed.length];
  };
  for (const said of form.querySelectorAll("[data-of^=phan]")) {
    const [filled, needed] = count(document.getElementById(said.dataset.of));
    said.textContent = needed ? `${filled}/${needed}` : "";
    said.classList.toggle("all", filled === needed);
  }
  const [filled, needed] = count(form);
  form.querySelector("[data-progress]").textContent = `Đã điền ${filled}/${needed} ô phải điền`;
  Object.assign(document.getElementById("da-dien"), { max: needed || 1, value: filled });
}

if (form) {
  start();
  if (form.dataset.draftUrl) for (const part of [autosave, leaving, context, paste]) part.start();
}
