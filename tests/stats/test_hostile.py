"""Hostile tables through every public function: a typed result or a refusal by name, never NaN alone, never a warning.

Warnings are errors in all tests, so that one of numpy fails these.
"""

import numpy as np
import pytest

from capbuild.stats import aggregate, change, evidence, quality, rank_scores, rules, uncertainty
from tests.stats.hostile_tables import TABLES, check_infinite_refused, check_typed_or_refused, level_table, tree

#: Every public function that takes a table or a column of one; columns are the first and the last.
FUNCTIONS = {
    "aggregate": lambda t: aggregate.aggregate(t, tree(t)),
    "aggregate, geometric": lambda t: aggregate.aggregate(t, tree(t), rules=rules.geometric(minimum_share=0.5)),
    "aggregate, harmonic": lambda t: aggregate.aggregate(t, tree(t), rules=rules.harmonic()),
    "aggregate, power 2": lambda t: aggregate.aggregate(t, tree(t), rules=rules.generalised(2.0)),
    "aggregate, minimum": lambda t: aggregate.aggregate(t, tree(t), rules=rules.minimum()),
    "aggregate, Mazziotta-Pareto": lambda t: aggregate.aggregate(t, tree(t), rules=rules.mazziotta_pareto()),
    "aggregate, Copeland": lambda t: aggregate.aggregate(t, tree(t), rules=rules.copeland()),
    "paired_change": lambda t: change.paired_change(t[:, 0], t[:, -1]),
    "straight_lines": quality.find_straight_lining,
    "duplicates": lambda t: quality.find_duplicates(t, minimum=1),
    "non_response": quality.count_non_response,
    "suspicious_zeros": quality.find_suspicious_zeros,
    "ranks": rank_scores,
    "fuse": lambda t: evidence.fuse(
        [(f"u{r}", f"s{c}", int(v)) for (r, c), v in np.ndenumerate(level_table(t)) if not np.isnan(v)], draws=4
    ),
    "summarise_simulation": uncertainty.summarise_simulation,
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("kind", TABLES)
def test_a_result_is_typed_or_refused_by_name(name, kind):
    check_typed_or_refused(FUNCTIONS[name], name, kind)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_infinite_value_is_refused_by_name(name):
    if name == "fuse":
        pytest.skip("takes levels, made of the table's signs here")
    check_infinite_refused(FUNCTIONS[name])
