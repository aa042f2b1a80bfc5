"""The programme's folder on disk: open, validate, collect, assess, run, forget."""

from capbuild.lazy import lazy_exports

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.workspace.collect import Collection
    from capbuild.workspace.cost_worksheets import read_cost_worksheet
    from capbuild.workspace.folder import Workspace, open_workspace
    from capbuild.workspace.new import new_programme
    from capbuild.workspace.outcome import RoundSummary, Stage
    from capbuild.workspace.packs import visit_pack
    from capbuild.workspace.planned import training_needs
    from capbuild.workspace.private import Forgotten, forget
    from capbuild.workspace.register import Register, load_register
    from capbuild.workspace.reminders import reminder_text, write_reminders
    from capbuild.workspace.running import RunResult, run
    from capbuild.workspace.standings import CollectionStatus, status
    from capbuild.workspace.store import FolderStore, Store, open_store
    from capbuild.workspace.versions import Conflict, Difference, Merged, diff_folders, merge_folders

__all__ = [
    "Collection",
    "CollectionStatus",
    "Conflict",
    "Difference",
    "FolderStore",
    "Forgotten",
    "Merged",
    "Register",
    "RoundSummary",
    "RunResult",
    "Stage",
    "Store",
    "Workspace",
    "diff_folders",
    "forget",
    "load_register",
    "merge_folders",
    "new_programme",
    "open_store",
    "open_workspace",
    "read_cost_worksheet",
    "reminder_text",
    "run",
    "status",
    "training_needs",
    "visit_pack",
    "write_reminders",
]

_NAMES = {
    "collect": "Collection",
    "cost_worksheets": "read_cost_worksheet",
    "folder": "Workspace open_workspace",
    "new": "new_programme",
    "outcome": "RoundSummary Stage",
    "packs": "visit_pack",
    "planned": "training_needs",
    "private": "Forgotten forget",
    "register": "Register load_register",
    "reminders": "reminder_text write_reminders",
    "running": "RunResult run",
    "standings": "CollectionStatus status",
    "store": "FolderStore Store open_store",
    "versions": "Conflict Difference Merged diff_folders merge_folders",
}

__getattr__, __dir__ = lazy_exports(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
