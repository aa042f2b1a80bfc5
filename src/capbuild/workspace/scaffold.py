"""A new programme: a commented, runnable folder to begin with."""

import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import attrs
from attrs import evolve

from capbuild._atomic import write_atomic
from capbuild.countries import country_by_code
from capbuild.documents.toml_writing import toml_value
from capbuild.errors import WorkspaceError
from capbuild.frameworks import framework_to_toml, load_bundled
from capbuild.frameworks.instruments import checklist_csv, questionnaire_csv
from capbuild.model import (
    Budget,
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
    Severity,
    SizeProfile,
)
from capbuild.origin import Origin
from capbuild.plugins import default_host
from capbuild.workspace.findings_table import COLUMNS
from capbuild.workspace.folder import open_workspace
from capbuild.workspace.programme_files import format_budget, format_programme, format_results
from capbuild.workspace.register import COLUMNS as REGISTER_COLUMNS
from capbuild.workspace.register import REGISTER
from capbuild.workspace.results_records import BUDGET
from capbuild.workspace.review_records import PROPOSALS, PROPOSALS_FILE, STATES, STATES_FILE
from capbuild.workspace.training_records import DELIVERIES, ENROLMENTS, EVALUATIONS

__all__ = ["find_losses", "new_programme"]

#: Folders that never go into git.
_IGNORED = "# raw returns, personal data and results stay out of git\nreturns/\nprivate/\nout/\n"
_TEMPLATES = (
    "README.md",
    "returns/README.md",
    "visits/README.md",
    "visits/visits.toml",
    "meetings/README.md",
    "meetings/meetings.toml",
    "desk/desk.toml",
    "mappings/README.md",
    "private/README.md",
    "training/README.md",
    "results.toml",
    "external/external.toml",
    "reviews/README.md",
)


def _format_header(heads: tuple[str, ...], *rows: tuple[str, ...]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([heads, *rows])
    return stream.getvalue()


def _make_sample_return(framework: Framework) -> str:
    """Make a return with invented answers, so that the folder runs."""
    answers = ("yes", "yes", "partly", "no", "don't know")
    rows = [
        ("Jamaica", criterion, answers[place % len(answers)])
        for place, criterion in enumerate(framework.criteria)
        if framework.criteria[criterion].step <= 3
    ]
    for place, node in enumerate(one for one in framework.indicators if not one.criteria):
        low, high = map(int, framework.scale_of(node).ends)
        rows.append(("Jamaica", node.id, str(low + place % (high - low + 1))))
    notice = ("Invented answers: replace this file by what you received.", "", "")
    return _format_header(notice, ("country", "question", "answer"), *rows)


def _make_day(month: int, day: int) -> datetime.date:
    return datetime.date(2026, month, day)


#: The programme that a new folder begins with, to be changed by hand.
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
_SAMPLE_RULE = """
# How single files are read: path or pattern, and what should be known about them.
[read."returns/sample.csv"]
respondent = "police"
received = 2026-03-01
"""


def new_programme(
    folder: str | Path,
    framework: Framework | None = None,
    title: str | None = None,
    *,
    programme: Programme | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[Path, ...]:
    """Write a new programme into a new or empty folder.

    Args:
        folder: The folder.
        framework: The framework to begin with; `police-cyber` by default.
        title: Name of the programme; made from the folder's name by default.
        programme: A programme to begin with, such as one read from an activity file; a sample with invented answers
            by default. `find_losses` tells what the folder has no place for.
        options: Options of writers, by the name of the writer.

    Returns:
        The files written.

    Raises:
        WorkspaceError: The folder is not empty. Nothing is overwritten.
    """
    framework = load_bundled("police_cyber") if framework is None else framework
    place = Path(folder)
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise WorkspaceError(
            f"{place} is not empty", origin=Origin(place.as_posix()), remedy="choose a folder that does not exist"
        )
    made = _make_programme(place, framework, title, programme)
    tail = (files("capbuild.workspace") / "templates" / "programme.toml").read_text("utf-8")
    tail = tail.replace("default = 3", _make_default_target(framework), 1)
    contents = {**_make_files(made, framework), **(_make_results_files(made) if programme is not None else {})}
    if programme is None:
        contents["returns/sample.csv"] = _make_sample_return(framework)
        contents["programme.toml"] = format_programme(made, sizes=_SAMPLE_SIZES, tail=tail + _SAMPLE_RULE)
    else:
        contents["programme.toml"] = format_programme(made, options=options, tail=tail)
    written = []
    for path, text in sorted(contents.items()):
        write_atomic(place / path, text)
        written.append(place / path)
    (place / "private").chmod(0o700)
    return tuple(written)


def _make_default_target(framework: Framework) -> str:
    """Return the targets of a new programme: the framework's first profile, or level 3 where it has no own targets."""
    if framework.profiles:
        names = ", ".join(profile.id for profile in framework.profiles)
        return f"profile = {toml_value(framework.profiles[0].id)} # profiles: {names}"
    ends = [framework.scale_of(node).ends for node in framework.indicators]
    highest = int(min(high for _, high in ends))
    fits = all(low <= min(3, highest) for low, _ in ends) and all(
        framework.scale_of(n).levels for n in framework.indicators
    )
    own = any(node.target is not None for node in framework.indicators)
    return "# default = 3" if own or not fits else f"default = {min(3, highest)}"


def _make_programme(place: Path, framework: Framework, title: str | None, given: Programme | None) -> Programme:
    """Return the new programme, with a round, a framework and a title."""
    name = place.resolve().name
    if given is None:
        words = title or name.replace("-", " ").capitalize()
        return evolve(_SAMPLE, id=name, title=words, framework=framework.key)
    first = min((phase.start for phase in given.phases), default=None)
    (usual,) = _SAMPLE.rounds
    if first is not None:
        usual = evolve(usual, title=f"Baseline {first.year}", reference_date=first, start=None, end=None)
    changed = evolve(given, framework=framework.key, rounds=given.rounds or [usual])
    return changed if title is None else evolve(changed, title=title)


def _make_files(programme: Programme, framework: Framework) -> dict[str, str]:
    """Return the files of every new folder, by path."""
    words = {"@ID@": programme.id, "@TITLE@": str(programme.title), "@FRAMEWORK@": framework.key}
    contents: dict[str, str] = {}
    for template in _TEMPLATES:
        text = (files("capbuild.workspace") / "templates" / template).read_text("utf-8")
        for mark, word in words.items():
            text = text.replace(mark, word)
        contents[template] = text
    contents[".gitignore"] = _IGNORED
    if framework.key not in default_host().frameworks:
        contents[f"frameworks/{re.sub(r'[^A-Za-z0-9._-]+', '-', framework.id)}.toml"] = framework_to_toml(framework)
    contents["visits/template.csv"] = _format_header(COLUMNS)
    contents["meetings/template.csv"] = _format_header(("country", *COLUMNS))
    contents[REGISTER] = _format_header(REGISTER_COLUMNS)
    contents["mappings/template.csv"] = _format_header(("file", "question", "target", "choice", "answers", "factor"))
    contents["training/deliveries.csv"] = _format_header(DELIVERIES)
    contents["training/enrolments.csv"] = _format_header(ENROLMENTS)
    contents["training/evaluations.csv"] = _format_header(EVALUATIONS)
    contents["budget.csv"] = _format_header(BUDGET)
    contents[STATES_FILE] = _format_header(STATES)
    contents[PROPOSALS_FILE] = _format_header(PROPOSALS)
    contents["private/respondents.csv"] = _format_header(("pseudonym", "name", "email", "telephone", "office"))
    for language in framework.languages:
        contents[f"instruments/survey-{language}.csv"] = questionnaire_csv(framework, language)
        contents[f"instruments/visit-checklist-{language}.csv"] = checklist_csv(framework, language)
    return contents


def _make_results_files(programme: Programme) -> dict[str, str]:
    """Return the files of results and budget, as far as the programme has them."""
    found = {}
    if programme.results:
        found["results.toml"] = format_results(programme.results)
    if programme.budgets:
        found["budget.csv"] = format_budget(programme.budgets, BUDGET)
    return found


def find_losses(folder: str | Path, programme: Programme) -> Issues:
    """Return issues for programme data that the folder's files lack.

    The folder is read and compared with the programme, so that this cannot be wrong about the files.

    Args:
        folder: A folder that `new_programme` wrote.
        programme: The programme that it was given.
    """
    workspace = open_workspace(folder)
    found = evolve(workspace.programme, results=workspace.monitoring.results, budgets=workspace.monitoring.budgets)
    lost = [
        Issue(
            code="CB510",
            severity=Severity.NOTE,
            message=f"{name} of the programme: the folder's files do not contain all of it",
            origin=Origin("programme.toml"),
            remedy="add it by hand, see docs/reference/workspace.md",
        )
        for name in _find_differences(programme, found)
    ]
    return Issues([*lost, *workspace.folder_issues])


def _find_differences(given: Programme, found: Programme) -> Iterator[str]:
    """Yield the names of fields that differ between programmes."""
    usual = Programme(id="x", title="x")
    for name in (field.name for field in attrs.fields(Programme)):
        before = _strip_languages(getattr(given, name))
        if before not in (getattr(usual, name), _strip_languages(getattr(found, name))) and name != "framework":
            yield name


def _strip_languages(value: Any) -> Any:
    """Return budget lines without title languages, which tables do not name."""
    if isinstance(value, tuple):
        return tuple(map(_strip_languages, value))
    return evolve(value, title=evolve(value.title, language="und")) if isinstance(value, Budget) else value
