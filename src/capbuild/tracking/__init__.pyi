"""Names of `capbuild.tracking`, for type checkers. Written by: uv run python -m tools.public_api"""

from capbuild.tracking.assumptions import sensitivity
from capbuild.tracking.comparison import compare
from capbuild.tracking.crosswalk import draft_crosswalk
from capbuild.tracking.external import contrast_series
from capbuild.tracking.follow_up import follow_up_deliveries
from capbuild.tracking.result_targets import target_progress
from capbuild.tracking.training import count_enrolments, training_effects
from capbuild.tracking.training_levels import summarise_training

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
