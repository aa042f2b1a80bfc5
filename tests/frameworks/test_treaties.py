"""Treaty status against the package's own list of parties, which was read from other pages."""

import pytest

from capbuild.countries import memberships
from capbuild.errors import OptionError
from capbuild.frameworks import treaty_statuses
from capbuild.frameworks.treaties import TreatyPosition

IN_FORCE = (TreatyPosition.IN_FORCE, TreatyPosition.EXTENDED)
TREATIES = ("BUDAPEST", "CETS-224", "UN-CYBERCRIME")


@pytest.mark.parametrize("treaty", TREATIES)
def test_every_participant_has_one_status(treaty):
    codes = [one.country.alpha_2 for one in treaty_statuses(treaty=treaty)]
    assert len(codes) == len(set(codes)) == 30


def test_parties_to_the_budapest_convention_agree_with_the_list_of_memberships():
    here = {one.country.alpha_2: one for one in treaty_statuses(treaty="BUDAPEST")}
    parties = {one.country.alpha_2: one.since for one in memberships(group="BUDAPEST")}
    in_force = {code for code, one in here.items() if one.status in IN_FORCE}
    assert in_force == here.keys() & parties.keys() == {"CO", "CR", "DO", "EC", "GD", "PA", "PE", "CW"}
    for code in in_force:
        assert here[code].since is None or parties[code] is None or here[code].since == parties[code]


def test_what_is_not_confirmed_has_no_source_and_no_day():
    unknown = [one for one in treaty_statuses() if one.status is TreatyPosition.NOT_CONFIRMED]
    assert unknown
    assert [one for one in unknown if one.source or one.since] == []
    assert [one for one in treaty_statuses() if one not in unknown and not one.source] == []


def test_the_act_of_a_sovereign_is_not_that_of_its_territory():
    for code in ("AW", "CW", "SX", "TC"):
        (one,) = treaty_statuses(code, "CETS-224")
        assert (one.status, "signed" in one.note) == (TreatyPosition.NOT_CONFIRMED, True)


def test_signatures():
    signed = {
        name: {one.country.alpha_2 for one in treaty_statuses(treaty=name) if one.status is TreatyPosition.SIGNED}
        for name in TREATIES
    }
    assert signed["CETS-224"] == {"CO", "CR", "DO", "PE"}
    assert signed["UN-CYBERCRIME"] == {"CR", "CU", "DO", "EC", "JM", "NI", "PE"}
    assert not signed["BUDAPEST"]


def test_an_unknown_treaty():
    with pytest.raises(OptionError, match="did you mean 'BUDAPEST'"):
        treaty_statuses(treaty="BUDAPESTT")
