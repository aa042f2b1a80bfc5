"""Change between rounds, results of training, and external series.

Each module is imported when one of its names is first used.
"""

from capbuild._lazy import lazy_exports

_NAMES = {
    "assumptions": "sensitivity",
    "comparison": "compare",
    "crosswalk": "draft_crosswalk",
    "external": "contrast_series",
    "follow_up": "follow_up_deliveries",
    "training_levels": "summarise_training",
    "previous_answers": "find_previous_answers",
    "result_targets": "target_progress",
    "training": "count_enrolments training_effects",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
