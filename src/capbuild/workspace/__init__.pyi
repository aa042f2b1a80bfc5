"""Names of `capbuild.workspace`, for type checkers. Written by: uv run python -m tools.public_api"""

from capbuild.workspace.drafts.scaffold import new_programme
from capbuild.workspace.forms.next_questionnaires import list_saved_questions, next_questionnaire, prefill_questionnaire
from capbuild.workspace.forms.reminders import write_reminders
from capbuild.workspace.forms.visit_findings import import_visit
from capbuild.workspace.forms.visit_packs import write_visit_pack
from capbuild.workspace.framework_files import read_framework
from capbuild.workspace.privacy.country_data import forget_country
from capbuild.workspace.privacy.forgetting import forget
from capbuild.workspace.records.cost_worksheets import read_cost_worksheet
from capbuild.workspace.rounds.evidence import DueFinding, add_evidence, list_due_findings
from capbuild.workspace.rounds.plans import list_training_needs
from capbuild.workspace.rounds.status import get_collection_status
from capbuild.workspace.runs.runner import run
from capbuild.workspace.versions import diff_folders, merge_folders
from capbuild.workspace.workspace import FolderStore, Store, Workspace, open_store, open_workspace

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
