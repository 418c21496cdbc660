// The session has ended while somebody was writing: the password is asked for in place, nothing typed is lost.
import { form, make } from "./cells.js";

let dialog;
let asking;

/** Ask until somebody has signed in; resolves with that person's name, or null if put off. */
export function signInAgain() {
  asking ??= ask().finally(() => { asking = null; });
  return asking;
}

function ask() {
  dialog ??= build();
  const back = document.activeElement;
  const [name, password, code] = dialog.querySelectorAll("input");
  const start = () => {
    password.value = code.value = "";
    askForCode(false);
  };
  name.value = form.dataset.person;
  start();
  say("");
  dialog.showModal();
  password.focus();
  return new Promise((resolve) => {
    dialog.onclose = () => {
      resolve(dialog.returnValue || null);
      back?.focus?.({ preventScroll: true });
    };
    dialog.returnValue = "";
    dialog.querySelector("form").onsubmit = async (event) => {
      event.preventDefault();
      const isCode = !code.disabled;
      const { refusal, asksForCode } = await enter(isCode ? { code: code.value } : { name: name.value, password: password.value });
      if (asksForCode) {
        askForCode(true);
        say("");
        code.focus();
      } else if (refusal) {
        say(refusal);
        (isCode ? code : password).value = "";
        (isCode ? code : password).focus();
      }
    };
  });
}

/** Send name and password, or the code that was then asked for, or nothing: who has signed in beside? */
async function enter(proof) {
  try {
    const answer = await fetch(form.dataset.signInUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
      body: JSON.stringify(proof),
      redirect: "manual",
    });
    if (answer.status === 401 && "name" in proof) return { refusal: "Sai tên hoặc mật khẩu. Hãy thử lại." };
    if (answer.status === 401 && !("code" in proof)) return { refusal: "Chưa thấy bạn đăng nhập. Hãy đăng nhập ở thẻ kia rồi bấm lại." };
    if ([401, 429, 503].includes(answer.status)) return { refusal: (await answer.json()).detail };
    if (!answer.ok) return { refusal: "Máy chủ chưa nhận được. Hãy thử lại sau ít phút." };
    const signed = await answer.json();
    if (signed.asks_for_code) return { asksForCode: true };
    for (const control of document.getElementsByName("csrf_token")) control.value = signed.csrf_token;
    dialog.close(signed.name);
    return {};
  } catch {
    return { refusal: "Mất mạng: chưa đăng nhập được. Hãy thử lại khi có mạng." };
  }
}

/** Show the field for the code in place of the others, or the others again. */
function askForCode(yes) {
  for (const input of dialog.querySelectorAll("input")) {
    const isShown = (input.id === "ma-vao-lai") === yes && form.dataset.passwords !== "off";
    input.disabled = !isShown;
    input.parentElement.hidden = !isShown;
  }
}

function say(text) {
  const said = dialog.querySelector("[role=alert]");
  said.textContent = text;
  said.hidden = !text;
}

/** Where there is a provider: a way to it in another tab, and a button for when one has come back. */
function beside() {
  if (!form.dataset.provider) return [];
  const done = make("button", { type: "button", class: "button quiet" }, "Tôi đã đăng nhập xong ở thẻ kia");
  done.addEventListener("click", async () => {
    const { refusal } = await enter({});
    if (refusal) say(refusal);
  });
  const there = make("a", { class: "button", href: form.dataset.providerUrl, target: "_blank", rel: "noopener" }, `Đăng nhập bằng ${form.dataset.provider}`);
  return [make("p", { class: "row" }, there, done)];
}

function build() {
  const field = (id, title, type, complete) => [make("label", { for: id }, title), make("input", { id, type, autocomplete: complete, required: "" })];
  const later = make("button", { type: "button", class: "button quiet" }, "Để sau");
  const enterButton = make("button", { class: "button" }, "Đăng nhập và lưu tiếp");
  enterButton.hidden = form.dataset.passwords === "off";
  const made = make("dialog", { class: "card stack", "aria-labelledby": "vao-lai" },
    make("form", { class: "stack" },
      make("h2", { id: "vao-lai" }, "Phiên làm việc đã hết"),
      make("p", {}, "Những gì bạn đã gõ vẫn còn nguyên. Hãy đăng nhập lại để lưu tiếp."),
      make("p", { class: "finding", role: "alert", hidden: "" }),
      ...beside(),
      make("div", {}, ...field("ten-vao-lai", "Tên đăng nhập", "text", "username")),
      make("div", {}, ...field("mat-khau-vao-lai", "Mật khẩu", "password", "current-password")),
      make("div", { hidden: "" }, ...field("ma-vao-lai", "Mã 6 số trên điện thoại, hoặc mã dự phòng", "text", "one-time-code")),
      make("p", { class: "row" }, enterButton, later)));
  later.addEventListener("click", () => made.close(""));
  document.body.append(made);
  return made;
}
