// Says in one line how the whole draft stands; the most pressing thing comes first.
import { form, make } from "./cells.js";
import * as conflicts from "./conflicts.js";
import { version } from "./known.js";
import * as marks from "./marks.js";
import * as queue from "./queue.js";

const GREETING = version ? "Bản nháp đã lưu trên máy chủ; gõ tiếp sẽ tự lưu." : "Những gì bạn gõ được tự lưu trên máy chủ.";

/** ``signIn`` is what the button does where a session has ended; for the rest see ``autosave.js``. */
export function tell({ trouble, failures, refused, isOvertaken, isHeld, isSending, savedAt, signIn }) {
  const waiting = queue.size() - conflicts.count();
  const cells = `${waiting} ô đang chờ`;
  const wrong = marks.countOf("wrong");
  const loudly = { aloud: true };
  if (trouble === "session") marks.tellAll("failed", `Chưa lưu được: phiên làm việc đã hết, ${cells}.`, { button: door(signIn) });
  else if (trouble === "stranger") marks.tellAll("failed", strangerWords(cells), { ...loudly, button: door(signIn) });
  else if (trouble === "closed") marks.tellAll("failed", `Chưa lưu được: kỳ báo cáo đã khóa, ${cells}.`, loudly);
  else if (trouble && waiting) marks.tellAll("failed", `Chưa lưu được: ${trouble === "line" ? "mất mạng" : "máy chủ chưa trả lời"}, ${cells} trên máy này; sẽ tự gửi lại.`, { aloud: failures > 1 });
  else if (refused) marks.tellAll("failed", `Máy chủ không nhận ${refused} ô như đã gõ; hãy xem các ô có dấu.`, loudly);
  else if (isOvertaken) marks.tellAll("conflict", "Báo cáo này vừa được nộp từ nơi khác. Những gì bạn gõ vẫn được lưu; hãy tải lại trang để xem bản đã nộp.", loudly);
  else if (isHeld && !waiting && !isSending) marks.tellAll("wrong", `Đã lưu lúc ${marks.timeOf(savedAt)}. Biểu này đang tạm dừng nhận báo cáo vì lỗi phần mềm: bản nháp được giữ, hãy nộp lại sau.`, loudly);
  else if (isSending || waiting) marks.tellAll("saving", waiting > 1 ? `Đang lưu… ${cells}` : "Đang lưu…");
  else if (conflicts.count()) marks.tellAll("conflict", `Đã lưu; ${conflicts.count()} ô có hai bản, cần chọn.`);
  else if (wrong) marks.tellAll("wrong", `Đã lưu lúc ${marks.timeOf(savedAt)}; ${wrong} ô còn sai, vẫn được giữ.`);
  else marks.tellAll("saved", savedAt ? `Đã lưu lúc ${marks.timeOf(savedAt)}` : GREETING);
}

function strangerWords(cells) {
  const { person } = form.dataset;
  return `Bạn vừa đăng nhập bằng tài khoản khác nên ${cells} của tài khoản “${person}” không được gửi đi. Hãy đăng nhập lại bằng tài khoản “${person}”, hoặc tải lại trang.`;
}

function door(signIn) {
  const button = make("button", { type: "button", class: "button quiet tiny" }, "Đăng nhập lại");
  button.addEventListener("click", signIn);
  return button;
}
