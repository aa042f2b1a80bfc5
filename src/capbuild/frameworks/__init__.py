"""Built-in frameworks, and instruments made from a framework."""

from capbuild.frameworks.bundled import load_bundled
from capbuild.frameworks.catalogues import load_catalogue
from capbuild.frameworks.flat import framework_from_toml
from capbuild.frameworks.instruments import (
    checklist_csv,
    questionnaire_csv,
    survey_questionnaire,
    visit_questionnaire,
)
from capbuild.frameworks.lint import lint_catalogue, lint_framework
from capbuild.model import Catalogue, Framework, Questionnaire
from capbuild.plugins import hookimpl

__all__ = [
    "checklist_csv",
    "framework_from_toml",
    "lint_catalogue",
    "lint_framework",
    "load_bundled",
    "load_catalogue",
    "questionnaire_csv",
    "survey_questionnaire",
    "visit_questionnaire",
]


@hookimpl
def register_frameworks() -> list[Framework]:
    """Return `police-cyber`, edition 1.0."""
    return [load_bundled("police_cyber")]


@hookimpl
def register_questionnaires() -> list[Questionnaire]:
    """Return the survey of `police-cyber`: one question a criterion."""
    return [survey_questionnaire(load_bundled("police_cyber"))]


@hookimpl
def register_catalogues() -> list[Catalogue]:
    """Return the activities for `police-cyber`."""
    return [load_catalogue("police_cyber/catalogue")]
