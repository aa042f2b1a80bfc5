"""How often two returns are called alike in made programmes in which nobody copied, and in which one country did."""

import numpy as np
import pytest

from capbuild.scoring.response_quality import _find_copies, _NumericReturns

COUNTRIES = 30


def make_programme(seed, *, criteria, per_office, copied=False):
    """Return flags of a programme of 30 countries: a staircase of criteria, or levels around an ability.

    One answer in ten is an error and one in twenty blank, independently in each return.
    """
    random = np.random.default_rng(seed)
    rows, offices, indicators = [], {}, {}
    for number in range(COUNTRIES):
        levels = np.clip(np.round(random.normal(2.2, 0.8) + random.normal(0, 0.8, 25 if not criteria else 6)), 1, 5)
        steps = np.tile([2, 2, 2, 3, 3, 3, 4, 4, 5, 5], 6)
        truth = np.repeat(levels, 10) >= steps if criteria else levels
        for _ in range(per_office):
            given = truth.astype(np.float64)
            wrong = random.random(given.size) < 0.1
            given[wrong] = random.integers(0, 2, wrong.sum()) if criteria else random.integers(1, 6, wrong.sum())
            given[random.random(given.size) < 0.05] = np.nan
            rows.append(given)
            offices[f"C{number:02} return {len(rows)}"] = (f"C{number:02}", "ministry")
    if copied:
        rows[-1] = rows[0].copy()
    names = [f"i{at}" for at in range(rows[0].size)]
    if criteria:
        indicators = {name: name[1:-1] or "0" for name in names}
    table = _NumericReturns(
        rows=tuple(offices), columns=names, values=np.array(rows), asked=np.ones((len(rows), len(names)), np.bool_)
    )
    return [(flag.subject, flag.other) for flag in _find_copies(table, offices, indicators)]


@pytest.mark.parametrize("criteria", [True, False])
@pytest.mark.parametrize("per_office", [1, 2])
def test_honest_returns_are_rarely_called_alike(criteria, per_office):
    """At most one programme in twenty, of forty."""
    said = [bool(make_programme(seed, criteria=criteria, per_office=per_office)) for seed in range(40)]
    assert sum(said) <= 2


def test_a_return_copied_from_another_country_is_found():
    for seed in range(20):
        found = make_programme(seed, criteria=False, per_office=1, copied=True)
        assert ("C00 return 1", "C29 return 30") in found
