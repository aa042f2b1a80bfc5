"""Change between rounds, results of training, and external series.

Each module is imported when one of its names is first used.
"""

from capbuild._lazy import lazy_exports

__all__ = [
    "compare",
    "contrast_series",
    "count_enrolments",
    "draft_crosswalk",
    "follow_up_deliveries",
    "sensitivity",
    "summarise_training",
    "target_progress",
    "training_effects",
]

_NAMES = {
    "assumptions": "sensitivity",
    "comparison": "compare",
    "crosswalk": "draft_crosswalk",
    "external": "contrast_series",
    "follow_up": "follow_up_deliveries",
    "training_levels": "summarise_training",
    "result_targets": "target_progress",
    "training": "count_enrolments training_effects",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
