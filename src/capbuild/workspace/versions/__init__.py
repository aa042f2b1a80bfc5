"""Compares and merges copies of a programme's folder.

Files are compared by content: table rows by key, TOML tables by id, and the fields of each. If people changed different
things, both changes are kept. If they changed the same thing differently, one is kept and the other listed. Nothing is
lost.
"""

from capbuild.workspace.versions.differences import Difference, MergeResult, diff_folders, merge_folders
from capbuild.workspace.versions.three_way import Conflict

__all__ = ["Conflict", "Difference", "MergeResult", "diff_folders", "merge_folders"]
