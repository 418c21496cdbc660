// Shows what a report is alike to, in place; without it the same opens as a page.
async function compare(link) {
  const card = link.closest("section");
  const said = card.querySelector("[data-likeness-said]");
  const panel = card.querySelector("[data-likeness-panel]");
  if (card.getAttribute("aria-busy") === "true") return;
  card.setAttribute("aria-busy", "true");
  said.textContent = "Đang so…";
  const form = link.closest("form");
  try {
    const answer = await fetch(link.dataset.likeness, {
      method: form ? "POST" : "GET",
      body: form ? new URLSearchParams(new FormData(form)) : undefined,
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout?.(60000),
    });
    if (answer.status === 401 || answer.type === "opaqueredirect") {
      said.textContent = "Phiên làm việc đã hết nên chưa so được; hãy đăng nhập lại ở một thẻ khác rồi bấm so lại.";
    } else if (answer.status === 200) {
      panel.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
      said.textContent = "Đã so xong.";
    } else throw new Error(answer.status);
  } catch {
    said.textContent = "Chưa so được. Việc này không ảnh hưởng gì đến báo cáo; bạn có thể thử lại sau.";
  }
  card.removeAttribute("aria-busy");
}

for (const link of document.querySelectorAll("[data-likeness]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    compare(link);
  });
  if (link.hasAttribute("data-likeness-at-once")) compare(link);
}
