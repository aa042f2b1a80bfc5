"""Names of `capbuild.frameworks`, for type checkers. Written by: uv run python -m tools.public_api"""

from capbuild.frameworks.bundled import load_bundled
from capbuild.frameworks.flat import framework_from_toml
from capbuild.frameworks.flat_writing import framework_to_toml
from capbuild.frameworks.instruments import survey_questionnaire, visit_questionnaire
from capbuild.frameworks.registration import load_catalogue
from capbuild.frameworks.spreadsheets.drafts import FrameworkDraft
from capbuild.frameworks.spreadsheets.template import TEMPLATE_HELP, TemplateSheet, template_sheets
from capbuild.frameworks.structure_packs import StructurePack, list_packs, load_pack
from capbuild.frameworks.treaties import treaty_statuses

__all__ = [
    "TEMPLATE_HELP",
    "FrameworkDraft",
    "StructurePack",
    "TemplateSheet",
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
