"""Tracking: what changed between rounds, what training came to, and what others say beside it.

Each module is imported when one of its names is first used.
"""

from capbuild.lazy import lazily

# Type checkers treat `TYPE_CHECKING` as true; importing it from typing would cost every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.tracking.comparison import compare
    from capbuild.tracking.crosswalk import (
        Common,
        Pair,
        common,
        crosswalk_between,
        crosswalk_issues,
        draft_crosswalk,
        inverted,
    )
    from capbuild.tracking.decomposition import rescored
    from capbuild.tracking.external import Beside, Contrast, contrast, looks_like_blanks
    from capbuild.tracking.follow_up import FollowUp, Seen, criteria_of, followed_up
    from capbuild.tracking.levels import (
        LevelResult,
        TrainingSummary,
        level_results,
        months_after,
        training_summary,
    )
    from capbuild.tracking.results import (
        COMPUTED,
        FROM_FINDINGS,
        GAINED,
        LIKE_FOR_LIKE,
        OTHER_CAUSE,
        OUTPUT_ONLY,
        UNCERTAIN,
        Records,
        computed_results,
    )
    from capbuild.tracking.targets import Slot, Standing, Track, read_slot, standings
    from capbuild.tracking.training import (
        Effect,
        EnrolmentCount,
        Measured,
        enrolment_counts,
        measured,
        training_effects,
    )

_NAMES = {
    "comparison": "compare",
    "crosswalk": "Common Pair common crosswalk_between crosswalk_issues draft_crosswalk inverted",
    "decomposition": "rescored",
    "external": "Beside Contrast contrast looks_like_blanks",
    "follow_up": "FollowUp Seen criteria_of followed_up",
    "levels": "LevelResult TrainingSummary level_results months_after training_summary",
    "results": "COMPUTED FROM_FINDINGS GAINED LIKE_FOR_LIKE OTHER_CAUSE OUTPUT_ONLY Records UNCERTAIN computed_results",
    "targets": "Slot Standing Track read_slot standings",
    "training": "Effect EnrolmentCount Measured enrolment_counts measured training_effects",
}

__all__ = [
    "COMPUTED",
    "FROM_FINDINGS",
    "GAINED",
    "LIKE_FOR_LIKE",
    "OTHER_CAUSE",
    "OUTPUT_ONLY",
    "UNCERTAIN",
    "Beside",
    "Common",
    "Contrast",
    "Effect",
    "EnrolmentCount",
    "FollowUp",
    "LevelResult",
    "Measured",
    "Pair",
    "Records",
    "Seen",
    "Slot",
    "Standing",
    "Track",
    "TrainingSummary",
    "common",
    "compare",
    "computed_results",
    "contrast",
    "criteria_of",
    "crosswalk_between",
    "crosswalk_issues",
    "draft_crosswalk",
    "enrolment_counts",
    "followed_up",
    "inverted",
    "level_results",
    "looks_like_blanks",
    "measured",
    "months_after",
    "read_slot",
    "rescored",
    "standings",
    "training_effects",
    "training_summary",
]

__getattr__, __dir__ = lazily(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
