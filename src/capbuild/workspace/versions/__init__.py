"""Compares and merges copies of a programme's folder.

Files are compared by what they hold: rows of tables by their key, tables of TOML by their id, and the fields of each.
Where people changed different things both changes stand; where they changed the same thing differently, one stands,
and the other is listed. Nothing is lost.
"""

from capbuild.workspace.versions.differences import Difference, diff_folders
from capbuild.workspace.versions.folders import MergeResult, merge_folders
from capbuild.workspace.versions.three_way import Conflict

__all__ = ["Conflict", "Difference", "MergeResult", "diff_folders", "merge_folders"]
