"""Countries and indicators: one indicator on the map, and all of them as a heat map."""

from collections.abc import Sequence

from capbuild.model import Assessment, AssessmentSet, Capacity, Country
from capbuild.reports.cells import Cell, Heat, Words
from capbuild.reports.context import Setting
from capbuild.reports.country_names import short_name, tile_places
from capbuild.reports.model import Column, Figure, FigureKind, KeyItem, ReportSection, Row, RowGroup, Tile, TileMap
from capbuild.reports.nodes import Family, families, numbered

__all__ = ["heat_section", "map_section"]

#: Columns that fit beside the names.
_COLUMNS = 26
#: Letters of a country's name that fit beside the cells.
_NAME = 22


def map_section(subject: AssessmentSet, setting: Setting) -> ReportSection | None:
    """Return the tile map of one indicator; None where a country has no place on it.

    The indicator is the setting `map_indicator`, or the one that is verified in most countries. A country that is not
    named has a tile only where that does not tell why it is not.
    """
    everyone = (*subject.countries, *subject.silent, *setting.disclosure.not_shown)
    places = tile_places(frozenset(country.alpha_2 for country in everyone))
    if not places or not setting.framework.indicators:
        return None
    say, marks = setting.say, setting.marks
    node, chosen = _map_indicator(setting)
    shown = {a.country.alpha_2: a for a in setting.named}
    tiles = [
        _tile(country, shown.get(country.alpha_2), node, places[country.alpha_2], setting)
        for country in sorted(everyone, key=lambda c: say.sorted_as(setting.name(c)))
    ]
    key = [
        *marks.key(a.scores[node.id] for a in shown.values() if node.id in a.scores),
        *_open_key(any(tile.open for tile in tiles), setting),
        *(KeyItem(mark="absent", text=text) for text in _absent_words(len(shown) < len(tiles), setting)),
    ]
    figure = TileMap(
        id="map",
        tiles=tiles,
        heads=(say("col.country"), say("col.result.levels")),
        caption=" ".join([say("caption.map"), *_not_shown(setting)]),
        key=key,
    )
    return ReportSection(
        id="map",
        order=100,
        title=say("map.title", indicator=say.lowered(marks.title(node))),
        lead=f"{say('map.lead', count=len(tiles))} {say(f'map.{chosen}', id=node.id)}",
        blocks=[figure],
    )


def _map_indicator(setting: Setting) -> tuple[Capacity, str]:
    """The indicator asked for, the figure at the top of a framework of means, or what is settled most often."""
    framework, named = setting.framework, setting.named
    wanted = setting.context.settings.get("map_indicator", "")
    if wanted in framework:
        return framework[wanted], "asked"
    top = framework.roots[0]
    if any(top.id in a.scores and a.scores[top.id].value is not None for a in named):
        return top, "top"
    settled = {
        node.id: sum(a.scores[node.id].settled for a in named if node.id in a.scores) for node in framework.indicators
    }
    return max(framework.indicators, key=lambda node: settled[node.id]), "chosen"


def _absent_words(present: bool, setting: Setting) -> list[str]:
    if not present:
        return []
    silent = setting.silent
    return list(dict.fromkeys(map(setting.absence, silent))) if silent else [setting.say("not_shown")]


def _not_shown(setting: Setting) -> list[str]:
    words = setting.hidden_words()
    return [*words, setting.say("map.alike")] if setting.disclosure.counted and len(words) > 1 else words


def _open_key(present: bool, setting: Setting) -> list[KeyItem]:
    return [KeyItem(mark="hatch", code="1–3", text=setting.say("not_verified"))] if present else []


def _tile(
    country: Country, assessment: Assessment | None, node: Capacity, place: tuple[int, int], setting: Setting
) -> Tile:
    marks, name = setting.marks, setting.name(country)
    score = assessment.scores.get(node.id) if assessment is not None else None
    if score is None:
        named = country in setting.silent
        text = spoken = setting.absence(country) if named else setting.say("not_shown")
        shade, is_open = None, False
    else:
        heat = marks.heat(score)
        shade, is_open, spoken = heat.shade, heat.open, marks.result(score)
        confirmed = score.plausible is not None and score.plausible.settled
        text = marks.code(score.scale, score.plausible.lowest) if confirmed and score.plausible else heat.text
    return Tile(
        code=country.alpha_2,
        name=name,
        short=short_name(name, 13),
        column=place[0],
        row=place[1],
        text=text,
        spoken=spoken,
        shade=shade,
        open=is_open,
    )


def heat_section(subject: AssessmentSet, setting: Setting) -> ReportSection | None:
    """Return the heat map: a row a country, a cell a capacity, the figure printed in the cell."""
    named = setting.named
    if not named:
        return None
    say = setting.say
    tables = _tables(_shown_families(named, setting))
    figures = []
    for number, table in enumerate(tables, start=1):
        rows = [_row(a, table, setting) for a in sorted(named, key=lambda a: say.sorted_as(setting.name(a.country)))]
        figures.append(
            Figure(
                id=f"heat-{number}",
                kind=FigureKind.HEAT,
                columns=[Column(id="country", title=say("col.country")), *_columns(table, setting)],
                groups=[RowGroup(rows=rows)],
                caption=_caption(table, setting) if number == len(tables) else _legend(table, setting),
                key=_key(rows, table, setting),
                filter=say("filter.countries") if number == 1 else "",
            )
        )
    return ReportSection(id="heat", order=200, title=say("heat.title"), lead=say("heat.lead"), blocks=figures)


def _shown_families(named: Sequence[Assessment], setting: Setting) -> list[Family]:
    """Indicators; where their parents have figures of their own, the parents in their place."""
    tree = families(setting.framework)
    parents = [family.parent for family in tree if family.parent is not None]
    if not parents or not all(any(a.scores[p.id].value is not None for a in named) for p in parents):
        return [family for family in tree if family.parent is not None or not any(n.children for n in family.nodes)]
    return [*(family for family in tree if family.parent is None), Family(parent=None, nodes=parents)]


def _tables(tree: Sequence[Family]) -> list[list[Family]]:
    """Families in as many tables as it takes for each to fit the page."""
    pieces = [
        Family(parent=family.parent, nodes=family.nodes[start : start + _COLUMNS])
        for family in tree
        for start in range(0, len(family.nodes), _COLUMNS)
    ]
    tables: list[list[Family]] = [[]]
    for piece in pieces:
        if tables[-1] and sum(len(f.nodes) for f in tables[-1]) + len(piece.nodes) > _COLUMNS:
            tables.append([])
        tables[-1].append(piece)
    return tables


def _columns(table: Sequence[Family], setting: Setting) -> list[Column]:
    return [
        Column(
            id=node.id,
            title=f"{node.id} {setting.marks.title(node)}",
            group=setting.marks.title(family.parent) if family.parent is not None else "\u00a0" * (number + 1),
            code=numbered(node, family.parent),
            ticks=[family.parent.id if family.parent is not None else ""],
        )
        for number, family in enumerate(table)
        for node in family.nodes
    ]


def _row(assessment: Assessment, table: Sequence[Family], setting: Setting) -> Row:
    name = setting.name(assessment.country)
    head = Words(text=short_name(name, _NAME), after="", link=f"#{assessment.country.alpha_2}")
    cells: list[Cell] = [head]
    for family in table:
        for node in family.nodes:
            score = assessment.scores.get(node.id)
            absent = Heat(text="·", spoken=setting.say("undefined.nobody_answered"))
            cells.append(setting.marks.heat(score) if score is not None else absent)
    return Row(cells=cells)


def _key(rows: Sequence[Row], table: Sequence[Family], setting: Setting) -> list[KeyItem]:
    cells = [cell for row in rows for cell in row.cells if isinstance(cell, Heat)]
    names = [node.id for family in table for node in family.nodes]
    scores = (a.scores[name] for a in setting.named for name in names if name in a.scores)
    absent = any(cell.text == "·" for cell in cells)
    return [
        *setting.marks.key(scores, digits=True),
        *_open_key(any(cell.open for cell in cells), setting),
        *([KeyItem(mark="plain", code="·", text=setting.say("no_figure"))] if absent else []),
    ]


def _legend(table: Sequence[Family], setting: Setting) -> str:
    """Numbers of columns whose ids are too long to stand over them."""
    columns = _columns(table, setting)
    long = [f"{c.code} {c.title.removeprefix(c.id).strip()}" for c in columns if not c.id.endswith(c.code)]
    return setting.say("caption.columns", listed=setting.say.clauses(*long)) if long else ""


def _caption(table: Sequence[Family], setting: Setting) -> str:
    say, visited = setting.say, sum(a.visited for a in setting.named)
    parts = [_legend(table, setting), say("caption.heat", count=len(setting.named))]
    if 0 < visited < len(setting.named):
        parts.append(say("caption.heat.visited", count=visited))
    return " ".join(part for part in (*parts, *setting.hidden_words()) if part)
