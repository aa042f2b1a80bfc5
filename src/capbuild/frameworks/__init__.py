"""Built-in frameworks, and instruments made from a framework."""

from capbuild._lazy import lazy_exports

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

_NAMES = {
    "bundled": "load_bundled",
    "flat": "framework_from_toml",
    "flat_writing": "framework_to_toml",
    "instruments": "survey_questionnaire visit_questionnaire",
    "registration": "load_catalogue",
    "spreadsheets.drafts": "FrameworkDraft",
    "spreadsheets.template": "TEMPLATE_HELP TemplateSheet template_sheets",
    "structure_packs": "StructurePack list_packs load_pack",
    "treaties": "treaty_statuses",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
