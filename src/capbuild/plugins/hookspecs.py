"""Hook specifications.

Registration hooks are called once for each host; the results of all plugins are joined.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:  # reading a file needs no assessments or plans, and the library no command line
    import click

    from capbuild.countries import CodeList
    from capbuild.model import Assessment, Catalogue, Framework, Issue, Questionnaire, Survey
    from capbuild.plugins.types import ChartKind, DerivedAnswers, InputFile, ProgrammeDraft, Reader, Writer
    from capbuild.scoring.methods import RegisteredMethod

#: Version of the hook interface. A plugin declares its version as `CAPBUILD_API`.
HOOK_API = 1

hookspec = pluggy.HookspecMarker("capbuild")
hookimpl = pluggy.HookimplMarker("capbuild")


@hookspec
def register_readers() -> "Iterable[Reader]":
    """Return readers of survey formats."""
    return ()


@hookspec
def register_writers() -> "Iterable[Writer]":
    """Return writers of output formats."""
    return ()


@hookspec
def register_frameworks() -> "Iterable[Framework]":
    """Return capacity frameworks."""
    return ()


@hookspec
def register_questionnaires() -> "Iterable[Questionnaire]":
    """Return questionnaires."""
    return ()


@hookspec
def register_methods() -> "Iterable[RegisteredMethod]":
    """Return named methods that compute a node's value."""
    return ()


@hookspec
def register_catalogues() -> "Iterable[Catalogue]":
    """Return catalogues of activities."""
    return ()


@hookspec
def register_code_lists() -> "Iterable[CodeList]":
    """Return an organisation's country codes, in addition to ISO 3166-1."""
    return ()


@hookspec
def register_languages() -> Iterable[Any]:
    """Return `LanguageTexts`: texts of reports in further languages."""
    return ()


@hookspec
def register_charts() -> "Iterable[ChartKind]":
    """Return kinds of charts."""
    return ()


@hookspec
def register_commands() -> "Iterable[click.Command]":
    """Return commands for the command line."""
    return ()


@hookspec(firstresult=True)
def read_programmes(source: "InputFile") -> "Iterable[ProgrammeDraft] | None":
    """Return the programmes in a file, or None to pass."""


@hookspec(firstresult=True)
def resolve_country(text: str, language: str | None) -> str | None:
    """Return the alpha-2 code of a text, or None.

    The code is used if the built-in resolver finds no country, or if the plugin is preferred.
    """


@hookspec
def enrich_reading(reading: "Survey") -> "Iterable[DerivedAnswers]":
    """Return answers derived from those of a reading."""
    return ()


@hookspec
def check_reading(reading: "Survey") -> "Iterable[Issue]":
    """Return issues of a reading."""
    return ()


@hookspec
def check_assessment(assessment: "Assessment") -> "Iterable[Issue]":
    """Return issues of an assessment."""
    return ()


@hookspec
def report_sections(report: Any, audience: str) -> Iterable[Any]:
    """Return sections to add to a report, placed by `order`."""
    return ()
