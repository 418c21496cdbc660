"""The duties of the year.

The plan of 2026 was not found; these continue the duties of 2021 and 2022 that a figure can show, under their old
codes, in words of our own, so that nobody takes them for a quotation.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from thidua_campaign_atgt_2026.sources import ASSUMED
from thidua_campaign_atgt_2026.sources import COMMUNES
from thidua_campaign_atgt_2026.sources import CONTENT
from thidua_campaign_atgt_2026.sources import GOALS
from thidua_campaign_atgt_2026.sources import OFFICE
from thidua_campaign_atgt_2026.sources import OWNER
from thidua_campaign_atgt_2026.sources import STAFF
from thidua_campaign_atgt_2026.sources import UNITS
from thidua_campaign_atgt_2026.sources import UNKNOWN_THEME
from thidua_sdk import AnyPositive
from thidua_sdk import Complete
from thidua_sdk import Duty
from thidua_sdk import DutyState
from thidua_sdk import Evidence
from thidua_sdk import Judged

__all__ = ["DUTIES"]

_COMMUNE, _PRESS, _ROOM, _CENTRE, _SECRETARIAT = (
    "commune_culture_office",
    "press_publishing_office",
    "specialised_room",
    "affiliated_centre",
    "department_office",
)
_STAFF = ("N05", "N06", "N07", "N08")
_CONDUCT = ("N25", "N26", "N27", "N28", "N29")
_AWARDS = ("N31", "N32", "N33", "N34")
_MEDIA = tuple(f"N{number:02d}" for number in range(9, 25))
_OUTPUT = (
    *("radio_items", "radio_broadcasts", "tv_items", "print_items", "online_items", "department_site_items"),
    *("social_posts", "banners", "leaflets", "mobile_sessions", "direct_sessions"),
)


@dataclass(frozen=True, slots=True)
class Watched:
    """Done once figures were given at all: a 0 shows that somebody watched and nothing happened."""

    fields: tuple[str, ...]

    def judge(self, facts: Mapping[str, int]) -> DutyState:
        """Return done where every field has data, in progress where some have."""
        given = sum(name in facts for name in self.fields)
        if given == len(self.fields):
            return DutyState.DONE
        return DutyState.IN_PROGRESS if given else DutyState.NO_EVIDENCE


def _duty(
    code: str,
    text: str,
    unit_types: tuple[str, ...],
    indicators: tuple[str, ...],
    evidence: Evidence,
    *,
    clause: str,
    source: str = ASSUMED,
) -> Duty:
    return Duty(
        code=code,
        clause=clause,
        who="Các đơn vị được giao" if unit_types else "Sở Khoa học và Công nghệ",
        text=text,
        unit_types=unit_types,
        indicators=indicators,
        evidence=evidence,
        when="Trong suốt thời gian của phong trào",
        source=source,
    )


DUTIES = (
    _duty(
        "O01",
        "quán triệt chủ đề năm 2026 và quy định về an toàn giao thông tới công chức, viên chức, người lao động",
        (_COMMUNE, _PRESS, _ROOM, _CENTRE),
        _STAFF,
        Complete("staff_briefed", "staff_total"),
        clause=STAFF,
    ),
    _duty(
        "O03",
        "nhắc nhở, phê bình và xử lý tập thể, cá nhân vi phạm an toàn giao thông",
        (),
        _CONDUCT,
        Judged("Nhiệm vụ chung của Sở; xét theo từng trường hợp trong danh sách vi phạm."),
        clause=STAFF,
    ),
    _duty(
        "O04",
        "hoàn thành các chỉ tiêu kế hoạch công tác năm 2026",
        (_ROOM, _CENTRE, _SECRETARIAT),
        ("N36",),
        Complete("workplan_done", "workplan_total"),
        clause=CONTENT,
    ),
    _duty(
        "O06",
        "tuyên truyền Chỉ thị số 23-CT/TW, Nghị quyết số 149 và chỉ đạo của các cấp về an toàn giao thông",
        (_COMMUNE, _PRESS),
        _MEDIA,
        AnyPositive(_OUTPUT),
        clause=CONTENT,
    ),
    _duty(
        "O08",
        "nâng cao ý thức chấp hành Luật phòng chống tác hại của rượu, bia và quy định xử phạt đã sửa đổi",
        (_COMMUNE, _PRESS),
        ("N22", "N23"),
        AnyPositive(_OUTPUT, done_when=("alcohol_items",)),
        clause=CONTENT,
    ),
    _duty(
        "O09",
        "gắn tuyên truyền an toàn giao thông với chủ đề năm 2026 (chưa rõ nội dung)",
        (_COMMUNE, _PRESS),
        _MEDIA,
        Judged("Chưa rõ chủ đề năm 2026 nên chưa xét được; số theo nội dung “Chủ đề năm 2026” vẫn được ghi."),
        clause=GOALS,
        source=UNKNOWN_THEME,
    ),
    _duty(
        "O10",
        "tổ chức, phối hợp tuyên truyền tại xã, phường",
        (_COMMUNE,),
        ("N01", "N02", "N03", "N09", "N10", "N18", "N21", "N22", "N22c"),
        AnyPositive(("direction_docs_count", "stations_broadcasting"), done_when=_OUTPUT),
        clause=UNITS,
        source=COMMUNES,
    ),
    _duty(
        "O12",
        "đề xuất khen thưởng tập thể, cá nhân có nhiều thành tích",
        (_COMMUNE,),
        _AWARDS,
        AnyPositive(("nominations",)),
        clause=UNITS,
    ),
    _duty(
        "O13",
        "chỉ đạo, hướng dẫn các cơ quan báo chí, hệ thống truyền thanh cơ sở",
        (_PRESS,),
        ("N03", "N04", "N15", "N24"),
        AnyPositive(
            ("advisory_docs_count", "press_agencies_guided", "radio_systems_guided"),
            done_when=("direction_docs_count",),
        ),
        clause=UNITS,
        source=OWNER,
    ),
    _duty(
        "O15",
        "theo dõi, đôn đốc các đơn vị thực hiện kế hoạch",
        (_SECRETARIAT,),
        ("N30",),
        Watched(("reminders_sent",)),
        clause=OFFICE,
    ),
    _duty(
        "O16",
        "theo dõi công chức, viên chức, người lao động thuộc Sở chấp hành quy định về an toàn giao thông",
        (_SECRETARIAT,),
        _CONDUCT,
        Watched(("police_notices", "self_reported")),
        clause=OFFICE,
    ),
    _duty(
        "O17",
        "báo cáo kịp thời các vấn đề phát sinh",
        (_SECRETARIAT,),
        ("N37",),
        Watched(("issues_raised", "issues_resolved")),
        clause=OFFICE,
    ),
    _duty(
        "O18",
        "tổng hợp, báo cáo Ban An toàn giao thông tỉnh",
        (_SECRETARIAT,),
        ("N38", "N39"),
        Judged("Xét theo số, ngày của báo cáo đã gửi, không theo số liệu."),
        clause=OFFICE,
    ),
)
