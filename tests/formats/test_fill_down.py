"""Countries named once, above rows that name none: filled down if the same agencies answer below each, or on demand."""

import pytest

import capbuild as cb
from capbuild.testing.scan_comparison import scan_differences

TEXT = """Country,Agency,P1
Peru,Police,4
,Courts,3

,Customs,2
Cuba,Police,1
,Courts,5
"""
LONG = "Country,Question,Answer\nPeru,Q1,yes\n,Q2,no\nCuba,,\n,Q1,no\n,Q2,yes\n"


def places(found):
    return [(r.place, r.respondent.pseudonym, r["P1"].value) for r in found.responses]


def test_agencies_that_come_again_below_each_country_have_the_country_above(read_text):
    found = read_text(TEXT)
    assert [place for place, _, _ in places(found)] == ["Peru", "Peru", "Peru", "Cuba", "Cuba"]
    (told,) = [issue for issue in found.issues if issue.code == "CB206"]
    assert (told.severity.value, "since each country is named once" in told.message) == ("note", True)


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("Courts,5", "Prisons,5").replace("Courts,3", "Borders,3"),  # nobody answers below both
        TEXT + "Peru,Coast guard,4\n",  # a country comes again
        TEXT.replace("Customs", ""),  # a row that names nobody
    ],
)
def test_nothing_else_is_filled_unless_asked(read_text, text):
    found = read_text(text)
    assert [place for place, _, _ in places(found)][:5] == ["Peru", None, None, "Cuba", None]
    told = [issue for issue in found.issues if issue.code == "CB206"]
    assert [issue.origin.row for issue in told] == [3, 5, 7]
    assert all("fill_country = true" in issue.remedy for issue in told)


def test_rows_have_the_country_of_the_row_above_where_the_options_say_so(read_text):
    found = read_text(TEXT, fill_country=True)
    assert places(found) == [
        ("Peru", "Police", 4),
        ("Peru", "Courts", 3),
        ("Peru", "Customs", 2),
        ("Cuba", "Police", 1),
        ("Cuba", "Courts", 5),
    ]
    assert found.issue("CB206").message.startswith("3 rows name no country and have that of a row above them")
    assert "CB204" not in found.codes
    assert found.account.adds_up


def test_a_row_above_the_first_country_names_none(read_text):
    found = read_text("Country,Agency,P1\n,Police,4\nPeru,Courts,3\n,Customs,1\n", fill_country=True)
    assert [place for place, _, _ in places(found)] == [None, "Peru", "Peru"]
    first = next(issue for issue in found.issues if issue.origin.row == 2)
    assert (first.code, first.remedy) == ("CB206", "fill in the country, or take the row out")


def test_a_country_alone_in_its_row_counts_for_a_long_table(read_text):
    found = read_text(LONG, fill_country=True)
    told = [(r.place, [(a.question, a.value) for a in r.answers]) for r in found.responses]
    assert told == [("Peru", [("Q1", "yes"), ("Q2", "no")]), ("Cuba", [("Q1", "no"), ("Q2", "yes")])]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", TEXT),
        ("a.csv", TEXT.replace("\n\n", "\n")),
        ("a.jsonl", '{"Country": "Peru", "P1": 4}\n{"Country": "", "P1": 3}\n{"Country": "Cuba", "P1": 1}\n'),
    ],
)
def test_a_scan_fills_alike(name, text):
    options = {"fill_country": True}
    reading = cb.read(text.encode(), name=name, options=options)
    assert None not in {response.place for response in reading.responses}
    table = cb.scan(text.encode(), name=name, options=options)
    assert list(scan_differences(table, reading.responses)) == []


@pytest.mark.parametrize("key", ["2019 2020", "Police Courts"])
def test_a_key_named_once_above_the_same_countries_counts_for_all(read_text, key):
    first, second = key.split()
    names = "Kenya", "Peru", "Ghana"

    def table(*keys):
        rows = (f"{one},{name},{n},{n + 7}\n" for n, (one, name) in enumerate(zip(keys, names * 2, strict=True)))
        return "Round,Country,Nurses,Courts\n" + "".join(rows)

    def answers(found):
        return [(r.place, [(a.question, a.value) for a in r.answers]) for r in found.responses]

    once = read_text(table(first, "", "", second, "", ""))
    assert answers(once) == answers(read_text(table(*[first] * 3, *[second] * 3)))
    assert once.issue("CB206").message.startswith("4 rows name no 'Round' and have that of a row above them")
    assert once.account.adds_up
    apart = read_text(table(first, "", "", second, "", "").replace("Ghana", "Kenya"))  # Kenya twice below each
    assert [str(a.value) for r in apart.responses for a in r.answers].count(first) == 1


def test_an_indicator_named_once_beside_men_and_women_counts_for_both(read_text):
    def answers(first, second):
        rows = f"{first},Men,1,2\n{second},Women,3,4\nOfficers,Men,5,6\n{second and 'Officers'},Women,7,8\n"
        found = read_text("Indicator,Sex,Kenya,Peru\n" + rows)
        assert found.account.adds_up
        return [(r.place, [(a.question, a.value) for a in r.answers]) for r in found.responses]

    assert answers("Nurses", "") == answers("Nurses", "Nurses")
