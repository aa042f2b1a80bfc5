"""Settings of a programme, read from programme.toml.

They are a `Programme` and the settings of runs. All problems are reported.
"""

import csv
import datetime
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.countries import CodeList, read_code_list, read_overrides
from capbuild.documents.toml import TomlTable, load_toml, read_choice
from capbuild.errors import CapbuildError, CountryError, OptionError, ReadError, did_you_mean
from capbuild.escaping import format_csv
from capbuild.frameworks.flat_rules import read_profiles
from capbuild.frozen import FrozenMap
from capbuild.model import (
    TLP,
    Audience,
    Consent,
    Country,
    DisclosurePolicy,
    Issue,
    Participation,
    ParticipationRole,
    Programme,
    Recipe,
    Round,
    SizeProfile,
    TargetProfile,
)
from capbuild.origin import Origin
from capbuild.plugins import Host
from capbuild.workspace.paths import FolderPaths
from capbuild.workspace.records.plain_tables import read_plain_table
from capbuild.workspace.settings.checks import CheckSettings, load_check_settings
from capbuild.workspace.settings.plan import PlanSettings, load_plan_settings
from capbuild.workspace.settings.reading import OWN_KEYS, CountryFinder, ReadRule, load_rules
from capbuild.workspace.settings.reports import (
    RUN_KINDS,
    load_currency,
    load_documents,
    load_evaluation,
    load_organisations,
    load_phases,
    load_report_settings,
    load_rounds,
)

_SPELLINGS = "spellings.csv"


def _has_day(round_: Round, day: datetime.date) -> bool:
    return round_.start is not None and round_.start <= day <= (round_.end or round_.reference_date)


@frozen(kw_only=True)
class Settings:
    """Contents of programme.toml.

    Attributes:
        programme: The programme as data.
        recipe: Scoring recipe.
        rules: Rules for reading files; of several that match, later ones add to and override earlier ones.
        sizes: Size of each country's service.
        default_target: Target of all other capacities.
        target_profile: Id of the programme's target profile; empty for none.
        profiles: Target profiles of the programme, before those of its framework.
        open: Whether all countries named in returns take part.
        spellings: Spellings of countries with their alpha-2 codes.
        code_lists: Code lists for countries, by id.
        formats: Writers that a run uses.
        sensitivity: Whether reports for the team list the most influential assumptions.
        report_languages: Languages of reports in a run.
        report_kinds: Kinds of report in a run, if they have content.
        report_options: Writer options by writer name.
        catalogues: Catalogues to choose activities from; empty for all of the framework.
        shared_inputs: Files and folders outside the programme's folder that it reads.
        plan: Plan settings; None without a plan.
        check: Thresholds of `capbuild check`.
        frameworks: Framework of each round with another edition than the programme's, by round id.
        lines: Line of each key of programme.toml, by its path.
        places: Origin of each participant, by alpha-2 code.
    """

    programme: Programme
    recipe: Recipe = Recipe()
    rules: tuple[ReadRule, ...] = field(default=(), converter=to_tuple)
    sizes: FrozenMap[Country, SizeProfile] = field(factory=FrozenMap, converter=to_map)
    default_target: float | None = None
    target_profile: str = ""
    profiles: tuple[TargetProfile, ...] = field(default=(), converter=to_tuple)
    open: bool = False
    spellings: FrozenMap[str, str | None] = field(factory=FrozenMap, converter=to_map)
    code_lists: FrozenMap[str, CodeList] = field(factory=FrozenMap, converter=to_map)
    sensitivity: bool = False
    formats: tuple[str, ...] = field(default=("html", "md", "json", "csv"), converter=to_tuple)
    report_languages: tuple[str, ...] = field(default=("en",), converter=to_tuple)
    report_kinds: tuple[str, ...] = field(default=RUN_KINDS, converter=to_tuple)
    report_options: FrozenMap[str, FrozenMap[str, Any]] = field(factory=FrozenMap, converter=to_map)
    catalogues: tuple[str, ...] = field(default=(), converter=to_tuple)
    shared_inputs: tuple[str, ...] = field(default=(), converter=to_tuple)
    plan: PlanSettings | None = None
    check: CheckSettings = CheckSettings()
    frameworks: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    lines: FrozenMap[Any, int] = field(factory=FrozenMap, converter=to_map, eq=False, repr=False)
    places: FrozenMap[str, Origin] = field(factory=FrozenMap, converter=to_map, eq=False, repr=False)

    def origin(self, *path: str | int) -> Origin:
        """Return the origin of a key path in programme.toml.

        Indexes of arrays in the path start at 0.
        """
        *above, last = path
        place = TomlTable("programme.toml", tuple(above), {}, [], self.lines)
        return place.origin(last)

    def find_other_round(self, day: datetime.date | None, read_in: Round) -> Round | None:
        """Return the round of a date, if not `read_in`.

        This is the round whose first and last day enclose the date, else the last one that had begun. The result is
        None without a date, if no round had begun, or if the round is `read_in`.
        """
        if day is None or _has_day(read_in, day):
            return None
        begun = [round_ for round_ in self.programme.rounds if round_.start and round_.start <= day]
        last = max(begun, key=lambda round_: (_has_day(round_, day), round_.start), default=None)
        return None if last is None or last.id == read_in.id else last

    def paths(self, folder: Path) -> FolderPaths:
        """Return the inputs that a programme's folder may read."""
        return FolderPaths(folder, self.shared_inputs)

    def spellings_for(self, rule: "ReadRule") -> dict[str, str | None]:
        """Return the programme's country spellings, with a file's code list."""
        codes = self.code_lists[rule.codes].codes if rule.codes and rule.codes in self.code_lists else {}
        return {**codes, **self.spellings}

    def rule_origin(self, name: str) -> Origin | None:
        """Return the origin of a file's last rule, if any."""
        matching = [rule.pattern for rule in self.rules if rule.matches(name) and (rule.options or rule.format)]
        return self.origin("read", matching[-1]) if matching else None

    def read_arguments(self, name: str) -> dict[str, Any]:
        """Return format, options, countries and spellings to read a file.

        Raises:
            WorkspaceError: CB620, an option names a file outside the folder; the file is not read without the option.
        """
        rule = self.rule_for(name)
        for refused in rule.options.values():
            if isinstance(refused, CapbuildError):
                raise refused
        return {
            "format": rule.format,
            "options": dict(rule.options) or None,
            "countries": self.programme.countries or None,
            "overrides": self.spellings_for(rule),
        }

    def rule_for(self, name: str) -> ReadRule:
        """Return the rule for reading a file."""
        merged: dict[str, Any] = {"pattern": name}
        for rule in self.rules:
            if not rule.matches(name):
                continue
            for key in (*OWN_KEYS, "options"):
                value = getattr(rule, key)
                if isinstance(value, FrozenMap):
                    merged[key] = {**merged.get(key, {}), **value}
                elif value:
                    merged[key] = value
        return ReadRule(**merged)


def _load_participations(
    top: TomlTable, find_country: CountryFinder
) -> tuple[list[Participation], dict[Country, SizeProfile], dict[str, Origin]]:
    places: dict[str, Origin] = {}
    participations: dict[Country, Participation] = {}
    sizes: dict[Country, SizeProfile] = {}
    for table in top.tables("participants"):
        text = table.get("country", str, "")
        shown = table.get("name", str, "")
        role = read_choice(table, "role", ParticipationRole, ParticipationRole.PARTICIPANT)
        languages, visit = table.languages("languages"), table.get("visit", bool, False)
        size = read_choice(table, "size", SizeProfile, SizeProfile.STANDARD) if "size" in table.data else None
        since, until, target = table.day("since"), table.day("until"), table.get("target", str, "")
        if since is not None and until is not None and until < since:
            message = f"it ends on {until}, before it begins on {since}"
            table.add_error("until", message, "correct one of the two", "CB670")
        table.report_unknown()
        if (place := find_country(table, "country", text)) is None:
            continue
        if place in participations:
            table.add_error("country", f"{text!r} is listed twice as a participant", "remove one of the two")
            continue
        named = evolve(place, name=shown or place.name)
        places[named.alpha_2] = table.origin("country")
        participations[named] = Participation(
            country=named,
            role=role,
            languages=languages,
            visit=visit,
            since=since,
            until=until,
            target=target or None,
        )
        if size is not None:
            sizes[named] = size
    return list(participations.values()), sizes, places


def _load_disclosure(
    top: TomlTable, participants: Mapping[str, Country], find_country: CountryFinder
) -> DisclosurePolicy:
    table, before = top.table("audiences"), len(top.issues)
    usual = DisclosurePolicy().minimum_n
    minimum = table.get("minimum_n", int, usual)
    if minimum < 1:
        table.add_error("minimum_n", f"minimum_n must be at least 1, not {minimum}", f"write minimum_n = {usual}")
    clear = len(top.issues) == before  # if the minimum number of countries is unknown, only the team gets reports
    audiences: dict[str, TLP] = {}
    for key in table.data:
        if key == "minimum_n":
            continue
        if key not in set(Audience):
            known = f"audiences are: {', '.join(Audience)}"
            table.add_error(key, f"unknown audience {key!r}{did_you_mean(key, list(Audience))}", known)
        elif (label := _read_label(table, key)) is not None:
            audiences[key] = label
    marks = top.table("markings")
    return DisclosurePolicy(
        audiences=(audiences if clear else {}) or {Audience.TEAM.value: TLP.AMBER_STRICT},
        minimum_n=max(minimum, 1),
        consents=list(_load_consents(top, participants, find_country)),
        markings={name: label for name in marks.data if (label := _read_label(marks, name)) is not None},
    )


def _load_consents(
    top: TomlTable, participants: Mapping[str, Country], find_country: CountryFinder
) -> Iterator[Consent]:
    for consent in top.tables("consents"):
        text, day = consent.get("country", str, ""), consent.day("date")
        audience = read_choice(consent, "audience", Audience, Audience.COUNTRY)
        by = consent.get("by", str, "")
        item = consent.get("item", str, "results")
        consent.report_unknown()
        place = find_country(consent, "country", text)
        if place is None:
            continue
        if place.alpha_2 not in participants:
            message = f"{text!r} does not take part in the programme"
            consent.add_error("country", message, "see [[participants]]", "CB403")
        elif day is None and "date" not in consent.data:
            consent.add_error("date", f"the consent of {text!r} has no date", "add date = 2016-05-31")
        elif day is not None and day > datetime.date.today():
            message = f"the consent of {text!r} is dated {day}, which is in the future"
            consent.add_error("date", message, "correct the date")
        elif day is not None:
            yield Consent(country=place, audience=audience, item=item, date=day, by=by)


def _read_label(table: TomlTable, key: str) -> TLP | None:
    """Return a traffic-light label.

    If the label is unknown, the result is None, with an error.
    """
    label = table.get(key, str, "")
    if label in set(TLP):
        return TLP(label)
    table.add_error(key, f"{label!r} is not a label{did_you_mean(label, list(TLP))}", f"labels are: {', '.join(TLP)}")
    return None


def _load_targets(top: TomlTable) -> tuple[TargetProfile | None, float | None, str]:
    """Return the targets, the default target, and the target profile."""
    table = top.table("targets")
    default, profile = table.number("default"), table.get("profile", str, "")
    title = table.text("title", "Targets")
    own = ("default", "title", "profile")
    named = {key: v for key in table.data if key not in own and (v := table.number(key)) is not None}
    given = bool(named or profile) or default is not None
    return TargetProfile(id="targets", title=title, targets=named) if given else None, default, profile


def _is_as_returned(programme_table: TomlTable, participations: list[Participation]) -> bool:
    """True if participants are the countries named in returns."""
    word = programme_table.get("participants", str, "")
    if word not in ("", "as returned"):
        programme_table.add_error(
            "participants", f"participants must be 'as returned', not {word!r}", "or use [[participants]]"
        )
    if not word and not participations:
        remedy = 'add [[participants]] with country = "...", or participants = "as returned" to [programme]'
        programme_table.add_error("participants", "no country takes part", remedy)
    return word == "as returned"


def prefer_plugins(folder: Path, host: Host) -> Host:
    """Apply the plugin preferences of a folder.

    The result is the host with preferred plugins first, and with the readers to isolate.

    Args:
        folder: The programme's folder.
        host: Plugin host.
    """
    top = load_toml(folder / "programme.toml", "programme.toml", [], "CB602")
    if top is None:
        return host
    with suppress(OptionError):  # `_check_plugins` reports the wrong name and its place
        host = host.preferring(top.table("programme").names("prefer"))
    with suppress(OptionError):
        host = host.isolating(_list_isolated_readers(top))
    return host


def _list_isolated_readers(top: TomlTable) -> list[str]:
    readers = top.table("readers")
    return [name for name in readers.data if readers.table(name).get("isolate", bool, False)]


def _check_plugins(top: TomlTable, programme_table: TomlTable, host: Host) -> None:
    """Report missing plugins and readers in the settings.

    Plugins are those to prefer, and readers those to isolate.
    """
    try:
        host.isolating(_list_isolated_readers(top))
    except OptionError as error:
        top.add_error("readers", error.message, error.remedy or "")
    try:
        host.preferring(programme_table.names("prefer"))
    except OptionError as error:
        programme_table.add_error("prefer", error.message, error.remedy or "")


#: Tables of programme.toml that are read once programme and rounds are.
_OF_ROUNDS = ("recipe", "read", "profiles", "plan", "check", "reports")


def load_settings(folder: Path, host: Host, issues: list[Issue]) -> Settings | None:
    """Return the contents of programme.toml.

    The result is None if the file is unreadable.

    Args:
        folder: The programme's folder.
        host: Plugin host, to resolve countries.
        issues: Collects problems.
    """
    top = load_toml(folder / "programme.toml", "programme.toml", issues, "CB602")
    if top is None:
        return None
    programme_table = top.table("programme")
    lists, written = _load_country_tables(folder, host, issues)
    spellings: dict[str, str | None] = {**written, **top.get("spellings", dict, {})}
    rounds, frameworks = load_rounds(top)
    find_country = CountryFinder(host, spellings)
    participations, sizes, places = _load_participations(top, find_country)
    countries = {p.country.alpha_2: p.country for p in participations}
    targets, default, profile = _load_targets(top)
    as_returned = _is_as_returned(programme_table, participations)
    currency, rates = load_currency(top)
    evaluation = load_evaluation(top)
    optional = ("description", "notice", "disclaimer")
    texts: dict[str, Any] = {name: programme_table.text(name) for name in optional if name in programme_table.data}
    # Parts are built here, so that a broken rule of the model becomes a problem of the file.
    programme = programme_table.make(
        lambda: Programme(
            id=programme_table.get("id", str, folder.resolve().name),
            title=programme_table.text("title", folder.resolve().name),
            organisations=load_organisations(top),
            phases=load_phases(top),
            rounds=rounds,
            participations=participations,
            documents=load_documents(top),
            currency=currency,
            rates=rates,
            evaluation=evaluation,
            framework=programme_table.get("framework", str, ""),
            targets=targets,
            languages=programme_table.languages("languages") or ("en",),
            disclosure=_load_disclosure(top, countries, find_country),
            invented=programme_table.get("invented", bool, False),
            **texts,
        )
    )
    # Reader options that name files.
    companions = {companion.option for reader in host.readers.values() for companion in reader.companions}
    _check_plugins(top, programme_table, host)
    paths = FolderPaths(folder, programme_table.names("shared_inputs"))
    for code, message, remedy in paths.check_shared():
        programme_table.add_error("shared_inputs", message, remedy, code)
    settings = (
        None
        if programme is None or not rounds
        else Settings(
            programme=programme,
            recipe=top.table("recipe").build(Recipe) or Recipe(),
            rules=load_rules(top, rounds, lists, paths, companions),
            sizes=sizes,
            default_target=default,
            target_profile=profile,
            profiles=read_profiles(top),
            open=as_returned,
            spellings=spellings,
            code_lists=lists,
            catalogues=programme_table.names("catalogues"),
            shared_inputs=paths.declared,
            plan=load_plan_settings(top, programme, find_country),
            check=load_check_settings(top, find_country),
            frameworks=frameworks,
            lines=top.lines,
            places=places,
            **load_report_settings(top, programme.languages, host, paths),
        )
    )
    programme_table.report_unknown()
    # Without rounds nothing reads the tables that are about them.
    top.report_unknown(ignore=lambda key: settings is None and key in _OF_ROUNDS)
    return settings


def _load_country_tables(
    folder: Path, host: Host, issues: list[Issue]
) -> tuple[dict[str, CodeList], dict[str, str | None]]:
    """Load the code lists and confirmed spellings of a programme.

    Args:
        folder: The programme's folder. `countries/spellings.csv` is a table from `match_countries(...).to_csv()`,
            corrected manually; every other `countries/*.csv` is a code list with the name of the file.
        host: Plugin host with further lists.
        issues: Collects problems.
    """
    lists = dict(host.code_lists)
    spellings: dict[str, str | None] = {}
    for path in sorted((folder / "countries").glob("*.csv")):
        name = f"countries/{path.name}"
        try:
            columns = ("text", "code") if path.name == _SPELLINGS else ("code", "country")
            table = read_plain_table(path, name, columns)
            text = format_csv([table.header, *(cells for _, cells in table.filled)] if table.header else [])
            if path.name == _SPELLINGS:
                spellings |= read_overrides(text).codes
            else:
                lists[path.stem] = read_code_list(text, id=path.stem)
        except (CountryError, ReadError, OSError, csv.Error) as error:
            message = error.message if isinstance(error, CapbuildError) else f"{name} cannot be read: {error}"
            remedy = getattr(error, "remedy", None) or "see docs/reference/workspace.md"
            issues.append(Issue.error("CB603", message, Origin(name), remedy))
    return lists, spellings
