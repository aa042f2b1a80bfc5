"""The programme's folder on disk: open, validate, collect, assess, run, forget."""

from capbuild.workspace.collect import Collection
from capbuild.workspace.folder import Workspace, open_workspace
from capbuild.workspace.new import new_programme
from capbuild.workspace.private import Forgotten, forget
from capbuild.workspace.running import RunResult, Stage, run
from capbuild.workspace.summary import RoundSummary

__all__ = [
    "Collection",
    "Forgotten",
    "RoundSummary",
    "RunResult",
    "Stage",
    "Workspace",
    "forget",
    "new_programme",
    "open_workspace",
    "run",
]
