"""Tracking: what changed between rounds, what training came to, and what others say beside it.

Each module is imported when one of its names is first used.
"""

from capbuild.lazy import lazily

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.tracking.compare import compare
    from capbuild.tracking.crosswalk import Common, Pair, common, crosswalk_issues, draft_crosswalk, inverted
    from capbuild.tracking.splitting import rescored

__all__ = ["Common", "Pair", "common", "compare", "crosswalk_issues", "draft_crosswalk", "inverted", "rescored"]

_NAMES = {
    "compare": "compare",
    "crosswalk": "Common Pair common crosswalk_issues draft_crosswalk inverted",
    "splitting": "rescored",
}

__getattr__, __dir__ = lazily(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
