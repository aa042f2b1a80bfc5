"""Assessments in another order: the same countries, by figure, unknown ones last."""

import pytest

from capbuild.errors import OptionError
from capbuild.testing import invented_programme


@pytest.mark.parametrize("reverse", [False, True])
def test_countries_are_sorted_by_what_is_known_of_a_capacity(reverse):
    baseline = invented_programme().baseline
    for capacity in ("LAW-1", "ORG-2"):
        made = baseline.sort(capacity, reverse=reverse)
        frame = baseline.to_pandas().query("capacity == @capacity").set_index("name")
        wanted = frame.sort_values(["lowest", "highest"], ascending=not reverse, na_position="last", kind="stable")
        levels = [(row.lowest, row.highest) for row in wanted.loc[[one.name for one in made.countries]].itertuples()]
        assert levels == [(row.lowest, row.highest) for row in wanted.itertuples()]
        assert {*made.countries} == {*baseline.countries}


def test_a_function_or_a_capacity_is_wanted():
    baseline = invented_programme().baseline
    names = [one.name for one in baseline.sort(lambda one: one.country.name, reverse=True).countries]
    assert names == sorted(names, reverse=True)
    with pytest.raises(OptionError, match="did you mean 'LAW-1'"):
        baseline.sort("LAW1")
