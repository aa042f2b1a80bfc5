"""Number of countries per level of each indicator."""

from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import frozen

from capbuild.disclosure.score_bins import ScoreBin, find_bin
from capbuild.model import Capacity, Score
from capbuild.reports.cells import DASH, Bar, Segment, Style, Words, list_families
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.model import FigureKind, KeyItem, ReportSection, RowGroup


def build_counts_section(context: ReportContext) -> ReportSection | None:
    """Build the section that counts countries per level and indicator."""
    t, counted = context.t, context.disclosure.counted
    if not counted and not context.named:
        return None
    groups = []
    for family in list_families(context.framework, counts=False):
        rows = [row for node in family.nodes if (row := _make_indicator_row(node, context)) is not None]
        title = family.heading(context.marks.title)
        if rows:
            groups.append((RowGroup(title=title, code=family.parent.id if family.parent else ""), rows))
    bars = [bar for _, rows in groups for row in rows if isinstance(bar := row["col.countries"], Bar)]
    figure = context.table(
        "counts", groups=groups, kind=FigureKind.COUNTS, caption=_make_caption(context), key=_make_key(bars, context)
    )
    lead = t("counts.lead", count=counted + len(context.named))
    if counted:
        lead = f"{lead} {t('counts.unnamed', count=counted)}"
    return context.section("counts", 80, figure, lead=lead)


def _make_caption(context: ReportContext) -> str:
    t = context.t
    parts = [t("caption.counts.settled" if context.disclosure.counted else "caption.counts")]
    if context.disclosure.counted:
        parts.append(t("caption.counts.withheld"))
    return " ".join(parts)


def _list_named_scores(node: Capacity, context: ReportContext) -> list[Score]:
    """Return the scores of named countries."""
    return [a.scores[node.id] for a in context.named if node.id in a.scores]


def _is_withheld(node: Capacity, context: ReportContext) -> bool:
    """True if the total reveals an unnamed country's level."""
    return bool(context.disclosure.counted) and node.id not in context.disclosure.others


def _make_indicator_row(node: Capacity, context: ReportContext) -> Values | None:
    scores, others = _list_named_scores(node, context), context.disclosure.others.get(node.id)
    bins = [*map(find_bin, scores), *(others.counts if others is not None else ())]
    withheld = _is_withheld(node, context)
    if all(bin_.kind == "profile" for bin_ in bins) and not (withheld and not node.children):
        return None
    strong = Style.STRONG if node.children else Style.PLAIN
    head = Words(before=node.id, text=context.marks.title(node), style=strong)
    if withheld:
        return {"col.indicator": head, "col.countries": Bar(note=context.t("withheld")), "#col.met": DASH}
    counts = Counter(map(find_bin, scores)) + Counter(others.counts if others is not None else {})
    drawn = [(*context.marks.describe_bin(bin_, node), count) for bin_, count in counts.items()]
    segments = [
        Segment(count=count, label=label, shade=shade)
        for shade, label, count in sorted(drawn, key=lambda one: (one[0] is None, one[0] or 0))
    ]
    # An open level may be known to be below the target; for unnamed countries that is withheld.
    aimed = [s for s in scores if s.target_met is not None and (others is None or s.settled)]
    met, total = sum(s.target_met is True for s in aimed), len(aimed)
    if others is not None:
        met, total = (0, 0) if others.aimed is None else (met + others.met, total + others.aimed)
    target = Words(text=context.t.number(met), after=context.t("of", total=total)) if total else DASH
    return {"col.indicator": head, "col.countries": Bar(segments=segments), "#col.met": target}


@frozen(kw_only=True)
class Totals:
    """Totals over the indicators of all counted countries.

    Attributes:
        verified: Levels that are verified.
        reported: Levels that are settled by what sources state alone.
        levels: All levels that these two are of.
        values: Indicators with a value.
        total: All indicators that values are of.
    """

    verified: int
    reported: int
    levels: int
    values: int
    total: int


def sum_indicators(context: ReportContext) -> Totals:
    """Sum up the indicators of all counted countries.

    Where the row of an indicator is withheld, only named countries count: otherwise the withheld row would follow from
    the sum and the other rows.
    """
    indicators, sums = context.framework.indicators, context.disclosure.sums
    named = [score for node in indicators for score in _list_named_scores(node, context)]
    others = [other.counts for node in indicators if (other := context.disclosure.others.get(node.id)) is not None]
    count = sum(sum(counts.values()) for counts in others)
    return Totals(
        verified=sum(score.verified for score in named) + sums.get("verified", 0),
        reported=sum(score.reported for score in named) + sums.get("reported", 0),
        levels=sum(score.applies for score in named) + (count if "verified" in sums else 0),
        values=sum(score.value is not None for score in named)
        + sum(number for counts in others for bin_, number in counts.items() if bin_.kind == "fifth"),
        total=len(named) + count,
    )


def _make_key(bars: Iterable[Bar], context: ReportContext) -> list[KeyItem]:
    opened = {segment.label for bar in bars for segment in bar.segments if segment.shade is None}
    scores = (score for assessment in context.named for score in assessment)
    return [
        *context.marks.key(scores, others=_iter_bins(context)),
        *(KeyItem(mark="hatch", code="n", text=label) for label in sorted(opened)),
    ]


def _iter_bins(context: ReportContext) -> Iterator[tuple[Capacity, ScoreBin]]:
    for name, counts in context.disclosure.others.items():
        yield from ((context.framework[name], bin_) for bin_ in counts.counts)
