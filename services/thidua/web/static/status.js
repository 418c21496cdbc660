// Keeps a page that tells how things stand fresh: asks for its main part and replaces what changed, nothing else.
const live = document.querySelector("[data-live]");
const SEEN = 2000;
const HIDDEN = 10000;
const SLOWEST = 60000;
let etag = live.dataset.etag;
let failures = 0;
let timer = 0;

async function ask() {
  try {
    const answer = await fetch(live.dataset.live, {
      headers: { "If-None-Match": `"${etag}"` },
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout?.(15000),
    });
    if (answer.status === 401 || answer.type === "opaqueredirect") return signedOut();
    if (answer.status === 200) {
      const text = await answer.text();
      etag = (answer.headers.get("ETag") || "").replace(/^W\/|"/g, "");
      replace(new DOMParser().parseFromString(text, "text/html"));
    } else if (answer.status !== 304) throw new Error(answer.status);
    failures = 0;
  } catch {
    failures += 1;
  }
  // One lost answer is nothing to tell; the next may come.
  offline(failures > 1);
  wait();
}

function wait() {
  const pace = document.hidden ? HIDDEN : SEEN;
  clearTimeout(timer);
  timer = setTimeout(ask, Math.min(pace * 2 ** failures, SLOWEST) * (0.9 + Math.random() / 5));
}

function replace(fresh) {
  const open = [...live.querySelectorAll("details[data-key][open]")].map((details) => details.dataset.key);
  for (const key of open) fresh.querySelector(`details[data-key="${CSS.escape(key)}"]`)?.setAttribute("open", "");
  const before = new Map([...live.querySelectorAll("[data-cell]")].map((cell) => [cell.dataset.cell, cell.textContent]));
  const parts = [...fresh.body.children];
  const old = new Map([...live.children].map((part) => [part.dataset.part, part]));
  let next = live.firstElementChild;
  for (const part of parts) {
    const here = old.get(part.dataset.part);
    old.delete(part.dataset.part);
    if (here?.isEqualNode(part)) {
      next = here.nextElementSibling;
      continue;
    }
    const held = here?.contains(document.activeElement) ? pathTo(document.activeElement, here) : null;
    const scrolled = here ? [...here.querySelectorAll(".scroll")].map((box) => box.scrollLeft) : [];
    if (here) here.replaceWith(part);
    else live.insertBefore(part, next);
    next = part.nextElementSibling;
    part.querySelectorAll(".scroll").forEach((box, place) => { box.scrollLeft = scrolled[place] || 0; });
    if (held) follow(held, part)?.focus({ preventScroll: true });
  }
  for (const gone of old.values()) gone.remove();
  for (const cell of live.querySelectorAll("[data-cell]")) {
    const was = before.get(cell.dataset.cell);
    if (was !== undefined && was !== cell.textContent && cell.dataset.cell !== "fresh") cell.classList.add("changed");
  }
  const told = live.querySelector('[data-cell="received"], [data-cell="told"]');
  if (told && told.textContent !== before.get(told.dataset.cell)) {
    document.querySelector("[data-said]").textContent = `Vừa cập nhật: ${told.textContent}`;
  }
}

// The same place in the new part: the way down from it, child by child.
function pathTo(element, top) {
  const path = [];
  for (let at = element; at !== top; at = at.parentElement) path.unshift([...at.parentElement.children].indexOf(at));
  return path;
}
const follow = (path, top) => path.reduce((at, place) => at?.children[place], top);

function offline(is) {
  const chip = live.querySelector("[data-offline]");
  if (chip) chip.hidden = !is;
}

function signedOut() {
  const chip = live.querySelector("[data-offline]");
  chip.textContent = "Phiên làm việc đã hết – hãy tải lại trang để đăng nhập";
  chip.hidden = false;
}

live.addEventListener("animationend", ({ target }) => {
  target.classList.remove("changed");
  if (!target.className) target.removeAttribute("class");
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    clearTimeout(timer);
    ask();
  }
});
wait();
