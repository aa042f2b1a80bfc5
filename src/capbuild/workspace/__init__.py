"""The programme's folder on disk: open, validate, collect, assess, run, forget."""

from capbuild.workspace.collect import Collection
from capbuild.workspace.competence_records import training_needs
from capbuild.workspace.folder import Workspace, open_workspace
from capbuild.workspace.new import new_programme
from capbuild.workspace.packs import visit_pack
from capbuild.workspace.private import Forgotten, forget
from capbuild.workspace.register import Register, load_register
from capbuild.workspace.reminders import reminder_text, write_reminders
from capbuild.workspace.running import RunResult, Stage, run
from capbuild.workspace.standings import CollectionStatus, status
from capbuild.workspace.store import FolderStore, Store, open_store
from capbuild.workspace.summary import RoundSummary
from capbuild.workspace.versions import Conflict, Difference, Merged
from capbuild.workspace.versions import diff as diff_folders
from capbuild.workspace.versions import merge as merge_folders

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
    "reminder_text",
    "run",
    "status",
    "training_needs",
    "visit_pack",
    "write_reminders",
]
