"""New programmes: a commented, runnable folder."""

import datetime
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.countries import country_by_code
from capbuild.display import counted
from capbuild.documents.toml import toml_value
from capbuild.errors import WorkspaceError
from capbuild.escaping import format_csv
from capbuild.frameworks import FrameworkDraft, framework_to_toml, load_bundled
from capbuild.frameworks.instruments import checklist_csv, questionnaire_csv
from capbuild.model import (
    BudgetLine,
    Framework,
    Issue,
    Issues,
    Organisation,
    OrganisationRole,
    Participation,
    Phase,
    Programme,
    Round,
    RoundKind,
    SizeProfile,
)
from capbuild.origin import Origin
from capbuild.plugins import default_host
from capbuild.reports.i18n import get_translator
from capbuild.reports.languages import list_languages
from capbuild.text import as_text
from capbuild.workspace.drafts.guesses import (
    Guess,
    choose_target,
    format_guesses,
    format_parts,
    guess_framework,
    guess_issues,
    guess_settings,
)
from capbuild.workspace.drafts.returns import ReturnsDraft, draft_returns
from capbuild.workspace.framework_files import read_framework
from capbuild.workspace.paths import make_file_name
from capbuild.workspace.privacy.pseudonyms import PEOPLE
from capbuild.workspace.records.folder_tables import (
    BUDGET,
    CATALOGUE_TABLES,
    DELIVERIES,
    ENROLMENTS,
    EVALUATIONS,
    MAPPINGS,
    MEETING_FINDINGS,
    PRIVATE,
    PROPOSALS,
    REGISTER,
    STATES,
    VISIT_FINDINGS,
)
from capbuild.workspace.records.programme_files import format_budget, format_programme, format_results
from capbuild.workspace.transactions import edit_folder, has_files, recover_folder
from capbuild.workspace.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from capbuild.workspace.runs.runner import RunResult

#: Contents of .gitignore.
_IGNORED = """# raw returns, personal data and results stay out of git
returns/
evidence/
private/
out/
# what an interrupted run or change leaves behind
.out-*
.capbuild-*
"""
#: Tables of every new folder, and tables of which it has a template.
_TABLES = (REGISTER, DELIVERIES, ENROLMENTS, EVALUATIONS, BUDGET, STATES, PROPOSALS)
_TEMPLATES = (VISIT_FINDINGS, MEETING_FINDINGS, MAPPINGS)
#: List of assumptions.
CONFIRM = "confirm.md"


def _iter_templates(place: Traversable, above: str = "") -> Iterator[tuple[str, str]]:
    """Yield path and text of each template."""
    for entry in place.iterdir():
        if entry.is_dir():
            yield from _iter_templates(entry, f"{above}{entry.name}/")
        else:
            yield f"{above}{entry.name}", entry.read_text("utf-8")


def _make_sample_return(framework: Framework) -> str:
    """Make a return with invented answers."""
    answers = ("yes", "yes", "partly", "no", "don't know")
    rows = [
        ("Jamaica", criterion, answers[position % len(answers)])
        for position, criterion in enumerate(framework.criteria)
        if framework.criteria[criterion].step <= 3
    ]
    for position, node in enumerate(
        indicator for indicator in framework.indicators if not indicator.criteria and not indicator.is_rate
    ):
        low, high = map(int, framework.scale_of(node).ends)
        rows.append(("Jamaica", node.id, str(low + position % (high - low + 1))))
    notice = ("Invented answers: replace this file by what you received.", "", "")
    return format_csv([notice, ("country", "question", "answer"), *rows])


def _make_day(month: int, day: int) -> datetime.date:
    return datetime.date(2026, month, day)


#: Sample programme of a new folder, to be edited.
_SAMPLE = Programme(
    id="sample",
    title="Sample",
    organisations=[
        Organisation(id="funder", name="Name of the funder", roles=[OrganisationRole.FUNDING]),
        Organisation(id="implementer", name="Name of the implementer", roles=[OrganisationRole.IMPLEMENTING]),
    ],
    phases=[Phase(id="assessment", title="Assessment", start=_make_day(1, 1), end=_make_day(12, 31))],
    rounds=[
        Round(
            id="baseline",
            kind=RoundKind.BASELINE,
            title="Baseline 2026",
            reference_date=_make_day(6, 30),
            start=_make_day(1, 1),
            end=_make_day(6, 30),
        )
    ],
    participations=[
        Participation(country=country_by_code("JM"), languages=["en"], visit=True),
        Participation(country=country_by_code("BZ"), languages=["en", "es"]),
    ],
    invented=True,
)
_SAMPLE_SIZES = {country_by_code("JM"): SizeProfile.SMALL}
#: Optional settings for a programme without organisations.
_OWN_TAIL = """
# Who pays and who carries it out:
# [[organisations]]
# id = "funder"
# name = "Name of the funder"
# roles = ["funding"]

# Countries that take part: every one that a return names, or one block each, in any spelling:
# [[participants]]
# country = "Jamaica"
# languages = ["en"]
# size = "small"
"""
_SAMPLE_RULE = """
# How single files are read: path or pattern, and what should be known about them.
[read."returns/sample.csv"]
respondent = "police"
received = 2026-03-01
"""


@frozen(kw_only=True)
class NewFolder:
    """Newly written programme folder.

    Attributes:
        files: The files.
        guesses: Assumptions about the framework's spreadsheet and the returns.
    """

    files: tuple[Path, ...] = field(converter=to_tuple)
    guesses: tuple[Guess, ...] = field(default=(), converter=to_tuple)

    @property
    def issues(self) -> Issues:
        """Guesses as issues."""
        return Issues(guess.issue for guess in self.guesses)


def new_programme(
    folder: str | Path,
    framework: Framework | FrameworkDraft | str | Path | None = None,
    title: str | None = None,
    *,
    programme: Programme | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    returns: str | Path | None = None,
) -> tuple[Path, ...]:
    """Write a new programme into a new or empty folder.

    If no plugin has the framework, the folder names no country and has no sample. With returns, countries, rounds and
    mappings are drafted, the programme is run, and `confirm.md` lists the assumptions.

    Args:
        folder: The folder.
        framework: The framework to begin with, its draft, or its file; `police-cyber` by default.
        title: Name of the programme; made from the folder's name by default.
        programme: A programme to begin with, such as one read from an activity file; a sample with invented answers
            by default. `find_losses` lists what the folder cannot store.
        options: Writer options by writer name.
        returns: Folder of survey files, or one file, to copy and to draft the programme from.

    Returns:
        The files written, those of the run included.

    Raises:
        WorkspaceError: The folder is not empty, or there is no return. Nothing is overwritten.
        DocumentError: The file of the framework has errors.
        CapbuildError: The run failed. Nothing is written after any error.
    """
    new_folder = make_folder(folder, framework, title, programme=programme, options=options, returns=returns)
    if returns is None:
        return new_folder.files
    result = run_draft(open_workspace(folder), new_folder)
    return (*new_folder.files, *(result.out / name for name in result.files))


def run_draft(workspace: Workspace, made: NewFolder) -> "RunResult":
    """Run a drafted programme, and add its warnings to `confirm.md`.

    If the run fails, the folder is removed.
    """
    from capbuild.workspace.runs.runner import run

    with removed_on_error(workspace.folder):
        result = run(workspace)
        if warnings := list(guess_issues("Warnings of the first run", result.issues, made.guesses)):
            with edit_folder(workspace.folder) as edit:
                edit.write(CONFIRM, (workspace.folder / CONFIRM).read_text("utf-8") + format_parts(warnings))
    return result


@contextmanager
def removed_on_error(folder: Path) -> Iterator[None]:
    """Remove a newly written folder if the block fails.

    Args:
        folder: The folder, which was empty before it was written.
    """
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def make_folder(
    folder: str | Path,
    framework: Framework | FrameworkDraft | str | Path | None = None,
    title: str | None = None,
    *,
    programme: Programme | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    returns: str | Path | None = None,
) -> NewFolder:
    """Write a new programme like `new_programme`, without running it.

    Returns:
        The files written, and the assumptions.
    """
    if framework is None or isinstance(framework, Framework):
        draft, model = None, framework or load_bundled("police_cyber")
    else:
        draft = framework if isinstance(framework, FrameworkDraft) else read_framework(framework)
        model = draft.require()
    place = Path(folder)
    recover_folder(place)
    if place.exists() and (not place.is_dir() or has_files(place)):
        raise WorkspaceError(
            f"{place} is not empty", origin=Origin(place.as_posix()), remedy="choose a folder that does not exist"
        )
    returns_draft = None if returns is None else draft_returns(Path(returns), model, default_host())
    own = returns_draft is not None or model.key not in default_host().frameworks
    given = programme if programme is not None or not own else _make_own(place, model, returns_draft)
    new = _make_programme(place, model, title, given)
    contents: dict[str, str | bytes] = {**_make_files(new, model)}
    contents |= _make_results_files(new) if programme is not None else {}
    contents |= _make_settings(new, model, returns_draft, options, sample=given is None, bare=programme is None)
    if draft is not None and _framework_path(model) in contents:
        contents[_framework_path(model)] = draft.to_toml()
    guesses: tuple[Guess, ...] = ()
    if returns_draft is not None:
        guesses = (*guess_framework(draft), *returns_draft.guesses, *guess_settings(new, model))
        sources = f"{draft.file if draft is not None else model.key} and {counted(len(returns_draft.files), 'file')}"
        contents |= {**returns_draft.mappings, CONFIRM: format_guesses(guesses, str(new.title), sources)}
        contents |= {name: path.read_bytes() for name, path in returns_draft.files.items()}
    with edit_folder(place) as edit:
        for path, content in contents.items():
            edit.write(path, content)
    return NewFolder(files=[place / path for path in sorted(contents)], guesses=guesses)


def _make_settings(
    programme: Programme,
    framework: Framework,
    draft: ReturnsDraft | None,
    options: Mapping[str, Mapping[str, Any]] | None,
    *,
    sample: bool,
    bare: bool,
) -> dict[str, str]:
    """Return programme.toml, and the sample return if it names one."""
    tail = (files("capbuild.workspace") / "templates" / "programme.toml").read_text("utf-8")
    first = framework.indicators[0]
    tail = tail.replace("default = 3", _make_targets(framework), 1)
    tail = tail.replace('"TEC-2" = 4', f"{toml_value(first.id)} = {framework.scale_of(first).ends[1]:g}", 1)
    if sample:
        text = format_programme(programme, sizes=_SAMPLE_SIZES, tail=tail + _SAMPLE_RULE)
        return {"programme.toml": text, "returns/sample.csv": _make_sample_return(framework)}
    tail = (_OWN_TAIL if bare else "") + tail + (draft.rules if draft is not None else "")
    text = format_programme(programme, options=options, tail=tail, as_returned=draft is not None)
    return {"programme.toml": text}


def _make_own(place: Path, framework: Framework, draft: ReturnsDraft | None) -> Programme:
    """Make the programme for a user's framework, without invented data."""
    participations, rounds = ((), _SAMPLE.rounds) if draft is None else (draft.participations, draft.rounds)
    known = [tag for tag in framework.languages if tag in list_languages()]
    languages = (*known, *(tag for tag in framework.languages if tag not in known))
    name = place.resolve().name
    words = name.replace("-", " ").capitalize()
    translators = list(map(get_translator, known or ["en"]))
    named = [
        evolve(
            round_,
            title=as_text(
                {t.language: t(f"round.{round_.kind.value}", year=str(round_.reference_date.year)) for t in translators}
            ),
        )
        for round_ in rounds
    ]
    return Programme(id=name, title=words, participations=participations, rounds=named, languages=languages)


def _make_targets(framework: Framework) -> str:
    """Return the TOML line of targets: a profile or level."""
    if framework.profiles:
        names = ", ".join(profile.id for profile in framework.profiles)
        return f"profile = {toml_value(framework.profiles[0].id)} # profiles: {names}"
    level = choose_target(framework)
    return "# default = 3" if level is None else f"default = {level}"


def _make_programme(place: Path, framework: Framework, title: str | None, programme: Programme | None) -> Programme:
    """Make a new programme."""
    name = place.resolve().name
    if programme is None:
        words = title or name.replace("-", " ").capitalize()
        return evolve(_SAMPLE, id=name, title=words, framework=framework.key)
    first = min((phase.start for phase in programme.phases), default=None)
    (usual,) = _SAMPLE.rounds
    if first is not None:
        usual = evolve(usual, title=f"Baseline {first.year}", reference_date=first, start=None, end=None)
    changed = evolve(programme, framework=framework.key, rounds=programme.rounds or [usual])
    return changed if title is None else evolve(changed, title=title)


def _make_files(programme: Programme, framework: Framework) -> dict[str, str]:
    """Return the files of every new folder, by path."""
    words = {"@ID@": programme.id, "@TITLE@": str(programme.title), "@FRAMEWORK@": framework.key}
    contents: dict[str, str] = {}
    for template, text in _iter_templates(files("capbuild.workspace") / "templates"):
        for mark, word in words.items():
            text = text.replace(mark, word)  # noqa: PLW2901 - the text with its words
        contents[template] = text
    contents[".gitignore"] = _IGNORED
    if framework.key not in default_host().frameworks:
        contents[_framework_path(framework)] = framework_to_toml(framework)
        contents |= {table.file: table.header for table in CATALOGUE_TABLES.values()}
    contents |= {table.file: table.header for table in _TABLES}
    contents |= {table.file.replace("*", "template.csv"): table.header for table in _TEMPLATES}
    contents[PEOPLE] = PRIVATE.header
    for language in framework.languages:
        contents[f"instruments/survey-{language}.csv"] = questionnaire_csv(framework, language)
        contents[f"instruments/visit-checklist-{language}.csv"] = checklist_csv(framework, language)
    return contents


def _framework_path(framework: Framework) -> str:
    return f"frameworks/{make_file_name(framework.id)}.toml"


def _make_results_files(programme: Programme) -> dict[str, str]:
    """Make the results and budget files."""
    contents = {}
    if programme.results:
        contents["results.toml"] = format_results(programme.results)
    if programme.budgets:
        contents["budget.csv"] = format_budget(programme.budgets)
    return contents


def find_losses(folder: str | Path, programme: Programme) -> Issues:
    """Return issues for programme data that the folder's files lack.

    The folder is read back and compared with the programme.

    Args:
        folder: A folder written by `new_programme`.
        programme: The original programme.
    """
    workspace = open_workspace(folder)
    loaded = evolve(workspace.programme, results=workspace.monitoring.results, budgets=workspace.monitoring.budgets)
    lost = [
        Issue.note(
            "CB510",
            f"{name} of the programme: the folder's files do not contain all of it",
            Origin("programme.toml"),
            "add it by hand, see docs/reference/workspace.md",
        )
        for name in _find_differences(programme, loaded)
    ]
    return Issues([*lost, *workspace.folder_issues])


def _find_differences(programme: Programme, found: Programme) -> Iterator[str]:
    """Yield the names of fields that differ between programmes."""
    usual = Programme(id="x", title="x")
    for name in (part.name for part in attrs.fields(Programme)):
        before = _strip_languages(getattr(programme, name))
        if before not in (getattr(usual, name), _strip_languages(getattr(found, name))) and name != "framework":
            yield name


def _strip_languages(value: Any) -> Any:
    """Remove the languages of budget titles."""
    if isinstance(value, tuple):
        return tuple(map(_strip_languages, value))
    return evolve(value, title=evolve(value.title, language="und")) if isinstance(value, BudgetLine) else value
