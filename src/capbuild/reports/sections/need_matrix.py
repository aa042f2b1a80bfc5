"""Needs shared by countries, as squares and as text."""

from collections.abc import Container, Iterable, Sequence

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.model import Assessment, Capacity, CriterionState, Need, SourceKind
from capbuild.planning.capacity_needs import SharedNeed as Shared
from capbuild.planning.capacity_needs import shared_needs
from capbuild.reports.cells import Square, Style, Words
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.country_names import shorten_name
from capbuild.reports.links import make_page_link
from capbuild.reports.model import Column, FigureKind, KeyItem, ReportSection

#: Needs that fit beside the names of countries.
_COLUMNS = 8
#: Letters of a country's name that fit beside the squares.
_NAME = 22
#: Least numbers of missing criteria for a square of the second and of the third size.
_MIDDLE, _LARGE = 2, 4


@frozen(kw_only=True)
class SharedNeed:
    """Need with criteria lacking, for countries named with it.

    Attributes:
        need: The need.
        title: Row title in a table.
        short: Title over a narrow column.
        lacking: Criteria lacking, or levels below the target, by alpha-2 code, where there is a need.
        open: Alpha-2 codes of the countries for which the evidence does not settle the need.
    """

    need: Need
    title: str
    short: str
    lacking: dict[str, int]
    open: tuple[str, ...] = field(converter=to_tuple)


def make_need_title(need: Need, context: ReportContext) -> str:
    """Return the title of a need."""
    node = _find_only_node(need, context)
    return context.marks.title(node) if node is not None else context.t.text(need.statement)


def _find_only_node(need: Need, context: ReportContext) -> Capacity | None:
    nodes = [context.framework[name] for name in need.capacities if name in context.framework]
    return nodes[0] if len(nodes) == 1 else None


def _make_short_title(need: Need, context: ReportContext) -> str:
    node = _find_only_node(need, context)
    return context.marks.short_title(node) if node is not None else context.t.text(need.statement)


def list_shared_needs(context: ReportContext) -> list[SharedNeed]:
    """Return needs of named countries, the commonest first."""
    needs = context.dossier.needs
    if needs is None:
        return []
    disclosure = context.disclosure
    known = {gap.country.alpha_2 for gap in needs.gaps} | {
        country.alpha_2 for need in needs for country in need.countries
    }
    named = {code for code in known if disclosure.names(code, "needs")}
    candidates = (_make_shared_need(needs[shared.id], shared, named, context) for shared in shared_needs(needs, named))
    return _distinguish_titles((shared_need for shared_need in candidates if shared_need is not None), context)


def _make_shared_need(need: Need, shared: Shared, named: Container[str], context: ReportContext) -> SharedNeed | None:
    if not any(country.alpha_2 in named for country in need.countries):
        return None
    title, short = make_need_title(need, context), _make_short_title(need, context)
    return SharedNeed(need=need, title=title, short=short, lacking=dict(shared.lacking), open=shared.open)


def _distinguish_titles(shared: Iterable[SharedNeed], context: ReportContext) -> list[SharedNeed]:
    """Add the kind to titles of needs with one capacity."""
    needs = list(shared)
    titles = [shared_need.title for shared_need in needs]
    return [
        evolve(shared_need, title=_add_kind(shared_need.title, titles, shared_need.need, context))
        for shared_need in needs
    ]


def _add_kind(title: str, titles: Sequence[str], need: Need, context: ReportContext) -> str:
    if titles.count(title) == 1:
        return title
    return context.t.labelled(title, context.t(f"need.kind.{need.kind.value}"))


def build_needs_section(context: ReportContext) -> ReportSection | None:
    """Build the matrix of countries and needs.

    The result is None if no named country has a need.
    """
    shared = list_shared_needs(context)
    # Squares are criteria: a need that rests on none is in the list of needs and has no square.
    chosen = [shared_need for shared_need in shared if shared_need.need.criteria or shared_need.need.capacities][
        :_COLUMNS
    ]
    if not chosen:
        return None
    t = context.t
    known = [a.country.alpha_2 for a in context.named if context.disclosure.names(a.country.alpha_2, "needs")]
    codes = {*known, *(code for shared_need in chosen for code in (*shared_need.lacking, *shared_need.open))}
    shorts, more = [shared_need.short for shared_need in chosen], len(shared) - len(chosen)
    columns = {
        Column(
            id=shared_need.need.id,
            title=_add_kind(shared_need.short, shorts, shared_need.need, context),
            code=shared_need.need.id,
        ): shared_need
        for shared_need in chosen
    }
    names = {code: shorten_name(context.name_of(code), _NAME) for code in codes}
    rows: list[Values] = [
        {
            "col.country": Words(text=names[code], link=make_page_link("profile", code)),
            **{column: _make_square(code, shared_need, context) for column, shared_need in columns.items()},
        }
        for code in sorted(codes, key=lambda c: t.sorted_as(names[c]))
    ]
    figure = context.table(
        "needs",
        rows,
        kind=FigureKind.NEEDS,
        caption=" ".join([t("caption.needs"), *([t("caption.needs.more", count=more)] if more else [])]),
        key=_make_key(context),
        total={
            "col.country": t("col.countries"),
            **{column: len(shared_need.lacking) for column, shared_need in columns.items()},
        },
    )
    return context.section("needs", 500, figure, lead=t("needs.lead"))


def _make_key(context: ReportContext) -> list[KeyItem]:
    t = context.t
    return [
        KeyItem(mark="need-1", text=t("key.need.one")),
        KeyItem(mark="need-2", text=t("key.need.few", low=_MIDDLE, high=_LARGE - 1)),
        KeyItem(mark="need-3", text=t("key.need.many", low=_LARGE)),
        KeyItem(mark="need-open", code=t("open"), text=t("not_verified")),
    ]


def _make_square(code: str, shared_need: SharedNeed, context: ReportContext) -> Square:
    count = shared_need.lacking.get(code, 0)
    if not count:
        opened = code in shared_need.open
        return Square(open=opened, text=context.t("open") if opened else "")
    size = 1 if count < _MIDDLE else 2 if count < _LARGE else 3
    return Square(
        size=size, count=count, text=context.t("gap.levels" if context.t.judged else "gap.lacking", count=count)
    )


def build_largest_needs_section(context: ReportContext, most: int) -> ReportSection | None:
    """Build the section on the most shared needs.

    The result is None without needs.

    Args:
        context: Shared data of the report.
        most: How many are shown.
    """
    shared = list_shared_needs(context)[:most]
    if not shared:
        return None
    t = context.t
    people = "needs" not in context.disclosure.hides and any(shared_need.need.roles for shared_need in shared)
    rows = [_make_need_row(shared_need, context, people=people) for shared_need in shared]
    caption = " ".join([t("caption.largest"), *([t("caption.largest.people")] if people else [])])
    title = t("largest.title", count=len(shared))
    return context.section("largest", 100, context.table("largest", rows, caption=caption), title=title)


def _make_need_row(shared_need: SharedNeed, context: ReportContext, *, people: bool) -> Values:
    t, need = context.t, shared_need.need
    seen = any(assessment.visited for assessment in context.named)
    return {
        "col.need": Words(text=shared_need.title, after=", ".join(need.capacities), style=Style.STRONG),
        "col.kind": t(f"need.kind.{need.kind.value}"),
        "#col.countries": len(shared_need.lacking),
        "#open=col.open_in": len(shared_need.open),
        "#col.people": sum(need.roles.values()) or None if people else None,
        "#col.seen": _count_visited(shared_need, context) if seen else None,
        "when=col.urgency": t(f"urgency.{need.urgency}"),
    }


def _count_visited(shared_need: SharedNeed, context: ReportContext) -> int:
    """Count named countries where a visit found a criterion lacking."""
    lacking = [a for a in context.named if a.country.alpha_2 in shared_need.lacking]
    return sum(_is_seen(assessment, shared_need.need) for assessment in lacking)


def _is_seen(assessment: Assessment, need: Need) -> bool:
    visits = {source.id for source in assessment.sources if source.kind is SourceKind.VISIT}
    scores = [assessment.scores[name] for name in need.capacities if name in assessment.scores]
    used = [
        result.used_finding
        for score in scores
        for result in score.results
        if result.state in (CriterionState.NOT_MET, CriterionState.PARTLY)
        and (not need.criteria or result.target in need.criteria)
    ]
    return any(finding is not None and finding.source in visits for finding in used)
