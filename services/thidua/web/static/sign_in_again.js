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
  const [name, password] = dialog.querySelectorAll("input");
  name.value = form.dataset.person;
  password.value = "";
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
      const refusal = await enter(name.value, password.value);
      if (refusal) {
        say(refusal);
        password.value = "";
        password.focus();
      }
    };
  });
}

async function enter(name, password) {
  try {
    const answer = await fetch(form.dataset.signInUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
      body: JSON.stringify({ name, password }),
      redirect: "manual",
    });
    if (answer.status === 401) return "Sai tên hoặc mật khẩu. Hãy thử lại.";
    if (answer.status === 429) return "Đã thử nhiều lần; hãy đợi một lát rồi thử lại.";
    if (!answer.ok) return "Máy chủ chưa nhận được. Hãy thử lại sau ít phút.";
    const signed = await answer.json();
    for (const control of document.getElementsByName("csrf_token")) control.value = signed.csrf_token;
    dialog.close(signed.name);
    return "";
  } catch {
    return "Mất mạng: chưa đăng nhập được. Hãy thử lại khi có mạng.";
  }
}

function say(text) {
  const said = dialog.querySelector("[role=alert]");
  said.textContent = text;
  said.hidden = !text;
}

function build() {
  const field = (id, title, type, complete) => [make("label", { for: id }, title), make("input", { id, type, autocomplete: complete, required: "" })];
  const later = make("button", { type: "button", class: "button quiet" }, "Để sau");
  const made = make("dialog", { class: "card stack", "aria-labelledby": "vao-lai" },
    make("form", { class: "stack" },
      make("h2", { id: "vao-lai" }, "Phiên làm việc đã hết"),
      make("p", {}, "Những gì bạn đã gõ vẫn còn nguyên. Hãy nhập mật khẩu để lưu tiếp."),
      make("p", { class: "finding", role: "alert", hidden: "" }),
      make("div", {}, ...field("ten-vao-lai", "Tên đăng nhập", "text", "username")),
      make("div", {}, ...field("mat-khau-vao-lai", "Mật khẩu", "password", "current-password")),
      make("p", { class: "row" }, make("button", { class: "button" }, "Đăng nhập và lưu tiếp"), later)));
  later.addEventListener("click", () => made.close(""));
  document.body.append(made);
  return made;
}
