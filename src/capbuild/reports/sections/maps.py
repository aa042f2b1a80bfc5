"""Tile map of one indicator and heat map of all."""

from collections.abc import Sequence

from attrs import evolve

from capbuild.model import Assessment, AssessmentSet, Capacity, Country
from capbuild.reports.cells import Family, Heat, Words, list_families, make_short_header, split_tables
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.country_names import place_tiles, shorten_name
from capbuild.reports.links import make_page_link
from capbuild.reports.model import Column, FigureKind, KeyItem, ReportSection, Tile, TileMap

#: Letters of a country's name that fit beside the cells.
_NAME = 22


def build_map_section(subject: AssessmentSet, context: ReportContext, gap: str = "") -> ReportSection | None:
    """Build the tile map of one indicator.

    The indicator is the setting `map_indicator`, else the overall figure, the gap, or the indicator settled in most
    countries. Only disclosed countries have a value. The result is None if some country is on no map.

    Args:
        subject: The assessments.
        context: Language, audience and dossier.
        gap: Id of the indicator that most countries fall short of; empty if that is not known.
    """
    everyone = (*subject.countries, *subject.silent)
    places = place_tiles(frozenset(country.alpha_2 for country in everyone))
    if not places or not context.framework.indicators:
        return None
    t, marks = context.t, context.marks
    node, chosen = _choose_indicator(context, gap)
    shown = {a.country.alpha_2: a for a in context.named}
    tiles = [
        _make_tile(country, shown.get(country.alpha_2), node, places[country.alpha_2], context)
        for country in sorted(everyone, key=lambda c: t.sorted_as(context.name(c)))
    ]
    key = [
        *marks.key(a.scores[node.id] for a in shown.values() if node.id in a.scores),
        *_make_open_key(any(tile.open for tile in tiles), context),
        *(KeyItem(mark="absent", text=text) for text in dict.fromkeys(map(context.absence, context.silent))),
    ]
    figure = TileMap(
        id="map",
        tiles=tiles,
        header=(t("col.country"), t("col.result.levels")),
        caption=" ".join([t("caption.map"), *_list_hidden(context)]),
        key=key,
    )
    title = t("map.title.whole" if node.children else "map.title", indicator=t.lowered(marks.title(node)))
    why = [t(f"map.{chosen}", id=node.id)] if chosen else []
    lead = " ".join([t("map.lead", count=len(tiles)), *why])
    return context.section("map", 100, figure, title=title, lead=lead)


def _choose_indicator(context: ReportContext, gap: str) -> tuple[Capacity, str]:
    """Return the map's indicator, and how it was chosen; an empty text if no level is settled."""
    framework, named = context.framework, context.named
    wanted = context.render_context.settings.get("map_indicator", "")
    if wanted in framework:
        return framework[wanted], "asked"
    top = framework.roots[0]
    if any(top.id in a.scores and a.scores[top.id].value is not None for a in named):
        return top, "top"
    if gap in framework:
        return framework[gap], "gap"
    settled = {
        node.id: sum(a.scores[node.id].settled for a in named if node.id in a.scores) for node in framework.indicators
    }
    most = max(framework.indicators, key=lambda node: settled[node.id])
    return most, "chosen" if settled[most.id] else ""


def _list_hidden(context: ReportContext) -> list[str]:
    words = context.hidden_words()
    return [*words, context.t("map.alike")] if context.disclosure.counted and len(words) > 1 else words


def _make_open_key(present: bool, context: ReportContext) -> list[KeyItem]:
    return [KeyItem(mark="hatch", code="1–3", text=context.t("not_verified"))] if present else []


def _make_tile(
    country: Country, assessment: Assessment | None, node: Capacity, place: tuple[int, int], context: ReportContext
) -> Tile:
    marks, name = context.marks, context.name(country)
    score = assessment.scores.get(node.id) if assessment is not None else None
    if score is None:
        named = country in context.silent
        text = spoken = context.absence(country) if named else context.t("not_shown")
        shade, is_open = None, False
    else:
        heat = marks.heat(score)
        shade, is_open, spoken = heat.shade, heat.open, marks.result(score)
        confirmed = score.plausible is not None and score.plausible.settled
        text = marks.code(score.scale, score.plausible.lowest) if confirmed and score.plausible else heat.text
    return Tile(
        code=country.alpha_2,
        name=name,
        short=shorten_name(name, 13),
        column=place[0],
        row=place[1],
        text=text,
        spoken=spoken,
        shade=shade,
        open=is_open,
    )


def build_heat_section(context: ReportContext) -> ReportSection | None:
    """Build the heat map: countries by capacities, with printed figures."""
    named, t = context.named, context.t
    if not named:
        return None
    ordered = sorted(named, key=lambda a: t.sorted_as(shorten_name(context.name(a.country), _NAME)))
    tables = [
        _make_columns(table, context) for table in split_tables(_pick_families(named, context), context.framework)
    ]
    figures = []
    for number, columns in enumerate(tables, start=1):
        rows = [_make_country_row(assessment, columns, context) for assessment in ordered]
        figures.append(
            context.table(
                f"heat-{number}",
                rows,
                kind=FigureKind.HEAT,
                caption=_make_caption(columns, context) if number == len(tables) else _make_legend(columns, context),
                key=_make_key(rows, columns, context),
                filter=t("filter.countries") if number == 1 else "",
            )
        )
    return context.section("heat", 200, *figures, lead=t("heat.lead"))


def _pick_families(named: Sequence[Assessment], context: ReportContext) -> list[Family]:
    """Return the indicators, or their parents if these have figures."""
    tree = list_families(context.framework, counts=False)
    parents = [family.parent for family in tree if family.parent is not None]
    if not parents or not all(any(a.scores[p.id].value is not None for a in named) for p in parents):
        return [family for family in tree if family.parent is not None or not any(n.children for n in family.nodes)]
    # Siblings are adjacent: the total, its pillars, the components of the first one.
    inner = {node.id for node in (*parents, *(n for f in tree if f.parent is None for n in f.nodes if n.children))}
    rows: list[list[Capacity]] = []
    siblings: dict[str, int] = {
        child.id: n for n, parent in enumerate(context.framework.walk()) for child in parent.children
    }
    for node in context.framework.walk():
        if node.id in inner and rows and siblings.get(rows[-1][-1].id) == siblings.get(node.id):
            rows[-1].append(node)
        elif node.id in inner:
            rows.append([node])
    return [Family(parent=None, nodes=nodes) for nodes in rows]


def _make_columns(table: Sequence[Family], context: ReportContext) -> list[Column]:
    columns: list[Column] = []
    for number, family in enumerate(table, start=1):
        added = [make_node_column(node, family, context) for node in family.nodes]
        columns += added if family.parent is not None else [evolve(column, group="\u00a0" * number) for column in added]
    bare = [column for column in columns if not column.group.strip()]
    if len({column.code for column in bare}) < len(bare):
        columns = [evolve(column, code=column.id) if column in bare else column for column in columns]
    return columns


def make_node_column(node: Capacity, family: Family, context: ReportContext) -> Column:
    """Return a node's heat map column, below its parent's title."""
    parent, title = family.parent, context.marks.title
    return Column(
        id=node.id,
        title=f"{node.id} {title(node)}",
        group=title(parent) if parent is not None else "",
        code=make_short_header(node, parent),
        ticks=[parent.id if parent is not None else ""],
    )


def _make_country_row(assessment: Assessment, columns: Sequence[Column], context: ReportContext) -> Values:
    name, scores = shorten_name(context.name(assessment.country), _NAME), assessment.scores
    absent = Heat(text="·", spoken=context.t("undefined.nobody_answered"))
    heat = context.marks.heat
    return {
        "col.country": Words(text=name, link=make_page_link("profile", assessment.country.alpha_2)),
        **{column: heat(scores[column.id]) if column.id in scores else absent for column in columns},
    }


def _make_key(rows: Sequence[Values], columns: Sequence[Column], context: ReportContext) -> list[KeyItem]:
    cells = [cell for row in rows for cell in row.values() if isinstance(cell, Heat)]
    scores = (a.scores[indicator.id] for a in context.named for indicator in columns if indicator.id in a.scores)
    absent = any(cell.text == "·" for cell in cells)
    return [
        *context.marks.key(scores, digits=True),
        *_make_open_key(any(cell.open for cell in cells), context),
        *([KeyItem(mark="plain", code="·", text=context.t("no_figure"))] if absent else []),
    ]


def _make_legend(columns: Sequence[Column], context: ReportContext) -> str:
    """Return the legend of columns with long ids."""
    explained = [c for c in columns if c.code == c.id or not c.id.endswith(c.code)]
    long = [f"{c.code} {c.title.removeprefix(c.id).strip()}" for c in explained]
    return context.t("caption.columns", listed=context.t.clauses(*long)) if long else ""


def _make_caption(columns: Sequence[Column], context: ReportContext) -> str:
    t, visited = context.t, sum(a.visited for a in context.named)
    parts = [_make_legend(columns, context), t("caption.heat", count=len(context.named))]
    if 0 < visited < len(context.named):
        parts.append(t("caption.heat.visited", count=visited))
    return " ".join(part for part in (*parts, *context.hidden_words()) if part)
