"""Response quality of returns, and agreement between sources."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from capbuild.model import AssessmentSet
from capbuild.reports.cells import Words
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.model import Block, Bullets, Figure, Paragraph, ReportSection
from capbuild.undefined import Undefined

if TYPE_CHECKING:
    from capbuild.scoring.response_quality import QualityFlag, ResponseQuality, SourceAgreement

#: Flags of one kind, and rows of the table, that are shown.
_MOST = 5
#: Least number of pairs of findings for a meaningful share of agreement.
_PAIRS = 5
#: Figures of flags that are shares.
_SHARES = ("same", "share", "agreed", "expected")
#: Order of the kinds of flags.
_KINDS = ("not independent", "out of range", "zeros", "contradiction", "duplicate", "straight line")


def build_response_quality_section(subject: AssessmentSet, context: ReportContext) -> ReportSection | None:
    """Build the section "How returns were filled in".

    The result is None without returns, or if the audience does not see sources.
    """
    if not context.disclosure.sources:
        return None
    from capbuild.scoring import assess_quality

    quality = assess_quality(subject)
    if not quality.returns:
        return None
    t = context.t
    overall = t("returns.nothing") if isinstance(quality.overall, Undefined) else t.percent(quality.overall)
    items = t("count.items", count=quality.items)
    lead = t("returns.lead", count=quality.returns, items=items, share=overall)
    blocks = _make_flags_block(quality, context), _make_agreement_figure(quality, context)
    return context.section("returns", 720, *blocks, lead=lead)


def _make_flags_block(quality: "ResponseQuality", context: ReportContext) -> Block:
    points = [
        point
        for kind in _KINDS
        if (flags := quality.of_kind(kind))
        for point in [_make_point(kind.replace(" ", "_"), flags, context)]
    ]
    return Bullets(points=points) if points else Paragraph(text=context.t("returns.none"))


def _make_point(kind: str, flags: "tuple[QualityFlag, ...]", context: ReportContext) -> Paragraph:
    t = context.t
    listed = t.clauses(*(_describe_flag(kind, flag, context) for flag in flags[:_MOST]))
    if len(flags) > _MOST:
        listed = t("and_more", listed=listed, count=len(flags) - _MOST)
    return Paragraph(strong=t(f"returns.{kind}.strong", count=len(flags)), text=f"{listed}.")


def _describe_flag(kind: str, flag: "QualityFlag", context: ReportContext) -> str:
    shares = {name: context.t.percent(flag.numbers[name]) for name in _SHARES if name in flag.numbers}
    figures: dict[str, Any] = {name: context.marks.figure(value) for name, value in flag.numbers.items()}
    subject = flag.subject
    if kind == "not_independent":
        subject = context.t.joined(context.t(f"source.{name}") for name in (flag.subject, flag.other) if name)
    return context.t(f"returns.{kind}", subject=subject, other=flag.other, **(figures | shares))


def _make_agreement_figure(quality: "ResponseQuality", context: ReportContext) -> Figure | None:
    """Make the table of items with least agreement.

    The result is None if no item was judged often enough, or if all sources agree.
    """
    rows: list[Values] = [
        {
            "col.criterion": Words(before=name, text=_find_title(name, context)),
            "#col.agree": context.t.percent(agreement),
            "#col.pairs": pairs,
        }
        for name, agreement, pairs in _find_worst(quality.by_item)
    ]
    return context.table("agreement", rows, caption=context.t("caption.agreement")) if rows else None


def _find_worst(agreements: "Mapping[str, SourceAgreement]") -> Iterable[tuple[str, float, int]]:
    known = [
        (name, agreement.share, agreement.pairs)
        for name, agreement in agreements.items()
        if not isinstance(agreement.share, Undefined) and agreement.pairs >= _PAIRS and agreement.share < 1
    ]
    return sorted(known, key=lambda item: (item[1], item[0]))[:_MOST]


def _find_title(name: str, context: ReportContext) -> str:
    criterion = context.framework.criteria.get(name)
    return context.t.text(criterion.text if criterion is not None else context.framework[name].title)
