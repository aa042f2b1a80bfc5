"""Report settings of programme.toml.

They are the `[reports]` table, organisations, phases, rounds, documents and exchange rates.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from capbuild.documents.toml import TomlTable, read_choice
from capbuild.errors import OptionError, WorkspaceError, did_you_mean
from capbuild.model import ExchangeRate, Organisation, OrganisationRole, Phase, ProgrammeDocument, Round, RoundKind
from capbuild.model.programme import DacCriterion
from capbuild.plugins import Host, make_options
from capbuild.plugins.options import list_path_options
from capbuild.text import Text
from capbuild.workspace.paths import FolderPaths, is_file_name

#: Default kinds of report of a run, and further kinds to be named.
RUN_KINDS = ("regional", "profile", "brief", "brief-country", "evidence", "donor")

_KINDS = (*RUN_KINDS, "actions", "letter", "logframe", "explorer")


def load_report_settings(top: TomlTable, languages: tuple[str, ...], host: Host, paths: FolderPaths) -> dict[str, Any]:
    """Load the report settings, by field names of `Settings`.

    Args:
        top: The top of programme.toml.
        languages: Languages of the programme; the first is the default.
        host: Plugin host with the writers.
        paths: The permitted inputs.
    """
    table = top.table("reports")
    formats, wanted, kinds = table.names("formats"), table.languages("languages"), table.names("kinds")
    for kind in kinds:
        if kind not in _KINDS:
            message = f"{kind!r} is not a kind of report that a run writes{did_you_mean(kind, _KINDS)}"
            table.add_error("kinds", message, f"kinds are: {', '.join(_KINDS)}")
    options = _load_writer_options(table.table("options"), host, paths)
    chosen = {
        "report_languages": wanted or languages[:1],
        "report_kinds": kinds or RUN_KINDS,
        "report_options": options,
        "sensitivity": table.get("sensitivity", bool, False),
    }
    table.report_unknown()
    return {**chosen, "formats": [host.writer_name(name) for name in formats]} if "formats" in table.data else chosen


def _load_writer_options(table: TomlTable, host: Host, paths: FolderPaths) -> dict[str, dict[str, Any]]:
    """Return valid options by writer; refused ones are issues.

    Options of writers that are not installed are ignored, as are their formats.
    """
    options: dict[str, dict[str, Any]] = {}
    for name in table.data:
        given = table.table(name).remaining()
        known = host.writer_name(name)
        writer = host.writers.get(known)
        if writer is not None:
            try:
                make_options(writer.options, given, name)
                options[known] = given | _find_files(table.table(name), given, list_path_options(writer.options), paths)
            except OptionError as error:
                place, key = table, name
                for step in filter(None, error.option.split(".")):
                    place, key = place.table(key), step
                place.add_error(key, error.message, error.remedy or "", code=error.code)
        elif hint := did_you_mean(name, host.writers):
            table.add_error(name, f"there is no writer {name!r}{hint}", "correct the name")
    return options


def _find_files(table: TomlTable, given: Mapping[str, Any], names: Iterable[str], paths: FolderPaths) -> dict[str, str]:
    """Return the paths of files in options.

    A refused file is an issue, and has an empty path.
    """
    files: dict[str, str] = {}
    for name in names:
        if given.get(name):
            try:
                files[name] = str(paths.find_input(str(given[name]), origin=table.origin(name))[1])
            except WorkspaceError as error:
                table.add_error(name, error.message, error.remedy or "", error.code)
                files[name] = ""
    return files


def load_organisations(top: TomlTable) -> list[Organisation]:
    """Return the organisations."""
    known = [organisation_role.value for organisation_role in OrganisationRole]
    organisations = []
    for table in top.tables("organisations"):
        roles = table.names("roles")
        for role in roles:
            if role not in known:
                message = f"{role!r} is not a role{did_you_mean(role, known)}"
                table.add_error("roles", message, f"roles are: {', '.join(known)}")
        organisations.append(
            table.build(Organisation, roles=[OrganisationRole(role) for role in roles if role in known])
        )
    return [organisation for organisation in organisations if organisation is not None]


def load_documents(top: TomlTable) -> list[ProgrammeDocument]:
    """Return the documents."""
    documents = (
        table.build(ProgrammeDocument, url=table.get("url", str, ""), languages=table.languages("languages"))
        for table in top.tables("documents")
    )
    return [document for document in documents if document is not None]


def load_currency(top: TomlTable) -> tuple[str, list[ExchangeRate]]:
    """Return the reporting currency, and the exchange rates into it."""
    table = top.table("money")
    currency = table.get("currency", str, "")
    rates = []
    for inner in table.tables("rates"):
        rate, day = inner.number("rate"), inner.day("date")
        if rate is None or day is None:
            remedy = 'write currency = "CAD", rate = 0.7714 and date = 2016-06-30'
            inner.add_error("rate" if rate is None else "date", "an exchange rate needs a rate and its day", remedy)
            continue
        exchange_rate = inner.build(ExchangeRate, "currency", rate=str(rate), date=day)
        rates += [exchange_rate] if exchange_rate is not None else []
    if rates and not currency:
        table.add_error("currency", "exchange rates need the currency that reports add up in", 'add currency = "USD"')
    table.report_unknown()
    return currency, rates


def load_evaluation(top: TomlTable) -> dict[DacCriterion, Text]:
    """Return evaluation results by OECD DAC criterion."""
    table = top.table("evaluation")
    known = [criterion.value for criterion in DacCriterion]
    for name in table.data:
        if name not in known:
            remedy = f"one of: {', '.join(known)}"
            table.add_error(name, f"{name!r} is no DAC criterion{did_you_mean(name, known)}", remedy)
    texts = {criterion: table.text(criterion.value) for criterion in DacCriterion if criterion.value in table.data}
    table.report_unknown(ignore=lambda _name: True)
    return texts


def load_phases(top: TomlTable) -> list[Phase]:
    """Return the phases."""
    phases = []
    for table in top.tables("phases"):
        start, end = table.day("start"), table.day("end")
        if start is not None and end is not None:
            phases.append(table.build(Phase, start=start, end=end))
        elif missing := [key for key in ("start", "end") if key not in table.data]:
            table.add_error(missing[0], "a phase needs a start and an end", f"add {missing[0]} = 2016-05-31")
    return [phase for phase in phases if phase is not None]


def load_rounds(top: TomlTable) -> tuple[list[Round], dict[str, str]]:
    """Load the rounds, and the frameworks that some rounds name.

    If one round is unusable, no round is loaded: its data would otherwise be assigned to another.
    """
    rounds: list[Round] = []
    frameworks: dict[str, str] = {}
    broken = False
    for table in top.tables("rounds"):
        edition = table.get("framework", str, "")
        round_ = _make_round(table)
        same = round_ and next((other.id for other in rounds if other.id.casefold() == round_.id.casefold()), None)
        if round_ is None or same is not None:
            broken = True
            if round_ is not None:
                seen = "appears twice" if same == round_.id else f"and {same!r} are one name for many file systems"
                table.add_error("id", f"round {round_.id!r} {seen}", "give one of them another id")
            continue
        rounds.append(round_)
        frameworks |= {round_.id: edition} if edition else {}
    if not rounds and not broken:
        top.add_error("rounds", "there is no round", 'add [[rounds]] with id, kind = "baseline" and reference_date')
    return ([], {}) if broken else (rounds, frameworks)


def _make_round(table: TomlTable) -> Round | None:
    reference = table.day("reference_date")
    if reference is None:
        if "reference_date" not in table.data:
            remedy = "add reference_date = 2016-05-31: results are true of that day"
            table.add_error("reference_date", "a round needs a reference_date", remedy)
        return None
    kind = read_choice(table, "kind", RoundKind, RoundKind.BASELINE)
    name = table.get("id", str, kind.value)
    if not is_file_name(name):
        remedy = "use letters, digits, hyphens: files of results begin with it"
        table.add_error("id", f"{name!r} cannot be the name of a file", remedy)
        return None
    return table.build(
        Round,
        id=name,
        kind=kind,
        title=table.text("title", kind.value.capitalize()),
        reference_date=reference,
    )
