"""Programme's folder: open, validate, collect, assess, run, forget."""

from capbuild._lazy import lazy_exports

__all__ = [
    "DueFinding",
    "FolderStore",
    "Store",
    "Workspace",
    "add_evidence",
    "diff_folders",
    "forget",
    "forget_country",
    "get_collection_status",
    "import_visit",
    "list_due_findings",
    "list_saved_questions",
    "list_training_needs",
    "merge_folders",
    "new_programme",
    "next_questionnaire",
    "open_store",
    "open_workspace",
    "prefill_questionnaire",
    "read_cost_worksheet",
    "read_framework",
    "run",
    "write_reminders",
    "write_visit_pack",
]

_NAMES = {
    "drafts.scaffold": "new_programme",
    "forms.next_questionnaires": "list_saved_questions next_questionnaire prefill_questionnaire",
    "forms.reminders": "write_reminders",
    "forms.visit_findings": "import_visit",
    "forms.visit_packs": "write_visit_pack",
    "framework_files": "read_framework",
    "privacy.country_data": "forget_country",
    "privacy.forgetting": "forget",
    "records.cost_worksheets": "read_cost_worksheet",
    "rounds.evidence": "DueFinding add_evidence list_due_findings",
    "rounds.plans": "list_training_needs",
    "rounds.status": "get_collection_status",
    "runs.runner": "run",
    "workspace": "FolderStore Store Workspace open_store open_workspace",
    "versions": "diff_folders merge_folders",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
