"""A programme's folder: open, validate, collect, assess, run, forget."""

from capbuild._lazy import lazy_exports

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.workspace.collection import Collection
    from capbuild.workspace.collection_status import CollectionStatus, get_collection_status
    from capbuild.workspace.cost_worksheets import read_cost_worksheet
    from capbuild.workspace.folder import Workspace, open_workspace
    from capbuild.workspace.outcome import RoundSummary, Stage
    from capbuild.workspace.plans import list_training_needs
    from capbuild.workspace.private import ForgetResult, forget
    from capbuild.workspace.register import Register, load_register
    from capbuild.workspace.reminders import make_reminder, write_reminders
    from capbuild.workspace.runner import RunResult, run
    from capbuild.workspace.scaffold import new_programme
    from capbuild.workspace.store import FolderStore, Store, open_store
    from capbuild.workspace.versions import Conflict, Difference, MergeResult, diff_folders, merge_folders
    from capbuild.workspace.visit_packs import write_visit_pack

__all__ = [
    "Collection",
    "CollectionStatus",
    "Conflict",
    "Difference",
    "FolderStore",
    "ForgetResult",
    "MergeResult",
    "Register",
    "RoundSummary",
    "RunResult",
    "Stage",
    "Store",
    "Workspace",
    "diff_folders",
    "forget",
    "get_collection_status",
    "list_training_needs",
    "load_register",
    "make_reminder",
    "merge_folders",
    "new_programme",
    "open_store",
    "open_workspace",
    "read_cost_worksheet",
    "run",
    "write_reminders",
    "write_visit_pack",
]

_NAMES = {
    "collection": "Collection",
    "cost_worksheets": "read_cost_worksheet",
    "folder": "Workspace open_workspace",
    "scaffold": "new_programme",
    "outcome": "RoundSummary Stage",
    "visit_packs": "write_visit_pack",
    "plans": "list_training_needs",
    "private": "ForgetResult forget",
    "register": "Register load_register",
    "reminders": "make_reminder write_reminders",
    "runner": "RunResult run",
    "collection_status": "CollectionStatus get_collection_status",
    "store": "FolderStore Store open_store",
    "versions": "Conflict Difference MergeResult diff_folders merge_folders",
}

__getattr__, __dir__ = lazy_exports(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
