"""Needs: which country shares which, drawn as squares, and the largest ones in words."""

from collections.abc import Container, Iterable, Sequence

from attrs import evolve, field, frozen

from capbuild.model import Assessment, Capacity, CriterionState, Need, SourceKind
from capbuild.planning import SharedNeed as Shared
from capbuild.planning import shared_needs
from capbuild.reports.cells import Cell, Square, Style, Words, to_tuple
from capbuild.reports.context import Setting
from capbuild.reports.country_names import short_name
from capbuild.reports.model import Column, Figure, FigureKind, KeyItem, ReportSection, Row, RowGroup

__all__ = ["largest_needs", "need_title", "needs_section", "shown_needs"]

#: Needs that fit beside the names of countries.
_COLUMNS = 8
#: Letters of a country's name that fit beside the squares.
_NAME = 22
#: Criteria lacking from which a square is of the second and of the third size.
_MIDDLE, _LARGE = 2, 4


@frozen(kw_only=True)
class SharedNeed:
    """A need with what each country lacks, for the countries that may be named with it.

    Attributes:
        need: The need.
        title: What it is called in a table.
        short: What it is called over a narrow column.
        lacking: Criteria lacking, by alpha-2 code, where there is a need.
        open: Alpha-2 codes of the countries for which the evidence does not settle whether there is one.
    """

    need: Need
    title: str
    short: str
    lacking: dict[str, int]
    open: tuple[str, ...] = field(converter=to_tuple)


def need_title(need: Need, setting: Setting) -> str:
    """Return what a need is called: its capacity where it has one, else its statement."""
    node = _only_node(need, setting)
    return setting.marks.title(node) if node is not None else setting.say.text(need.statement)


def _only_node(need: Need, setting: Setting) -> Capacity | None:
    nodes = [setting.framework[name] for name in need.capacities if name in setting.framework]
    return nodes[0] if len(nodes) == 1 else None


def _short_title(need: Need, setting: Setting) -> str:
    node = _only_node(need, setting)
    return setting.marks.short_title(node) if node is not None else setting.say.text(need.statement)


def shown_needs(setting: Setting) -> list[SharedNeed]:
    """Return the needs that a country which may be named with them shares, the commonest first."""
    needs = setting.dossier.needs
    if needs is None:
        return []
    disclosure = setting.disclosure
    known = {gap.country.alpha_2 for gap in needs.gaps} | {code for need in needs for code in need.countries}
    named = {code for code in known if disclosure.names(code, "needs")}
    made = (_shown(needs[shared.id], shared, named, setting) for shared in shared_needs(needs, named))
    return _with_titles((one for one in made if one is not None), setting)


def _shown(need: Need, shared: Shared, named: Container[str], setting: Setting) -> SharedNeed | None:
    if not any(code in named for code in need.countries):
        return None
    title, short = need_title(need, setting), _short_title(need, setting)
    return SharedNeed(need=need, title=title, short=short, lacking=dict(shared.lacking), open=shared.open)


def _with_titles(shared: Iterable[SharedNeed], setting: Setting) -> list[SharedNeed]:
    """Needs of one capacity are told apart by their kind."""
    every = list(shared)
    titles = [one.title for one in every]
    return [evolve(one, title=_with_kind(one.title, titles, one.need, setting)) for one in every]


def _with_kind(title: str, titles: Sequence[str], need: Need, setting: Setting) -> str:
    if titles.count(title) == 1:
        return title
    return setting.say.labelled(title, setting.say(f"need.kind.{need.kind.value}"))


def needs_section(setting: Setting) -> ReportSection | None:
    """Return the countries and what they need; None where nobody who may be named needs anything."""
    shared = shown_needs(setting)
    # Squares are criteria: a need that rests on none is in the list of needs and has no square.
    chosen = [one for one in shared if one.need.criteria or one.need.capacities][:_COLUMNS]
    if not chosen:
        return None
    say = setting.say
    known = [a.country.alpha_2 for a in setting.named if setting.disclosure.names(a.country.alpha_2, "needs")]
    codes = {*known, *(code for one in chosen for code in (*one.lacking, *one.open))}
    rows = [_row(code, chosen, setting) for code in sorted(codes, key=lambda c: say.sorted_as(setting.called(c)))]
    total = Row(
        cells=[
            Words(text=say("col.countries"), style=Style.STRONG),
            *(Words(text=say.number(len(one.lacking)), style=Style.STRONG) for one in chosen),
        ]
    )
    shorts = [one.short for one in chosen]
    figure = Figure(
        id="needs",
        kind=FigureKind.NEEDS,
        columns=[
            Column(id="country", title=say("col.country")),
            *(
                Column(id=one.need.id, title=_with_kind(one.short, shorts, one.need, setting), code=one.need.id)
                for one in chosen
            ),
        ],
        groups=[RowGroup(rows=rows)],
        caption=_caption(len(shared) - len(chosen), setting),
        key=_key(setting),
        total=total,
    )
    return ReportSection(id="needs", order=500, title=say("needs.title"), lead=say("needs.lead"), blocks=[figure])


def _caption(more: int, setting: Setting) -> str:
    say = setting.say
    parts = [say("caption.needs")]
    if more:
        parts.append(say("caption.needs.more", count=more))
    return " ".join(parts)


def _key(setting: Setting) -> list[KeyItem]:
    say = setting.say
    return [
        KeyItem(mark="need-1", text=say("key.need.one")),
        KeyItem(mark="need-2", text=say("key.need.few", low=_MIDDLE, high=_LARGE - 1)),
        KeyItem(mark="need-3", text=say("key.need.many", low=_LARGE)),
        KeyItem(mark="need-open", code=say("open"), text=say("not_verified")),
    ]


def _row(code: str, chosen: Sequence[SharedNeed], setting: Setting) -> Row:
    head = Words(text=short_name(setting.called(code), _NAME), link=f"#{code}")
    return Row(cells=[head, *(_square(code, one, setting) for one in chosen)])


def _square(code: str, one: SharedNeed, setting: Setting) -> Cell:
    count = one.lacking.get(code, 0)
    if not count:
        opened = code in one.open
        return Square(open=opened, text=setting.say("open") if opened else "")
    size = 1 if count < _MIDDLE else 2 if count < _LARGE else 3
    return Square(size=size, count=count, text=setting.say("gap.lacking", count=count))


def largest_needs(setting: Setting, most: int) -> ReportSection | None:
    """Return the needs that most countries share, in words; None where there is none.

    Args:
        setting: What the report shares.
        most: How many are shown.
    """
    shared = shown_needs(setting)[:most]
    if not shared:
        return None
    say = setting.say
    people = "needs" not in setting.disclosure.hides
    columns = [
        Column(id="need", title=say("col.need")),
        Column(id="kind", title=say("col.kind")),
        Column(id="countries", title=say("col.countries"), number=True),
        Column(id="open", title=say("col.open_in"), number=True),
        *([Column(id="people", title=say("col.people"), number=True)] if people else []),
        Column(id="seen", title=say("col.seen"), number=True),
        Column(id="when", title=say("col.urgency")),
    ]
    figure = Figure(
        id="largest",
        columns=columns,
        groups=[RowGroup(rows=[_need_row(one, people, setting) for one in shared])],
        caption=say("caption.largest"),
    )
    return ReportSection(id="largest", order=100, title=say("largest.title", count=len(shared)), blocks=[figure])


def _need_row(one: SharedNeed, people: bool, setting: Setting) -> Row:
    say, need = setting.say, one.need
    cells: list[Cell] = [
        Words(text=one.title, after=", ".join(need.capacities), style=Style.STRONG),
        Words(text=say(f"need.kind.{need.kind.value}")),
        Words(text=say.number(len(one.lacking))),
        Words(text=say.number(len(one.open))),
    ]
    if people:
        headcount = sum(need.roles.values())
        cells.append(Words(text=say.number(headcount) if headcount else "–"))
    cells.append(Words(text=say.number(_seen_on_visits(one, setting))))
    return Row(cells=[*cells, Words(text=say(f"urgency.{need.urgency}"))])


def _seen_on_visits(one: SharedNeed, setting: Setting) -> int:
    """In how many of the countries that are named with a need a visit saw that one of its criteria lacks."""
    lacking = [a for a in setting.named if a.country.alpha_2 in one.lacking]
    return sum(_was_seen(assessment, one.need) for assessment in lacking)


def _was_seen(assessment: Assessment, need: Need) -> bool:
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
