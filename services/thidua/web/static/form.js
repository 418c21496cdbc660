// Eases filling a report; without it the form works the same, with a round trip where this saves one.
const form = document.querySelector("[data-form]");
const focused = document.querySelector("[data-focus]");
if (focused) focused.focus();

const plain = (text) => text.replace(/[\s.]/g, "");
const isWhole = (text) => /^(\d+|\d{1,3}(\.\d{3})+|\d{1,3}( \d{3})+)$/.test(text.trim());
const grouped = (digits) => digits.replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, ".");

function start() {
  let dirty = form.hasAttribute("data-dirty");
  let sending = false;

  // Whole numbers get their thousands dots; anything else stays as typed for the server to judge.
  form.addEventListener("focusout", ({ target }) => {
    if (target.matches("[data-dots]") && isWhole(target.value)) target.value = grouped(plain(target.value));
  });
  form.addEventListener("input", ({ target }) => {
    dirty = true;
    const details = target.closest("[data-topics]") || target.closest(".cell")?.querySelector("[data-topics]");
    if (details) sayTopics(details);
    sayProgress();
  });

  // Enter goes to the next cell, Ctrl+Enter files; Enter on buttons and in long texts stays what it is.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      form.querySelector("[data-file]").click();
    } else if (event.target.matches("input, select")) {
      event.preventDefault();
      const cells = [...form.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((cell) => cell.offsetParent && !cell.closest("details:not([open])"));
      const next = cells[cells.indexOf(event.target) + (event.shiftKey ? -1 : 1)];
      if (next) {
        next.focus();
        if (next.matches("[type=text]")) next.select();
      }
    }
  });

  // A second click while the first is under way does nothing; coming back to the page frees the button.
  form.addEventListener("submit", (event) => {
    if (sending) return event.preventDefault();
    const confirm = form.querySelector("[data-confirm]");
    if (event.submitter?.hasAttribute("data-file") && confirm && !confirm.checked) {
      event.preventDefault();
      confirm.focus();
      return say("Hãy đánh dấu “Tôi đã kiểm tra, số liệu đúng” trước khi nộp, hoặc sửa lại số liệu.");
    }
    sending = true;
    event.submitter?.setAttribute("aria-disabled", "true");
    say("Đang gửi, xin đợi…");
  });
  addEventListener("pageshow", () => {
    sending = false;
    form.querySelector("[data-file]").removeAttribute("aria-disabled");
  });
  addEventListener("beforeunload", (event) => {
    if (dirty && !sending) event.returnValue = event.preventDefault() || "";
  });

  // Links of the summary put the cursor into the cell and unfold what hides it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-go]");
    if (link && goTo(link.hash.slice(1))) event.preventDefault();
  });
  if (form.dataset.goTo) goTo(form.dataset.goTo);

  for (const table of form.querySelectorAll("[data-records]")) rows(table);
  for (const details of form.querySelectorAll("[data-topics]")) sayTopics(details);
  form.querySelector("[data-keys]").hidden = matchMedia("(pointer: coarse)").matches;
  form.querySelector("[data-progress]").hidden = false;
  sayProgress();
}

function say(text) {
  form.querySelector("[data-state]").textContent = text;
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

function sayProgress() {
  const needed = [...form.querySelectorAll('[aria-required="true"]')];
  const filled = needed.filter((cell) => (cell.matches("[role=radiogroup]") ? cell.querySelector(":checked") : cell.value.trim()));
  form.querySelector("[data-progress]").textContent = `Đã điền ${filled.length}/${needed.length} ô phải điền.`;
}

// Rows are added and taken away in place; numbers in names may have gaps, the server does not mind.
function rows(table) {
  const template = table.querySelector("template");
  const shown = () => [...table.querySelectorAll(":scope > [data-row]")];
  const renumber = () => shown().forEach((row, place) => { row.querySelector("[data-number]").textContent = place + 1; });
  let next = 1 + Math.max(-1, ...shown().map((row) => +row.querySelector("[data-remove]").value.split("/").pop()));
  table.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.hasAttribute("data-add")) {
      event.preventDefault();
      if (shown().length >= +table.dataset.most) return;
      template.insertAdjacentHTML("beforebegin", template.innerHTML.replaceAll("__row__", next++));
      const row = template.previousElementSibling;
      row.querySelector("input:not([type=hidden]), select, textarea").focus();
    } else if (button.hasAttribute("data-remove")) {
      event.preventDefault();
      const row = button.closest("[data-row]");
      const typed = [...row.querySelectorAll("[type=text], select, textarea")].some((cell) => cell.value.trim());
      if (typed && !confirm("Xóa dòng này cùng những gì đã gõ trong đó?")) return;
      row.remove();
      table.querySelector("[data-add]").focus();
    }
    renumber();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

if (form) start();
