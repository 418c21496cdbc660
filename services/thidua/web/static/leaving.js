// Before the page is left or the report filed: what waits goes out first, and a person is warned only if it cannot.
import { flush, forget, hasWaiting, isAtRisk } from "./autosave.js";
import { stopsFiling } from "./conflicts.js";

let isLeaving = false;

/** Let a report be filed only when the draft is wholly saved; ``say`` tells why not. */
export async function readyToFile(say) {
  if (stopsFiling()) return say("Còn ô có hai bản: hãy chọn giữ bản nào rồi mới nộp được.");
  if (!(await flush()) && isAtRisk()) return say("Chưa nộp được: những gì vừa gõ chưa lưu được lên máy chủ. Mọi thứ vẫn được giữ trên máy này; hãy nộp khi có mạng.");
  if (stopsFiling()) return say("Còn ô có hai bản: hãy chọn giữ bản nào rồi mới nộp được.");
  isLeaving = true;
  return true;
}

export function start() {
  addEventListener("beforeunload", (event) => {
    if (!isLeaving && isAtRisk()) event.returnValue = event.preventDefault() || "";
  });
  addEventListener("pageshow", () => { isLeaving = false; });

  // Signing out empties what the browser keeps, so what waits is saved before.
  document.querySelector(".me form")?.addEventListener("submit", async (event) => {
    if (!hasWaiting()) return;
    event.preventDefault();
    const out = event.target;
    if (!(await flush()) && !confirm("Còn ô chưa lưu được lên máy chủ. Đăng xuất bây giờ thì những ô đó sẽ mất. Vẫn đăng xuất?")) return;
    forget();
    isLeaving = true;
    out.submit();
  });
}
