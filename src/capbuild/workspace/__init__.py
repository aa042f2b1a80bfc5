"""A programme's folder: open, validate, collect, assess, run, forget."""

from capbuild._lazy import lazy_exports

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.workspace.collection_status import get_collection_status
    from capbuild.workspace.cost_worksheets import read_cost_worksheet
    from capbuild.workspace.folder import Workspace, open_workspace
    from capbuild.workspace.framework_files import read_framework
    from capbuild.workspace.next_questionnaires import (
        list_saved_questions,
        next_questionnaire,
        prefill_questionnaire,
    )
    from capbuild.workspace.plans import list_training_needs
    from capbuild.workspace.private import forget
    from capbuild.workspace.reminders import write_reminders
    from capbuild.workspace.runner import run
    from capbuild.workspace.scaffold import new_programme
    from capbuild.workspace.store import FolderStore, Store, open_store
    from capbuild.workspace.versions import diff_folders, merge_folders
    from capbuild.workspace.visit_packs import write_visit_pack

__all__ = [
    "FolderStore",
    "Store",
    "Workspace",
    "diff_folders",
    "forget",
    "get_collection_status",
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
    "cost_worksheets": "read_cost_worksheet",
    "framework_files": "read_framework",
    "folder": "Workspace open_workspace",
    "scaffold": "new_programme",
    "visit_packs": "write_visit_pack",
    "next_questionnaires": "list_saved_questions next_questionnaire prefill_questionnaire",
    "plans": "list_training_needs",
    "private": "forget",
    "reminders": "write_reminders",
    "runner": "run",
    "collection_status": "get_collection_status",
    "store": "FolderStore Store open_store",
    "versions": "diff_folders merge_folders",
}

__getattr__, __dir__ = lazy_exports(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
