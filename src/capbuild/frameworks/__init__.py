"""Built-in frameworks, and instruments made from a framework."""

from capbuild.frameworks.bundled import load_bundled
from capbuild.frameworks.catalogues import load_catalogue
from capbuild.frameworks.flat import framework_from_toml
from capbuild.frameworks.flat_writing import framework_to_toml
from capbuild.frameworks.instruments import survey_questionnaire, visit_questionnaire
from capbuild.frameworks.spreadsheets.drafts import DraftQuestion, FrameworkDraft
from capbuild.frameworks.structure_packs import StructurePack, list_packs, load_pack
from capbuild.frameworks.treaties import TreatyPosition, TreatyStatus, treaty_statuses
from capbuild.model import Catalogue, Framework, Questionnaire
from capbuild.plugins import hookimpl

__all__ = [
    "DraftQuestion",
    "FrameworkDraft",
    "StructurePack",
    "TreatyPosition",
    "TreatyStatus",
    "framework_from_toml",
    "framework_to_toml",
    "list_packs",
    "load_bundled",
    "load_catalogue",
    "load_pack",
    "survey_questionnaire",
    "treaty_statuses",
    "visit_questionnaire",
]


@hookimpl
def register_frameworks() -> list[Framework]:
    """Return both editions of `police-cyber`, the first one first, and the structure packs that have nodes."""
    packs = map(load_pack, list_packs())
    return [
        load_bundled("police_cyber"),
        load_bundled("police_cyber", "2.0"),
        *(pack.framework for pack in packs if pack.has_tree),
    ]


@hookimpl
def register_questionnaires() -> list[Questionnaire]:
    """Return the survey of `police-cyber`: one question a criterion."""
    return [survey_questionnaire(load_bundled("police_cyber"))]


@hookimpl
def register_catalogues() -> list[Catalogue]:
    """Return the activities for both editions of `police-cyber`."""
    return [load_catalogue("police_cyber/catalogue"), load_catalogue("police_cyber/catalogue", "2.0")]
