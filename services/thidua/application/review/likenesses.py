"""What a report is alike to: the unit's own earlier filings, and its neighbours'.

Nothing here refuses or asks for a confirmation. A unit sees what its report shares with its own
earlier ones in full; of its neighbours it learns that its report is like somebody's, and nothing
else, neither who nor where nor how much: shares and cells would let it guess another unit's figures
by trying. Who reads all units sees both sides.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.access.permissions import require_unit
from thidua.application.access.permissions import sees_all_units
from thidua.application.access.permissions import sees_people
from thidua.application.ports.host import Host
from thidua.application.ports.likeness_ports import FiledPayload
from thidua.application.ports.reach import Crossing
from thidua.application.trail.auditing import note_alone
from thidua.application.years.seen import as_read
from thidua.application.years.seen import require_serving
from thidua.domain.accounts import Actor
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import NotFoundError
from thidua.domain.likeness import Comparison
from thidua.domain.likeness import Level
from thidua.domain.likeness import Likeness
from thidua.domain.likeness import LikenessKind
from thidua.domain.likeness import Other
from thidua.domain.likeness import Portrait
from thidua.domain.reports import Obligation
from thidua.domain.side_by_side import Numbers
from thidua.domain.side_by_side import SharedText
from thidua.domain.side_by_side import explain
from thidua.domain.side_by_side import shared_numbers
from thidua.domain.side_by_side import shared_texts
from thidua.forms.compose import ComposedForm
from thidua.forms.portraits import Painter
from thidua_sdk import Campaign

__all__ = ["Likenesses", "SeenLikeness", "likenesses_of_draft", "likenesses_of_report"]

#: Shown of the unit's own and of its neighbours' each; the others are alike to these.
_MOST = 5

_ANONYMOUS = "báo cáo của một đơn vị khác"


@dataclass(frozen=True, slots=True)
class SeenLikeness:
    """A likeness as its reader may see it.

    Empty names, None and empty parts stand for what the reader may not see. ``numbers`` and
    ``texts`` set both reports side by side.
    """

    likeness: Likeness
    unit_name: str
    period_name: str
    received_at: datetime | None
    sentence: str
    numbers: tuple[Numbers, ...] = ()
    texts: tuple[SharedText, ...] = ()


@dataclass(frozen=True, slots=True)
class Likenesses:
    """What a report is alike to, the strongest first; empty where there is nothing to say.

    ``names_units`` tells that the reader may know whose the neighbours' reports are. ``was_filled``
    is False where there was nothing to compare: no cell was filled and nothing filed.
    """

    obligation: Obligation
    campaign: Campaign
    form: ComposedForm
    own: tuple[SeenLikeness, ...]
    neighbours: tuple[SeenLikeness, ...]
    names_units: bool
    was_filled: bool


def likenesses_of_report(host: Host, actor: Actor, report_id: int) -> Likenesses:
    """Compare the newest filing of a report.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or there is no such report.
    """
    require(actor, Right.READ_REPORT)
    with host.work.reading() as work:
        found = work.reports.get(report_id)
        if found is None:
            raise NotFoundError("Không tìm thấy đơn vị hoặc báo cáo này.", subject=str(report_id))
        report, obligation = found
        require_unit(actor, Right.READ_REPORT, report.unit_code)
        payload = work.reports.payloads([(report.id, report.revision)])[report.id, report.revision]
        host = as_read(host, work, report.campaign_code).host
    return _compare(host, actor, obligation, payload, filed_as=(report.id, report.revision))


def likenesses_of_draft(
    host: Host,
    actor: Actor,
    *,
    campaign_code: str,
    period_code: str,
    unit_code: str,
    payload: Mapping[str, object] | None = None,
    carried: Collection[str] = (),
) -> Likenesses:
    """Compare what a unit is about to file.

    Args:
        host: the host.
        actor: who asks.
        campaign_code: the campaign.
        period_code: the period.
        unit_code: the unit.
        payload: what is typed; None for what was filed last, if anything was.
        carried: pointers of cells that the host copied from an earlier period and nobody touched.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or nothing is owed there.
    """
    require_unit(actor, Right.FILE_REPORT, unit_code)
    with host.work.reading() as work:
        context = work.reports.context(
            campaign_code=campaign_code,
            period_code=period_code,
            unit_code=unit_code,
            account_id=actor.account_id,
            idempotency_key=None,
        )
        if context.obligation is None:
            raise NotFoundError("Đơn vị không có báo cáo nào phải nộp ở kỳ này.", subject=unit_code)
        require_serving(host, work, campaign_code, pinned=context.pin)
        report = context.report
        filed_as = None
        if payload is None and report is not None:
            filed_as = report.id, report.revision
            payload = work.reports.payloads([filed_as])[filed_as]
    return _compare(host, actor, context.obligation, payload or {}, carried, filed_as=filed_as)


def _compare(
    host: Host,
    actor: Actor,
    obligation: Obligation,
    payload: Mapping[str, object],
    carried: Collection[str] = (),
    *,
    filed_as: tuple[int, int] | None,
) -> Likenesses:
    desk = _Desk(host, obligation, with_people=sees_people(actor, obligation.unit_code))
    names_units = sees_all_units(actor)
    mine = desk.portrait(obligation.period_code, payload, carried)
    comparison = Comparison(mine)
    filed: dict[int, tuple[str, datetime]] = {}
    if mine.texts or mine.counts:
        for kind, each in desk.candidates():
            filed[each.report_id] = each.unit_name, each.received_at
            comparison.add(
                Other(kind, each.unit_code, each.period_code, each.revision, each.report_id),
                desk.portrait(each.period_code, each.payload),
            )
    found = [likeness for likeness in comparison.results() if likeness.level is not Level.NONE]
    own = [likeness for likeness in found if likeness.kind is LikenessKind.OWN][:_MOST]
    neighbours = [likeness for likeness in found if likeness.kind is LikenessKind.NEIGHBOUR]
    shown = desk.beside(mine, [*own, *neighbours[:_MOST]] if names_units else own, filed)
    _note_names(host, actor, desk, shown.values(), filed_as)
    return Likenesses(
        obligation=obligation,
        campaign=desk.campaign,
        form=desk.form(obligation.period_code),
        own=tuple(shown[likeness.report_id] for likeness in own),
        neighbours=(
            tuple(shown[likeness.report_id] for likeness in neighbours[:_MOST])
            if names_units
            else tuple(map(_unnamed, neighbours[:1]))
        ),
        names_units=names_units,
        was_filled=bool(mine.texts or mine.counts),
    )


def _note_names(
    host: Host, actor: Actor, desk: _Desk, shown: Collection[SeenLikeness], filed_as: tuple[int, int] | None
) -> None:
    """Write whose rows that may name persons are about to be shown: others', and this report's if it was filed."""
    given = [
        (of.report_id, of.revision)
        for of, texts in ((each.likeness, each.texts) for each in shown)
        if any(desk.names_people(of.period, text.other_cell) for text in texts)
    ]
    here = desk.period_code
    if filed_as is not None and any(desk.names_people(here, text.cell) for each in shown for text in each.texts):
        given.append(filed_as)
    for report_id, revision in given:
        note_alone(host, actor, Act.READ_PEOPLE, Thing.REPORT, str(report_id), revisions=[revision])


def _unnamed(likeness: Likeness) -> SeenLikeness:
    """Keep that there is a likeness, and nothing of the other unit."""
    bare = Likeness(
        kind=LikenessKind.NEIGHBOUR,
        unit="",
        period="",
        revision=0,
        text_share=0.0,
        number_share=0.0,
        level=likeness.level,
        cells=(),
    )
    return SeenLikeness(bare, "", "", None, f"Giống {_ANONYMOUS}.")


class _Desk:
    """The form's periods, with what was filed in them."""

    def __init__(self, host: Host, obligation: Obligation, *, with_people: bool) -> None:
        self.campaign = host.catalogue.campaign(obligation.campaign_code)
        self._host = host
        self._obligation = obligation
        self._with_people = with_people
        self._painters = {obligation.period_code: Painter(self.form(obligation.period_code))}
        using = [
            period.code
            for period in self.campaign.periods
            if any(use.form == obligation.form_code for use in period.forms)
        ]
        self._earlier = using[: using.index(obligation.period_code)]

    @property
    def period_code(self) -> str:
        return self._obligation.period_code

    def names_people(self, period_code: str, pointer: str) -> bool:
        """Tell whether a cell of a period's form may name persons."""
        return any(field.personal and pointer.startswith(f"/{field.name}/") for field in self.form(period_code).fields)

    def form(self, period_code: str) -> ComposedForm:
        return self._host.catalogue.form(self.campaign.code, period_code, self._obligation.form_code)

    def portrait(self, period_code: str, payload: Mapping[str, object], carried: Collection[str] = ()) -> Portrait:
        if period_code not in self._painters:
            self._painters[period_code] = Painter(self.form(period_code))
        if not self._with_people:
            personal = {field.name for field in self.form(period_code).fields if field.personal}
            payload = {name: value for name, value in payload.items() if name not in personal}
        return self._painters[period_code].portrait(payload, carried)

    def candidates(self) -> Iterator[tuple[LikenessKind, FiledPayload]]:
        """Read what to compare with: own earlier periods; neighbours' this period and the one before."""
        mine = self._obligation.unit_code
        for each in self._filed(self._earlier, mine):
            yield LikenessKind.OWN, each
        for each in self._filed([*self._earlier[-1:], self._obligation.period_code]):
            if each.unit_code != mine:
                yield LikenessKind.NEIGHBOUR, each

    def _filed(self, period_codes: list[str], unit_code: str | None = None) -> Iterator[FiledPayload]:
        # Page by page on look-ups of their own, so that no lock is held while texts are compared.
        after_id, page = 0, 200
        while period_codes:
            with self._host.work.glancing() as work, work.crossing(Crossing.LIKENESS):
                found = work.filed_payloads.of_form(
                    campaign_code=self.campaign.code,
                    form_code=self._obligation.form_code,
                    period_codes=period_codes,
                    unit_codes=None if unit_code is None else [unit_code],
                    after_id=after_id,
                    limit=page,
                )
            yield from found
            if len(found) < page:
                return
            after_id = found[-1].report_id

    def beside(
        self, mine: Portrait, likenesses: list[Likeness], filed: Mapping[int, tuple[str, datetime]]
    ) -> dict[int, SeenLikeness]:
        """Set the report beside those it is alike to, by report id."""
        with self._host.work.glancing() as work, work.crossing(Crossing.LIKENESS):
            payloads = work.reports.payloads([(each.report_id, each.revision) for each in likenesses])
        labels = self._labels(mine)
        names = {period.code: period.name for period in self.campaign.periods}
        shown = {}
        for likeness in likenesses:
            other = self.portrait(likeness.period, payloads[likeness.report_id, likeness.revision])
            unit_name, received_at = filed[likeness.report_id]
            name = names[likeness.period]
            where = f"báo cáo {name[:1].lower()}{name[1:]}"
            if likeness.kind is LikenessKind.NEIGHBOUR:
                where = f"{where} của {unit_name}"
            shown[likeness.report_id] = SeenLikeness(
                likeness,
                unit_name,
                name,
                received_at,
                explain(likeness, where=where, labels=labels),
                numbers=shared_numbers(mine, other, likeness),
                texts=shared_texts(mine, other, likeness),
            )
        return shown

    def _labels(self, mine: Portrait) -> dict[str, str]:
        form = self.form(self._obligation.period_code)
        labels = {}
        for pointer, _ in mine.texts:
            parts = pointer.split("/")
            model = form.by_name[parts[2] if parts[1] == "fields" else parts[1]]
            labels[pointer] = model.label
        return labels
