"""Who did, saw or was refused what: the entries of the audit trail.

Entries name persons and things by reference only (account, report, unit), so that a person's data can
be erased where the law asks for it without touching the trail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from thidua.domain.accounts import Door
from thidua.domain.accounts import Origin

__all__ = [
    "ACT_LABELS",
    "DOOR_LABELS",
    "OUTCOME_LABELS",
    "THING_LABELS",
    "Act",
    "AuditEntry",
    "Outcome",
    "Thing",
]


class Act(StrEnum):
    """What was done; reports and obligations have their own ledgers, which tell their moves."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    #: A read of rows that name persons.
    READ_PEOPLE = "read_people"
    #: Data carried out of the system as a whole: files, lists, exports.
    EXPORT = "export"
    #: Anything that was refused; the detail names the right or the route.
    REFUSAL = "refusal"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    ACCOUNT_HANDED_OVER = "account_handed_over"
    #: Waits for a second person, and what became of that; the detail names role and unit.
    MEMBERSHIP_PREPARED = "membership_prepared"
    MEMBERSHIP_DECLINED = "membership_declined"
    MEMBERSHIP_GIVEN = "membership_given"
    MEMBERSHIP_ENDED = "membership_ended"
    INVITATION_MADE = "invitation_made"
    INVITATION_USED = "invitation_used"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  the act, not a password
    SECOND_FACTOR_ADDED = "second_factor_added"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    RECOVERY_CODE_USED = "recovery_code_used"
    SESSION_ENDED = "session_ended"
    TOKEN_MADE = "token_made"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    #: A campaign or period opened or closed.
    CAMPAIGN_CHANGED = "campaign_changed"
    #: What a campaign is was kept in the store, or a changed plugin adopted; the detail names reason and digest.
    CAMPAIGN_PINNED = "campaign_pinned"
    UNITS_CHANGED = "units_changed"
    #: Who took over from whom; the detail names the units.
    SUCCESSION_RECORDED = "succession_recorded"
    #: Cells of a filled workbook were taken over into a draft.
    DRAFT_FILLED = "draft_filled"
    EVIDENCE_ADDED = "evidence_added"
    EVIDENCE_REMOVED = "evidence_removed"
    JOB_ASKED = "job_asked"
    JOB_CHANGED = "job_changed"
    #: The program held a form back because of a rule; somebody let it go on.
    PLUGIN_HELD = "plugin_held"
    PLUGIN_RELEASED = "plugin_released"
    #: The trail itself: what was kept and what was let go at the end of its retention.
    TRAIL_SHORTENED = "trail_shortened"
    PERSON_ERASED = "person_erased"


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"


class Thing(StrEnum):
    """The kind of thing that was acted upon."""

    ACCOUNT = "account"
    SESSION = "session"
    TOKEN = "token"  # noqa: S105
    REPORT = "report"
    OBLIGATION = "obligation"
    DRAFT = "draft"
    EVIDENCE = "evidence"
    CAMPAIGN = "campaign"
    PERIOD = "period"
    STATUS = "status"
    UNIT = "unit"
    JOB = "job"
    PLUGIN = "plugin"
    TRAIL = "trail"
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that happened.

    ``account_id`` is who acted, None for a stranger and for the operator's commands; ``key`` names the
    thing within its kind (a report's id, ``CAMPAIGN/PERIOD/UNIT`` of an obligation, a sign-in name that
    exists); ``detail`` holds codes and numbers, never names of persons, texts of reports or secrets.
    """

    happened_at: datetime
    account_id: int | None
    act: Act
    thing: Thing
    key: str
    outcome: Outcome = Outcome.DONE
    origin: Origin = field(default_factory=Origin)
    detail: Mapping[str, object] = field(default_factory=dict)


ACT_LABELS: Mapping[Act, str] = {
    Act.SIGN_IN: "Đăng nhập",
    Act.SIGN_OUT: "Đăng xuất",
    Act.READ_PEOPLE: "Xem dòng có tên người",
    Act.EXPORT: "Lấy dữ liệu ra",
    Act.REFUSAL: "Bị từ chối",
    Act.ACCOUNT_ADDED: "Thêm tài khoản",
    Act.ACCOUNT_CHANGED: "Sửa tài khoản",
    Act.ACCOUNT_DISABLED: "Khóa tài khoản",
    Act.ACCOUNT_ENABLED: "Mở lại tài khoản",
    Act.ACCOUNT_HANDED_OVER: "Bàn giao tài khoản",
    Act.MEMBERSHIP_GIVEN: "Giao vai trò",
    Act.MEMBERSHIP_ENDED: "Thôi vai trò",
    Act.INVITATION_MADE: "Mời người dùng",
    Act.INVITATION_USED: "Nhận lời mời",
    Act.PASSWORD_CHANGED: "Đổi mật khẩu",
    Act.SECOND_FACTOR_ADDED: "Thêm bước xác nhận thứ hai",
    Act.SECOND_FACTOR_REMOVED: "Bỏ bước xác nhận thứ hai",
    Act.RECOVERY_CODE_USED: "Dùng mã khôi phục",
    Act.SESSION_ENDED: "Kết thúc phiên đăng nhập",
    Act.TOKEN_MADE: "Tạo mã truy cập",
    Act.TOKEN_REVOKED: "Thu hồi mã truy cập",
    Act.IDENTITY_LINKED: "Nối tài khoản định danh",
    Act.IDENTITY_UNLINKED: "Gỡ tài khoản định danh",
    Act.CAMPAIGN_CHANGED: "Mở, đóng đợt hoặc kỳ",
    Act.CAMPAIGN_PINNED: "Khóa bản của đợt",
    Act.UNITS_CHANGED: "Nhập danh sách đơn vị",
    Act.SUCCESSION_RECORDED: "Ghi thay đổi đơn vị",
    Act.DRAFT_FILLED: "Điền bản nháp từ tệp Excel",
    Act.EVIDENCE_ADDED: "Thêm tệp minh chứng",
    Act.EVIDENCE_REMOVED: "Gỡ tệp minh chứng",
    Act.JOB_ASKED: "Yêu cầu việc nền",
    Act.JOB_CHANGED: "Hủy, làm lại việc nền",
    Act.PLUGIN_HELD: "Tạm dừng biểu có quy tắc lỗi",
    Act.PLUGIN_RELEASED: "Cho biểu nhận báo cáo lại",
    Act.TRAIL_SHORTENED: "Lưu trữ phần nhật ký cũ",
    Act.PERSON_ERASED: "Xóa tên một người",
}

OUTCOME_LABELS: Mapping[Outcome, str] = {Outcome.DONE: "đã làm", Outcome.REFUSED: "bị từ chối"}

THING_LABELS: Mapping[Thing, str] = {
    Thing.ACCOUNT: "Tài khoản",
    Thing.SESSION: "Phiên đăng nhập",
    Thing.TOKEN: "Mã truy cập",
    Thing.REPORT: "Báo cáo",
    Thing.OBLIGATION: "Nghĩa vụ báo cáo",
    Thing.DRAFT: "Bản nháp",
    Thing.EVIDENCE: "Tệp minh chứng",
    Thing.CAMPAIGN: "Đợt thi đua",
    Thing.PERIOD: "Kỳ báo cáo",
    Thing.STATUS: "Tình hình",
    Thing.UNIT: "Đơn vị",
    Thing.JOB: "Việc nền",
    Thing.PLUGIN: "Phần mở rộng",
    Thing.TRAIL: "Nhật ký",
    Thing.PAGE: "Trang",
}

DOOR_LABELS: Mapping[Door, str] = {
    Door.WEB: "trang web",
    Door.API: "API",
    Door.COMMAND: "dòng lệnh",
    Door.WORKER: "tiến trình nền",
}
