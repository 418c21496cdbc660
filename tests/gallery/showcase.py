"""What a specimen is, the sound sources that specimens are bent from, and how they are installed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from thidua.domain.plugins import FaultKind
from thidua.plugin_host.discovery import CAMPAIGNS
from thidua.plugin_host.discovery import UNIT_TYPES

UNIT = """
from thidua_sdk import *

class Report(FormSchema):
    sections = (Section("Số liệu chung", ("items", "note")),)
    rules = (
        PayloadRule("T9", Level.ERROR, "Số tin, bài không được vượt số này.", ("/fields/items",), lambda values: True),
    )
    items = Count("Số tin, bài đã phát", code="T1", unit="tin, bài", source="Biểu T, dòng 1", aggregate=FLOW)
    note = Line("Ghi chú của đơn vị", code="T2", source="Biểu T, dòng 2", need=Need.OPTIONAL)

plugin = UnitType(
    code="@CODE@",
    label="Trường học",
    forms=(Form(code="F@CODE@", title="Báo cáo của trường", schema=Report, version=1, source="Biểu T"),),
    source="Kế hoạch, mục II",
)
"""

CAMPAIGN = """
from datetime import date, time
from thidua_sdk import *

FROM = date(2030, 1, 1)
TO = date(2030, 12, 31)
WITHIN = DeadlineRule(working_days=5, at=time(17), source="Kế hoạch, mục III")
plugin = Campaign(
    code="@CODE@",
    year=2030,
    title="Phong trào an toàn trường học",
    theme="Trường học an toàn",
    plan=Plan(
        symbol="1/KH", title="Kế hoạch an toàn", issuer="Sở", place="Tỉnh", issued_on=FROM, issued_from=FROM,
        parent_plan="", parent_issued_on=None, signer_role="Giám đốc", source="Kế hoạch",
    ),
    valid_from=FROM,
    valid_to=TO,
    time_zone="Asia/Ho_Chi_Minh",
    legal_bases=(LegalBasis(code="L1", title="Luật Giao thông đường bộ", topic="road", source="Kế hoạch, căn cứ"),),
    topics=(Topic(code="road", label="Giao thông đường bộ", source="Kế hoạch, mục I"),),
    purposes=(Purpose(code="G1", clause="I.1", text="Nâng cao ý thức học sinh", source="Kế hoạch",
                      indicators=("N1",)),),
    targets=(Target(code="T1", label="Giảm số vụ", kind=TargetKind.AT_LEAST, indicator="N1", statistic="S1",
                    clause="I.2", source="Kế hoạch", least_percent=5),),
    duties=(Duty(code="O1", clause="II.1", who="Các trường", text="Phát tin, bài về an toàn", unit_types=("school",),
                 indicators=("N1",), evidence=AnyPositive(("items",)), when="Cả năm", source="Kế hoạch, mục II"),),
    indicators=(Indicator(code="N1", label="Số tin, bài", identifier="items", unit_of_measure="tin, bài",
                          aggregation=FLOW, clause="II.1", source="Biểu T",
                          sources=(FieldSource(form="Fschool", field="items"),)),),
    statistics=(Statistic(code="S1", label="Số vụ tai nạn", unit_of_measure="vụ", definition_version="1",
                          form="Fschool", field="items", source_field="", source="Kế hoạch"),),
    baselines=(),
    periods=(Period(code="2030-M01", name="Tháng một", tags=frozenset({"month"}), cutoff_on=date(2030, 1, 31),
                    forms=(FormUse(form="Fschool", unit_types=("school",), deadline=WITHIN),),
                    source="Kế hoạch, mục III"),),
    award_forms=(AwardForm(code="A1", label="Giấy khen", decided_by="Giám đốc", source="Kế hoạch, mục IV"),),
    rules_version="2030.1",
    source="Kế hoạch",
)
"""


@dataclass(frozen=True)
class Specimen:
    """One plugin: its source, and what the finding must say."""

    name: str
    source: str
    says: str = ""
    kind: FaultKind | None = None
    place: str = ""
    mends: str = ""
    group: str = UNIT_TYPES
    #: Entry point's name, where it is not the specimen's.
    code: str = ""
    attribute: str = "plugin"
    distribution: str = ""

    @property
    def entry(self) -> str:
        return self.code or self.name


def unit(old: str = "", new: str = "", *, before: str = "", after: str = "") -> str:
    """Bend the sound unit type."""
    assert old in UNIT
    return before + (UNIT.replace(old, new, 1) if old else UNIT) + after


def campaign(old: str = "", new: str = "", *, before: str = "", after: str = "") -> str:
    """Bend the sound campaign."""
    assert old in CAMPAIGN
    return before + (CAMPAIGN.replace(old, new, 1) if old else CAMPAIGN) + after


def install(specimen: Specimen, folder: Path, *, version: str = "1.0") -> None:
    """Lay a specimen down as an installer would: a module with its metadata beside it."""
    module = f"gallery_{specimen.name.lower()}"
    distribution = specimen.distribution or f"gallery-{specimen.name.lower().replace('_', '-')}"
    about = folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n", "utf-8")
    entry = f"{specimen.entry} = {module}:{specimen.attribute}"
    (about / "entry_points.txt").write_text(f"[{specimen.group}]\n{entry}\n", "utf-8")
    (folder / f"{module}.py").write_text(specimen.source.replace("@CODE@", specimen.entry), "utf-8")


__all__ = ["CAMPAIGNS", "UNIT_TYPES", "Specimen", "campaign", "install", "unit"]
