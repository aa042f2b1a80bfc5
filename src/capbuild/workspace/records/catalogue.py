"""Catalogue tables of a folder."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from attrs import define, evolve, field, frozen

from capbuild.errors import CapbuildError, ModelError, WorkspaceError, did_you_mean
from capbuild.io.cells import read_cells
from capbuild.model import (
    Activity,
    Catalogue,
    Cost,
    Framework,
    Issue,
    NeedKind,
    ProviderKind,
    Role,
    Safeguard,
    SizeProfile,
)
from capbuild.origin import Origin
from capbuild.plugins import CellTable, Host
from capbuild.text import Text, Translation
from capbuild.workspace.records.folder_tables import ABILITIES, ACTIVITIES, CATALOGUE_TABLES, PRICES, ROLES
from capbuild.workspace.records.table import Places, Record, name_column, read_sheet_records
from capbuild.workspace.settings.config import Settings

_WORKBOOKS = ("catalogue.xlsx", "catalogue.ods", "catalogue.xls")


@frozen(kw_only=True)
class ChecklistItem:
    """Checklist item for a criterion or indicator.

    Attributes:
        target: Criterion or indicator.
        title: Item to inspect or to request.
        place: Where.
    """

    target: str
    title: Text
    place: str = ""


@define
class CatalogueTables:
    """Catalogue tables: sheets of `catalogue.xlsx`, or files in `catalogue/`.

    Attributes:
        folder: The programme's folder.
        host: Plugin host, to read workbooks.
        issues: Collects problems.
        nameless: Tables with a row without an id: a name of theirs that is not known may be of that row.
    """

    folder: Path
    host: Host
    issues: list[Issue]
    nameless: set[str] = field(factory=set, init=False)
    _book: str = field(default="", init=False)
    _sheets: dict[str, CellTable] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        name = next((file for file in _WORKBOOKS if (self.folder / file).is_file()), None)
        if name is None:
            return
        self._book = name
        try:
            sheets = read_cells(self.folder / name, name=name, host=self.host)
        except CapbuildError as error:
            self.issues.append(Issue.from_error(error, name))
            return
        for sheet in sheets:
            known = sheet.name.strip().casefold()
            if known in CATALOGUE_TABLES:
                self._sheets[known] = sheet
            elif any(map(any, sheet.rows)) and not known.startswith(("#", "help")):
                message = f"unknown sheet {sheet.name!r}{did_you_mean(known, CATALOGUE_TABLES)}"
                remedy = f"sheets are: {', '.join(CATALOGUE_TABLES)}"
                self.issues.append(Issue.error("CB603", message, Origin(name, sheet.name), remedy))

    def records(self, table: str) -> Iterator[Record]:
        """Yield the rows of a table."""
        declared, sheet = CATALOGUE_TABLES[table], self._sheets.get(table)
        if sheet is None:
            yield from declared.records(self.folder, self.issues)
            return
        if any(declared.records(self.folder, [])):
            message = f"the table {table} is also a sheet of {self._book}, which counts"
            self.issues.append(Issue.error("CB672", message, Origin(declared.file), "remove one of the two"))
        yield from read_sheet_records(sheet, self._book, declared.columns, self.issues)

    def unique(self, table: str) -> Iterator[Record]:
        """Yield the first row of each id."""
        (column,) = CATALOGUE_TABLES[table].key
        for record in self.records(table):
            if not record.text(column):
                record.problem(column, f"the row has no {column}", f"write an id in the column {column}")
                self.nameless.add(table)
            elif CATALOGUE_TABLES[table].is_first(record):
                yield record

    def find_names(self, record: Record, column: str, known: Collection[str], table: str = "") -> list[str]:
        """Return the known names in a cell.

        Unknown names are issues, unless a row of their table has no id.
        """
        if table in self.nameless:
            return [name for name in record.words(column) if name in known]
        return record.find_known(column, known, name_column(column))


def load_checklist(
    folder: Path, names: Collection[str], host: Host, issues: list[Issue]
) -> dict[str, list[ChecklistItem]]:
    """Return checklist items by criterion or indicator.

    Args:
        folder: The programme's folder.
        names: Ids of criteria and indicators.
        host: Plugin host, to read workbooks.
        issues: Collects problems of the table; the catalogue reports those of the whole workbook.
    """
    items: dict[str, list[ChecklistItem]] = {}
    tables = CatalogueTables(folder, host, [])
    tables.issues = issues
    # If the framework is unusable, which is an issue of its own, no name is known.
    for record in tables.records("checklist") if names else ():
        target = tables.find_names(record, "target", names)
        if target and record.text("title"):
            item = ChecklistItem(target=target[0], title=record.texts("title"), place=record.text("place"))
            items.setdefault(target[0], []).append(item)
    return items


_FIELDS = (
    "id", "edition", "title", "framework", "currency", "safeguard_capacity", "safeguard_level", "safeguard_activities",
)  # fmt: skip

_HELP = "see docs/reference/workspace.md"


def load_catalogue_tables(
    folder: Path, settings: Settings, framework: Framework | None, host: Host, issues: list[Issue]
) -> Catalogue | None:
    """Return the catalogue of a folder's tables; None without activities.

    Args:
        folder: The programme's folder.
        settings: Settings from programme.toml.
        framework: Framework of the planned round; None if unusable.
        host: Plugin host, to read workbooks and resolve countries.
        issues: Collects problems.
    """
    tables = CatalogueTables(folder, host, issues)
    rows = list(tables.unique("activities"))
    if not rows or framework is None:
        return None
    ids = [row.text("activity") for row in rows]
    fields = _load_fields(tables, framework)
    translated = list(tables.records("translations"))
    titles = _load_translations(translated)
    competences = [
        ability
        for record in tables.unique("competences")
        if (name := record.text("competence"))
        and (ability := ABILITIES.build(record, id=name, title=_make_title(record, name, titles))) is not None
    ]
    roles, headcount = _load_roles(tables, [competence.id for competence in competences], titles)
    prices = _load_prices(tables, ids, fields.get("currency", ""))
    for record in translated if not tables.nameless else ():
        tables.find_names(
            record, "item", [*ids, *(role.id for role in roles), *(competence.id for competence in competences)]
        )
    _warn_about_missing_prices(rows, prices)
    builder = _ActivityBuilder(
        tables=tables,
        judged=_list_judged(framework),
        activities=ids,
        roles=[role.id for role in roles],
        competences=[competence.id for competence in competences],
        prices=prices,
        titles=titles,
        places=Places(settings, host, issues),
    )
    catalogue = Catalogue(
        id=fields.get("id", f"{settings.programme.id}-activities"),
        edition=fields.get("edition", "1"),
        title=fields.get("title", settings.programme.title),
        framework=fields.get("framework", framework.key),
        activities=_drop_unknown_prerequisites(
            [activity for row in rows if (activity := builder.make(row)) is not None]
        ),
        roles=roles,
        competences=competences,
        safeguard=_make_safeguard(fields, framework, tables.issues),
        kinds=_load_kinds(tables, framework),
        headcount=headcount,
    )
    return _break_cycle(catalogue, rows, tables)


def _warn_about_missing_prices(rows: Iterable[Record], prices: Collection[str]) -> None:
    """Warn about activities without a price, if others have one."""
    for row in rows if prices else ():
        if row.text("activity") not in prices:
            message = f"{row.text('activity')} has no price: a plan takes it for free"
            remedy = "add a row to the table prices, with 0 where it costs nothing"
            row.warn("activity", message, remedy, "CB840")


def _drop_unknown_prerequisites(activities: Sequence[Activity]) -> list[Activity]:
    """Return activities without prerequisites that are not usable, which are issues already."""
    known = {activity.id for activity in activities}
    return [
        evolve(
            activity,
            prerequisites=[name for name in activity.prerequisites if name in known],
            one_of=[name for name in activity.one_of if name in known],
        )
        for activity in activities
    ]


def _break_cycle(catalogue: Catalogue, rows: Iterable[Record], tables: CatalogueTables) -> Catalogue:
    """Return the catalogue without the conditions of activities that wait for each other, and report them."""
    circle = catalogue.find_cycle(criteria=True)
    if not circle:
        return catalogue
    first = next(row for row in rows if row.text("activity") in circle)
    message = f"activities wait for each other: {', '.join(circle)}; their conditions are not used"
    column = "prerequisites" if first.text("prerequisites") else "requires"
    if "activities" not in tables.nameless:
        first.problem(column, message, "leave one of them out of prerequisites or requires")
    free = [
        evolve(activity, prerequisites=(), requires=()) if activity.id in circle else activity
        for activity in catalogue.activities
    ]
    return evolve(catalogue, activities=free)


def _list_judged(framework: Framework) -> dict[str, tuple[str, ...]]:
    """Return the criteria and judged indicators below each name."""
    inside = {
        node.id: tuple(name for leaf in node.leaves for name in ([c.id for c in leaf.criteria] or [leaf.id]))
        for node in framework.walk()
    }
    return {name: (name,) for name in framework.criteria} | inside


def _load_fields(tables: CatalogueTables, framework: Framework) -> dict[str, str]:
    fields: dict[str, str] = {}
    for record in tables.unique("catalogue"):
        name = record.text("field")
        if name not in _FIELDS:
            message = f"unknown field {name!r}{did_you_mean(name, _FIELDS)}"
            record.problem("field", message, f"fields: {', '.join(_FIELDS)}")
        elif record.text("value"):
            fields[name] = record.text("value")
            if name == "framework" and fields[name] != framework.key:
                message = f"the catalogue is for {fields[name]!r}, and the plan is for {framework.key}: it is not used"
                remedy = f"write {framework.key}, or leave the field out"
                record.warn("value", message, remedy, "CB840")
    return fields


def _make_safeguard(fields: Mapping[str, str], framework: Framework, issues: list[Issue]) -> Safeguard | None:
    name, level = fields.get("safeguard_capacity"), fields.get("safeguard_level", "2")
    if name is None:
        return None
    if name in framework.capacities and level.isdecimal() and int(level) >= 1:
        activities = [part.strip() for part in fields.get("safeguard_activities", "").split(";") if part.strip()]
        return Safeguard(capacity=name, level=int(level), activities=activities)
    message = f"the safeguard {name!r} at level {level!r} cannot be used{did_you_mean(name, framework.capacities)}"
    remedy = f"name a capacity of {framework.key}, and a level of 1 or more"
    issues.append(Issue.error("CB840", message, Origin("catalogue"), remedy))
    return None


def _load_translations(records: Iterable[Record]) -> dict[str, dict[str, Translation]]:
    translations: dict[str, dict[str, Translation]] = {}
    for record in records:
        name, language, text = (record.text(column) for column in CATALOGUE_TABLES["translations"].columns)
        if not (name and language and text):
            record.problem("item", "a translation needs an item, a language and a title", _HELP)
        elif record.has_languages("language"):
            translations.setdefault(name, {})[language] = Translation(text)
    return translations


def _make_title(record: Record, name: str, titles: Mapping[str, Mapping[str, Translation]]) -> Text:
    own = record.texts("title", name)
    return Text(own.source, translations={**own.translations, **titles.get(name, {})})


def _load_competences(record: Record, known: Sequence[str]) -> dict[str, int]:
    """Parse levels by competence, such as `C05=3; C07=2`.

    Invalid levels are issues.
    """
    levels: dict[str, int] = {}
    for part in record.words("competences"):
        name, _, level = (piece.strip() for piece in part.partition("="))
        if name not in known:
            message = f"there is no competence {name!r}{did_you_mean(name, known)}"
            record.problem("competences", message, "add it to the table competences", "CB840")
        elif not level.isdecimal() or int(level) > 4:
            message = f"{part!r} is not a competence with its level"
            record.problem("competences", message, f"write {name}=3, a level from 0 to 4")
        else:
            levels[name] = int(level)
    return levels


def _load_roles(
    tables: CatalogueTables, competences: Sequence[str], titles: Mapping[str, Mapping[str, Translation]]
) -> tuple[list[Role], dict[str, dict[str, int]]]:
    """Load roles and headcounts.

    Headcounts are the people to reach by role and service size.
    """
    roles: list[Role] = []
    headcount: dict[str, dict[str, int]] = {}
    for record in tables.unique("roles"):
        name = record.text("role")
        required = _load_competences(record, competences)
        role = ROLES.build(record, id=name, title=_make_title(record, name, titles), required=required)
        people = {size.value: n for size in SizeProfile if (n := record.whole(size.value)) is not None}
        if role is not None:
            roles.append(role)
            headcount |= {name: people} if people else {}
    return roles, headcount


def _load_prices(tables: CatalogueTables, activities: Sequence[str], currency: str) -> dict[str, tuple[Cost, bool]]:
    """Load each activity's cost, and whether it is invented."""
    prices: dict[str, tuple[Cost, bool]] = {}
    for record in tables.unique("prices"):
        names = tables.find_names(record, "activity", activities, "activities")
        prices |= dict.fromkeys(names[:1], (Cost(), False))
        own = {**record.cells, "currency": record.text("currency", currency)}
        cost = PRICES.build(evolve(record, cells=own))
        if names and cost is not None:
            prices[names[0]] = (cost, record.flag("invented") or False)
    return prices


def _load_kinds(tables: CatalogueTables, framework: Framework) -> dict[str, NeedKind]:
    kinds: dict[str, NeedKind] = {}
    known = [*framework.criteria, *framework.capacities]
    for record in tables.unique("kinds"):
        names = tables.find_names(record, "target", known)
        kind = record.member("kind", NeedKind) if record.text("kind") else NeedKind.PROCEDURE
        if names and kind is not None:
            kinds[names[0]] = kind
    return kinds


@frozen(kw_only=True)
class _ActivityBuilder:
    """Builder of activities from rows, which checks names in them."""

    tables: CatalogueTables
    judged: Mapping[str, Sequence[str]]
    activities: Sequence[str]
    roles: Sequence[str]
    competences: Sequence[str]
    prices: Mapping[str, tuple[Cost, bool]]
    titles: Mapping[str, Mapping[str, Translation]]
    places: Places

    def make(self, record: Record) -> Activity | None:
        """Make the activity of a row.

        If the row is unusable, the result is None, with issues.
        """
        name = record.text("activity")
        addresses = self._find_judged(record, "addresses")
        cost, invented = self.prices.get(name, (Cost(), False))
        effect = record.number("effect")
        if effect is not None and not 0 <= effect < 1:
            remedy = "write 0.5 where it closes half of the gap, or leave it empty"
            record.problem("effect", f"{effect:g} is not a share from 0 to below 1", remedy)
            effect = None
        lists: dict[str, Any] = {
            column: self.tables.find_names(record, column, known, table)
            for column, known, table in (
                ("roles", self.roles, "roles"),
                ("prerequisites", self.activities, "activities"),
                ("one_of", self.activities, "activities"),
                ("providers", tuple(ProviderKind), ""),
            )
        }
        lists["requires"] = self._find_judged(record, "requires")
        return ACTIVITIES.build(
            record,
            self.places,
            id=name,
            title=_make_title(record, name, self.titles),
            addresses=addresses,
            effects={} if effect is None else dict.fromkeys(addresses, effect),
            competences=_load_competences(record, self.competences),
            cost=cost,
            invented=invented,
            **lists,
        )

    def _find_judged(self, record: Record, column: str) -> list[str]:
        """Return the criteria in a cell.

        The name of a node stands for all criteria below it.
        """
        nodes = self.tables.find_names(record, column, self.judged)
        return list(dict.fromkeys(name for node in nodes for name in self.judged[node]))


# Catalogues of activities for a programme


V = TypeVar("V")


def _join_catalogues(catalogues: Sequence[Catalogue]) -> Catalogue:
    """Merge catalogues; the first gives the name and wins conflicts.

    Several catalogues may have the same role or competence if they agree on it.

    Raises:
        ModelError: An activity is in two of them, or two items with the same id differ.
    """
    first, *others = catalogues
    if not others:
        return first
    joined = [first, *others]
    return evolve(
        first,
        activities=[activity for catalogue in joined for activity in catalogue.activities],
        roles=dict.fromkeys(role for catalogue in joined for role in catalogue.roles),
        competences=dict.fromkeys(competence for catalogue in joined for competence in catalogue.competences),
        safeguard=next((catalogue.safeguard for catalogue in joined if catalogue.safeguard is not None), None),
        notes=_merge_maps(catalogue.notes for catalogue in joined),
        kinds=_merge_maps(catalogue.kinds for catalogue in joined),
        headcount=_merge_maps(catalogue.headcount for catalogue in joined),
    )


def _merge_maps(maps: Iterable[Mapping[str, V]]) -> dict[str, V]:
    return {key: value for map_ in reversed(tuple(maps)) for key, value in map_.items()}


def choose_catalogue(
    catalogues: Mapping[str, Catalogue], framework: str, wanted: Sequence[str], origin: Origin
) -> Catalogue | None:
    """Return the activities for a framework; None without any.

    Args:
        catalogues: Catalogues of plugins and folder by id and edition.
        framework: Key of the framework.
        wanted: Ids and editions of catalogues, such as `police-cyber-activities 1.0`; empty for all.
        origin: Location of the names.

    Raises:
        WorkspaceError: A named catalogue is missing, or two have different items with the same id.
    """
    fitting = {name: catalogue for name, catalogue in catalogues.items() if catalogue.framework == framework}
    unknown = [name for name in wanted if name not in fitting]
    if unknown:
        raise WorkspaceError(
            f"there is no catalogue {unknown[0]!r} for {framework}{did_you_mean(unknown[0], fitting)}",
            code="CB602",
            origin=origin,
            remedy=f"catalogues are: {', '.join(fitting) or 'none'}",
        )
    chosen = [fitting[name] for name in wanted or fitting]
    try:
        return _join_catalogues(chosen) if chosen else None
    except ModelError as error:
        raise WorkspaceError(
            f"the catalogues {', '.join(wanted or fitting)} cannot be combined: {error}",
            code="CB602",
            origin=origin,
            remedy="name those to choose from: catalogues = [...] under [programme]",
        ) from error
