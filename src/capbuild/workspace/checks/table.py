"""Rules of `capbuild check` by id."""

from capbuild.frozen import FrozenMap
from capbuild.workspace.checks import (  # noqa: F401 - each registers its rules
    collection,
    evidence,
    network,
    plan,
    results,
    scoring,
    training,
)
from capbuild.workspace.checks.context import FINDERS, CheckRule

__all__ = ["RULES", "CheckRule"]

RULES: FrozenMap[str, CheckRule] = FrozenMap({name: rule for name, (rule, _) in sorted(FINDERS.items())})
