"""Change between rounds, results of training, and external series.

Each module is imported when one of its names is first used.
"""

from capbuild._lazy import lazy_exports

# Type checkers treat `TYPE_CHECKING` as true; importing it from typing would cost every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.tracking.assumptions import sensitivity
    from capbuild.tracking.comparison import compare
    from capbuild.tracking.crosswalk import (
        CommonItem,
        Overlap,
        crosswalk_issues,
        draft_crosswalk,
        find_crosswalk,
        find_overlap,
        invert_crosswalk,
    )
    from capbuild.tracking.decomposition import rescore
    from capbuild.tracking.external import Contrast, ContrastRow, contrast_series, has_suspicious_zeros
    from capbuild.tracking.follow_up import FollowUp, FollowUpObservation, delivery_criteria, follow_up_deliveries
    from capbuild.tracking.levels import (
        LevelResult,
        TrainingSummary,
        level_results,
        months_after,
        summarise_training,
    )
    from capbuild.tracking.results import (
        COMPUTED,
        FROM_FINDINGS,
        GAINED,
        LIKE_FOR_LIKE,
        OTHER_CAUSE,
        OUTPUT_ONLY,
        UNCERTAIN,
        ResultRecords,
        compute_results,
    )
    from capbuild.tracking.targets import ResultSlot, TargetProgress, TargetTrack, parse_slot, target_progress
    from capbuild.tracking.training import (
        EnrolmentCount,
        MeasurementMean,
        TrainingEffect,
        count_enrolments,
        mean_measurements,
        training_effects,
    )

_NAMES = {
    "assumptions": "sensitivity",
    "comparison": "compare",
    "crosswalk": "CommonItem Overlap crosswalk_issues draft_crosswalk find_crosswalk find_overlap invert_crosswalk",
    "decomposition": "rescore",
    "external": "Contrast ContrastRow contrast_series has_suspicious_zeros",
    "follow_up": "FollowUp FollowUpObservation delivery_criteria follow_up_deliveries",
    "levels": "LevelResult TrainingSummary level_results months_after summarise_training",
    "results": "COMPUTED FROM_FINDINGS GAINED LIKE_FOR_LIKE OTHER_CAUSE OUTPUT_ONLY ResultRecords UNCERTAIN "
    "compute_results",
    "targets": "ResultSlot TargetProgress TargetTrack parse_slot target_progress",
    "training": "EnrolmentCount MeasurementMean TrainingEffect count_enrolments mean_measurements training_effects",
}

__all__ = [
    "COMPUTED",
    "FROM_FINDINGS",
    "GAINED",
    "LIKE_FOR_LIKE",
    "OTHER_CAUSE",
    "OUTPUT_ONLY",
    "UNCERTAIN",
    "CommonItem",
    "Contrast",
    "ContrastRow",
    "EnrolmentCount",
    "FollowUp",
    "FollowUpObservation",
    "LevelResult",
    "MeasurementMean",
    "Overlap",
    "ResultRecords",
    "ResultSlot",
    "TargetProgress",
    "TargetTrack",
    "TrainingEffect",
    "TrainingSummary",
    "compare",
    "compute_results",
    "contrast_series",
    "count_enrolments",
    "crosswalk_issues",
    "delivery_criteria",
    "draft_crosswalk",
    "find_crosswalk",
    "find_overlap",
    "follow_up_deliveries",
    "has_suspicious_zeros",
    "invert_crosswalk",
    "level_results",
    "mean_measurements",
    "months_after",
    "parse_slot",
    "rescore",
    "sensitivity",
    "summarise_training",
    "target_progress",
    "training_effects",
]

__getattr__, __dir__ = lazy_exports(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
