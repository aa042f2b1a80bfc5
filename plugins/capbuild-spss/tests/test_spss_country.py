"""The variable of the country, found or named."""

import pandas as pd
import pyreadstat
import pytest

import capbuild as cb
from capbuild.tables import tally


def _write(path, name):
    made = pd.DataFrame({name: [1.0, 2.0, 2.0], "sex": [1.0, 2.0, 2.0]})
    pyreadstat.write_sav(made, str(path), variable_value_labels={name: {1: "Kenya", 2: "Togo"}})
    return path


@pytest.mark.parametrize(("name", "options"), [("cntry", {}), ("v7", {"country": "v7"})])
def test_rows_are_of_the_countries_that_its_labels_name(tmp_path, name, options):
    path = _write(tmp_path / "a.sav", name)
    survey = cb.read(path, options=options)
    assert [one.country.alpha_2 for one in survey] == ["KE", "TG", "TG"]
    assert len(survey.filter(country="Togo")) == 2
    scanned = tally(cb.scan(path, options=options), ["sex"], by="country").to_pandas()
    assert set(scanned["country"]) == {"Kenya", "Togo"}


def test_without_a_country_none_can_be_asked_for(tmp_path):
    survey = cb.read(_write(tmp_path / "a.sav", "v7"))
    with pytest.raises(cb.ModelError, match="country"):
        survey.filter(country="Togo")
    assert len(survey.filter(v7="Togo")) == 2
    assert ("v7" in survey, "v8" in survey, survey[0] in survey) == (True, False, True)
