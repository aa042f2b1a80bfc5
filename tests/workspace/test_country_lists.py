"""Countries that join and leave: nobody is silent in a round who was not to answer in it."""

import datetime
from collections import Counter

import pytest

import capbuild as cb
from capbuild.model import Participation
from capbuild.workspace import get_collection_status

#: The thirty of the first phase.
BEFORE = (
    *("AG", "AW", "BS", "BB", "BZ", "CO", "CR", "CU", "CW", "DM", "DO", "EC", "SV", "GD", "GT"),
    *("GY", "HT", "HN", "JM", "MX", "NI", "PA", "PE", "KN", "LC", "VC", "SX", "SR", "TT", "TC"),
)
JOINED = ["AR", "CL", "PY", "UY", "VE"]
ROUNDS = """
[[rounds]]
id = "baseline"
kind = "baseline"
reference_date = 2016-03-31
start = 2015-09-01
end = 2016-03-31
[[rounds]]
id = "endline"
kind = "endline"
reference_date = 2017-11-30
start = 2017-10-02
end = 2017-11-30
"""


@pytest.fixture
def grown(tmp_path):
    """Dominica never answers; Cuba leaves; Uruguay joins and is silent; Peru is asked again and is silent."""
    folder = tmp_path / "grown"
    for name in ("returns/endline", "collecting"):
        (folder / name).mkdir(parents=True)
    people = [f'[[participants]]\ncountry = "{code}"' for code in BEFORE if code != "CU"]
    people += ['[[participants]]\ncountry = "CU"\nuntil = 2016-12-31']
    people += [f'[[participants]]\ncountry = "{code}"\nsince = 2017-01-01' for code in JOINED]
    (folder / "programme.toml").write_text(
        '[programme]\nid = "grown"\ntitle = "Grown"\nframework = "police-cyber 1.0"\n'
        + ROUNDS + "\n".join(people) + '\n[read."returns/endline/*"]\nround = "endline"\n',
        encoding="utf-8",
    )  # fmt: skip
    first = [code for code in BEFORE if code != "DM"]
    second = [code for code in (*BEFORE, *JOINED) if code not in {"DM", "CU", "UY", "PE", "MX"}]
    for name, codes in (("baseline.csv", first), ("endline/all.csv", second)):
        rows = "".join(f"{code},yes\n" for code in codes)
        (folder / "returns" / name).write_text(f"country,TEC-2.2a\n{rows}", encoding="utf-8")
    (folder / "collecting" / "register.csv").write_text(
        "country,round,instrument,respondent,sent,due\nPeru,endline,survey,police,2017-10-02,2017-11-30\n",
        encoding="utf-8",
    )
    return cb.open_workspace(folder)


def codes(countries):
    return sorted(country.alpha_2 for country in countries)


def test_who_takes_part_in_which_round(grown):
    baseline, endline = grown.programme.rounds
    assert codes(grown.programme.countries_in(baseline)) == sorted(BEFORE)
    assert codes(grown.programme.countries_in(endline)) == sorted({*BEFORE, *JOINED} - {"CU"})
    assert (len(grown.programme.countries_in(baseline)), len(grown.programme.countries_in(endline))) == (30, 34)


def test_only_who_was_to_answer_is_silent(grown):
    baseline, endline = grown.assess("baseline"), grown.assess("endline")
    assert (len(baseline), codes(baseline.silent)) == (29, ["DM"])
    # Mexico was in the baseline and is not asked again; Peru was asked again; Uruguay's first round it is.
    assert (len(endline), codes(endline.silent)) == (30, ["PE", "UY"])
    assert get_collection_status(grown, "baseline").participants == 30


def test_thirty_and_thirty_five_are_compared_where_they_match(grown):
    change = grown.compare("baseline", "endline")
    assert len(change.matched) == len({*BEFORE} - {"DM", "CU", "PE", "MX"}) == 26
    assert {code: change.unmatched[code] for code in ("AR", "CU", "MX", "PE")} == {
        "AR": "not in baseline",
        "CU": "not in endline",
        "MX": "not in endline",
        "PE": "silent in endline",
    }
    assert Counter(change.unmatched.values())["not in baseline"] == 4


def test_a_part_that_ends_before_it_begins_is_told(grown):
    path = grown.folder / "programme.toml"
    text = path.read_text("utf-8").replace("until = 2016-12-31", "since = 2017-01-01\nuntil = 2016-12-31")
    path.write_text(text, encoding="utf-8")
    assert "CB670" in [issue.code for issue in cb.open_workspace(grown.folder).validate()]


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (None, None, True),
        ("2016-01-31", None, True),
        ("2016-02-01", None, False),
        (None, "2016-01-01", True),
        (None, "2015-12-31", False),
        ("2016-01-10", "2016-01-10", True),
    ],
)
def test_a_part_holds_where_its_days_overlap(since, until, holds):
    days = [None if day is None else datetime.date.fromisoformat(day) for day in (since, until)]
    one = Participation(country=cb.country("Peru"), since=days[0], until=days[1])
    assert one.is_valid_in(datetime.date(2016, 1, 1), datetime.date(2016, 1, 31)) is holds
