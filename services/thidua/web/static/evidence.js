// Files beside a report: sent in place, one after the other, each with its progress and its own refusal.
import { form, icon, make, tell } from "./cells.js";
import { signInAgain } from "./sign_in_again.js";

const desk = form?.querySelector("[data-evidence-url]");
const waiting = [];
let under = null; // what is being sent
const failed = new Set(); // what could not be sent and may be sent again

const token = () => form.elements.csrf_token.value;
const size = (bytes) => (bytes < 1048576 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 1048576).toFixed(1).replace(".", ",")} MB`);
const button = (words, act, label) => {
  const made = make("button", { type: "button", class: "button quiet tiny", ...(label && { "aria-label": label }) }, words);
  made.addEventListener("click", act);
  return made;
};

/** Take files for a cell; ``row`` is the choice of a list's row that is to name the file. */
function take(input, pointer, place, row) {
  for (const file of input.files) {
    const item = make("div", { class: "file" });
    place.append(item);
    const entry = { file, pointer, item, place, row };
    if (file.size > +desk.dataset.largest) refuse(entry, `Tệp lớn hơn ${+desk.dataset.largest / 1048576} MB; hãy giảm kích thước rồi gửi lại.`);
    else wait(entry);
  }
  input.value = "";
}

function draw(entry, ...told) {
  entry.item.replaceChildren(make("span", { class: "file-look file-kind" }, size(entry.file.size)), make("div", { class: "file-told" }, make("p", {}, entry.file.name), ...told));
}

function wait(entry) {
  entry.item.className = "file";
  draw(entry, make("p", { class: "hint" }, "Đang chờ gửi…"));
  waiting.push(entry);
  next();
}

function refuse(entry, sentence, again = false) {
  entry.item.className = "file refused";
  draw(entry, make("p", { class: "finding error" }, icon("wrong"), make("span", {}, sentence)));
  const drop = button("Bỏ", () => { failed.delete(entry); entry.item.remove(); }, `Bỏ tệp ${entry.file.name}`);
  const acts = make("div", { class: "row" }, drop);
  if (again) {
    failed.add(entry);
    acts.prepend(button("Gửi lại", () => { failed.delete(entry); wait(entry); }, `Gửi lại tệp ${entry.file.name}`));
  }
  entry.item.append(acts);
}

function next() {
  if (under || !waiting.length) return;
  under = waiting.shift();
  const entry = under;
  const bar = make("progress", { max: 1, value: 0, "aria-label": `Đang gửi ${entry.file.name}` });
  const said = make("p", { class: "hint", "aria-live": "off" }, "Đang gửi…");
  draw(entry, bar, said);
  const request = new XMLHttpRequest();
  request.open("POST", `${desk.dataset.evidenceUrl}?${new URLSearchParams({ cell: entry.pointer, file_name: entry.file.name })}`);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.setRequestHeader("X-CSRFToken", token());
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = loaded / total;
    said.textContent = loaded < total ? `Đang gửi ${Math.round((100 * loaded) / total)}%` : "Máy chủ đang kiểm tra…";
  });
  request.addEventListener("loadend", () => {
    under = null;
    settle(entry, request);
    next();
  });
  request.send(entry.file);
}

async function settle(entry, request) {
  const { status } = request;
  let answer = {};
  try {
    answer = JSON.parse(request.responseText);
  } catch { /* not ours: a proxy's page, or nothing at all */ }
  if (status === 201 && answer.id) return came(entry, answer);
  if (status === 401 || status === 400) {
    refuse(entry, "Chưa gửi được: phiên làm việc đã hết. Hãy đăng nhập lại rồi bấm “Gửi lại”.", true);
    if ((await signInAgain()) === form.dataset.person) sendAgain();
    return undefined;
  }
  if (status === 413) return refuse(entry, "Tệp lớn quá mức máy chủ nhận; hãy giảm kích thước rồi gửi lại.");
  if (!status) return refuse(entry, "Chưa gửi được: mất mạng. Tệp sẽ tự gửi lại khi có mạng.", true);
  return refuse(entry, answer.detail || "Chưa gửi được: máy chủ chưa trả lời.", status >= 500);
}

function sendAgain() {
  for (const entry of [...failed]) {
    failed.delete(entry);
    wait(entry);
  }
}

function came(entry, file) {
  entry.item.remove();
  const list = entry.place.parentElement.querySelector(".files");
  list.querySelector(`[data-file-id="${file.id}"]`)?.remove();
  list.append(shown(file));
  for (const select of choices()) if (![...select.options].some(({ value }) => value === file.digest)) select.add(new Option(file.file_name, file.digest));
  const row = entry.row || entry.place.parentElement.querySelector("[data-scan]");
  if (row?.isConnected) {
    row.value = file.digest;
    tell(row.name);
  }
  recount(list);
}

/** The choices of all rows, those of rows yet to come among them. */
const choices = () => [form, ...[...form.querySelectorAll("template")].map(({ content }) => content)].flatMap((part) => [...part.querySelectorAll("[data-file-choice]")]);

function shown(file) {
  const look = make("a", { class: "file-look", href: file.url, download: "", tabindex: "-1", "aria-hidden": "true" });
  if (file.thumbnail) look.append(make("img", { src: file.thumbnail, alt: "", width: 72, height: 72 }));
  else look.append(make("span", { class: "file-kind" }, file.file_name.split(".").pop().toUpperCase()));
  const name = make("p", {}, make("a", { href: file.url, download: "" }, file.file_name), " ", make("span", { class: "hint nowrap" }, size(file.size)));
  const uses = file.warnings.map((sentence) => make("p", { class: "finding warning" }, icon("wrong"), make("span", {}, sentence)));
  const out = make("button", { class: "button quiet tiny", name: "detach", value: file.id, "data-detach": "", "aria-label": `Gỡ tệp ${file.file_name}` }, "Gỡ");
  const where = desk.contains(document.activeElement) && file.cell ? [make("p", { class: "hint" }, `Kèm ${[...desk.querySelectorAll("[data-attach-to] option")].find(({ value }) => value === file.cell)?.label || ""}`)] : [];
  return make("li", { class: "file came", "data-file-id": file.id }, look, make("div", { class: "file-told" }, name, ...where, ...uses), out);
}

function recount(list) {
  const said = list.closest("[data-files]").querySelector("[data-files-said]");
  const count = list.children.length;
  if (said) said.textContent = count ? `– ${count} tệp` : "";
}

async function detach(item, pressed) {
  const name = item.querySelector(".file-told a").textContent;
  if (!confirm(`Gỡ tệp “${name}” khỏi báo cáo?`)) return;
  pressed.disabled = true;
  const list = item.parentElement;
  const answer = await fetch(`${desk.dataset.fileUrl}/${item.dataset.fileId}`, { method: "DELETE", headers: { "X-CSRFToken": token() } }).catch(() => null);
  if (answer?.status === 204 || answer?.status === 404) {
    item.remove();
    recount(list);
    (list.querySelector("[data-detach]") || list.closest("[data-files]").querySelector("[data-pick]")).focus();
    return;
  }
  pressed.disabled = false;
  if (answer?.status === 401 || answer?.status === 400) await signInAgain();
  else {
    const problem = await answer?.json().catch(() => null);
    item.querySelector(".file-told").append(make("p", { class: "finding error", role: "alert" }, icon("wrong"), make("span", {}, `Chưa gỡ được. ${problem?.detail || "Hãy thử lại khi có mạng."}`)));
  }
}

function start() {
  form.classList.add("scripted");
  for (const select of choices()) {
    if (select.hasAttribute("data-scan")) continue;
    const input = make("input", { type: "file", accept: "image/*,.pdf", class: "hidden", "data-row-pick": "" });
    select.after(make("label", { class: "button quiet tiny row-pick" }, "Chụp hoặc chọn ảnh", input));
  }
  form.addEventListener("change", ({ target }) => {
    if (target.matches("[data-pick]")) {
      const place = target.closest("[data-files]");
      take(target, place.dataset.files || desk.querySelector("[data-attach-to]").value, place.querySelector(".uploads"));
    } else if (target.matches("[data-row-pick]")) {
      const select = target.closest(".cell").querySelector("[data-file-choice]");
      const place = target.closest(".listing").nextElementSibling;
      place.open = true;
      take(target, select.name, place.querySelector(".uploads"), select);
    }
  });
  form.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-detach]");
    if (!pressed) return;
    event.preventDefault();
    detach(pressed.closest(".file"), pressed);
  });
  // A report is not filed past files that are still on their way, nor past some that never left without a word.
  document.addEventListener("submit", (event) => {
    if (event.target !== form || !(under || failed.size)) return;
    if (!under && confirm(`Còn ${failed.size} tệp chưa gửi được. Vẫn tiếp tục không có các tệp đó?`)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    (under || [...failed][0]).item.scrollIntoView({ block: "center" });
  }, true);
  addEventListener("beforeunload", (event) => { if (under) event.preventDefault(); });
  addEventListener("online", sendAgain);
}

if (desk) start();
