"""A new programme: a commented, runnable folder to begin with."""

import csv
import io
from importlib.resources import files
from pathlib import Path

from capbuild.atomic import write_atomic
from capbuild.errors import WorkspaceError
from capbuild.frameworks import checklist_csv, load_bundled, questionnaire_csv
from capbuild.model import Framework
from capbuild.origin import Origin
from capbuild.workspace.findings_table import COLUMNS
from capbuild.workspace.register import COLUMNS as REGISTER_COLUMNS
from capbuild.workspace.register import REGISTER
from capbuild.workspace.results_records import BUDGET
from capbuild.workspace.review_records import PROPOSALS, PROPOSALS_FILE, STATES, STATES_FILE
from capbuild.workspace.training_records import DELIVERIES, ENROLMENTS, EVALUATIONS

__all__ = ["new_programme"]

#: Folders that never go into git.
_IGNORED = "# raw returns, personal data and results stay out of git\nreturns/\nprivate/\nout/\n"
_TEMPLATES = (
    "programme.toml",
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


def _table(heads: tuple[str, ...], *rows: tuple[str, ...]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([heads, *rows])
    return stream.getvalue()


def _sample_return(framework: Framework) -> str:
    """Invented answers of one country, so that the new folder runs at once."""
    answers = ("yes", "yes", "partly", "no", "don't know")
    rows = [
        ("Jamaica", criterion, answers[place % len(answers)])
        for place, criterion in enumerate(framework.criteria)
        if framework.criteria[criterion].step <= 3
    ]
    notice = ("Invented answers: replace this file by what you received.", "", "")
    return _table(notice, ("country", "question", "answer"), *rows)


def new_programme(folder: str | Path, framework: Framework | None = None, title: str | None = None) -> tuple[Path, ...]:
    """Write a new programme into a folder that does not exist or is empty.

    Args:
        folder: The folder.
        framework: The framework to begin with; `police-cyber` by default.
        title: Name of the programme; made from the folder's name by default.

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
    name = place.resolve().name
    words = {"@ID@": name, "@TITLE@": title or name.replace("-", " ").capitalize(), "@FRAMEWORK@": framework.key}
    contents: dict[str, str] = {}
    for template in _TEMPLATES:
        text = (files("capbuild.workspace") / "templates" / template).read_text("utf-8")
        for mark, word in words.items():
            text = text.replace(mark, word)
        contents[template] = text
    contents[".gitignore"] = _IGNORED
    contents["returns/sample.csv"] = _sample_return(framework)
    contents["visits/template.csv"] = _table(COLUMNS)
    contents["meetings/template.csv"] = _table(("country", *COLUMNS))
    contents[REGISTER] = _table(REGISTER_COLUMNS)
    contents["mappings/template.csv"] = _table(("file", "question", "target", "choice", "answers", "factor"))
    contents["training/deliveries.csv"] = _table(DELIVERIES)
    contents["training/enrolments.csv"] = _table(ENROLMENTS)
    contents["training/evaluations.csv"] = _table(EVALUATIONS)
    contents["budget.csv"] = _table(BUDGET)
    contents[STATES_FILE] = _table(STATES)
    contents[PROPOSALS_FILE] = _table(PROPOSALS)
    contents["private/respondents.csv"] = _table(("pseudonym", "name", "email", "telephone", "office"))
    for language in framework.languages:
        contents[f"instruments/survey-{language}.csv"] = questionnaire_csv(framework, language)
        contents[f"instruments/visit-checklist-{language}.csv"] = checklist_csv(framework, language)
    written = []
    for path, text in sorted(contents.items()):
        write_atomic(place / path, text)
        written.append(place / path)
    (place / "private").chmod(0o700)
    return tuple(written)
