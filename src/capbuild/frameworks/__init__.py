"""Built-in frameworks, and instruments made from a framework."""

from typing import TYPE_CHECKING

from capbuild._lazy import lazy_exports
from capbuild.plugins import hookimpl

if TYPE_CHECKING:
    from capbuild.frameworks.bundled import load_bundled
    from capbuild.frameworks.catalogues import load_catalogue
    from capbuild.frameworks.flat import framework_from_toml
    from capbuild.frameworks.flat_writing import framework_to_toml
    from capbuild.frameworks.instruments import survey_questionnaire, visit_questionnaire
    from capbuild.frameworks.spreadsheets.drafts import DraftQuestion, FrameworkDraft
    from capbuild.frameworks.spreadsheets.template import TEMPLATE_HELP, TemplateSheet, template_sheets
    from capbuild.frameworks.structure_packs import StructurePack, list_packs, load_pack
    from capbuild.frameworks.treaties import TreatyPosition, TreatyStatus, treaty_statuses
    from capbuild.model import Catalogue, Framework, Questionnaire

__all__ = [
    "TEMPLATE_HELP",
    "DraftQuestion",
    "FrameworkDraft",
    "StructurePack",
    "TemplateSheet",
    "TreatyPosition",
    "TreatyStatus",
    "framework_from_toml",
    "framework_to_toml",
    "list_packs",
    "load_bundled",
    "load_catalogue",
    "load_pack",
    "survey_questionnaire",
    "template_sheets",
    "treaty_statuses",
    "visit_questionnaire",
]

_NAMES = {
    "bundled": "load_bundled",
    "catalogues": "load_catalogue",
    "flat": "framework_from_toml",
    "flat_writing": "framework_to_toml",
    "instruments": "survey_questionnaire visit_questionnaire",
    "spreadsheets.drafts": "DraftQuestion FrameworkDraft",
    "spreadsheets.template": "TEMPLATE_HELP TemplateSheet template_sheets",
    "structure_packs": "StructurePack list_packs load_pack",
    "treaties": "TreatyPosition TreatyStatus treaty_statuses",
}

# No `__dir__`, through which hooks are found.
__getattr__, _ = lazy_exports(__name__, _NAMES)


@hookimpl
def register_frameworks() -> list["Framework"]:
    """Return both editions of `police-cyber`, and structure packs with nodes."""
    from capbuild.frameworks.bundled import load_bundled
    from capbuild.frameworks.structure_packs import list_packs, load_pack

    packs = map(load_pack, list_packs())
    return [
        load_bundled("police_cyber"),
        load_bundled("police_cyber", "2.0"),
        *(pack.framework for pack in packs if pack.has_tree),
    ]


@hookimpl
def register_questionnaires() -> list["Questionnaire"]:
    """Return the survey of `police-cyber`, one question per criterion."""
    from capbuild.frameworks.bundled import load_bundled
    from capbuild.frameworks.instruments import survey_questionnaire

    return [survey_questionnaire(load_bundled("police_cyber"))]


@hookimpl
def register_catalogues() -> list["Catalogue"]:
    """Return the activities for both editions of `police-cyber`."""
    from capbuild.frameworks.catalogues import load_catalogue

    return [load_catalogue("police_cyber/catalogue"), load_catalogue("police_cyber/catalogue", "2.0")]
