"""Tables of a databank whose first column joins several keys, with flags behind values; all figures are invented."""

import pytest

import capbuild as cb
from capbuild.formats.grid import find_keys
from capbuild.model import Missing
from capbuild.testing.scan_comparison import scan_differences

TEXT = (
    "freq,unit,geo\\TIME_PERIOD\t2019 \t2020 \t2021 \n"
    "A,PC,BE\t12.3 b\t: \t14.0 \n"
    "A,PC,DE\t:c\t9.1 \t9.2 e\n"
    "A,NR,BE\t1200 \t1300 p\t: u\n"
)


def told(response):
    return {answer.question: answer.value for answer in response.answers}


def test_each_series_and_year_is_a_question_of_its_country(read_text):
    found = read_text(TEXT, "a.tsv")
    assert [r.place for r in found.responses] == ["BE", "DE"]
    assert told(found.responses[0]) == {
        "A,PC [2019]": 12.3,
        "A,PC [2020]": Missing.NO_ANSWER,
        "A,PC [2021]": 14.0,
        "A,NR [2019]": 1200,
        "A,NR [2020]": 1300,
        "A,NR [2021]": Missing.NO_ANSWER,
    }
    assert told(found.responses[1]) == {
        "A,PC [2019]": Missing.CONFIDENTIAL,
        "A,PC [2020]": 9.1,
        "A,PC [2021]": 9.2,
    }
    assert "CB104" not in found.codes


def test_flags_are_kept_as_found_and_told(read_text):
    found = read_text(TEXT, "a.tsv")
    first, second = found.responses
    assert (first["A,PC [2019]"].raw, second["A,PC [2021]"].raw) == ("12.3 b", "9.2 e")
    assert (second["A,PC [2019]"].raw, first["A,NR [2021]"].raw) == (":c", ": u")
    assert [str(i.origin) for i in found.issues if i.code == "CB201"] == ["a.tsv:B2", "a.tsv:D3", "a.tsv:C4"]


def test_answers_have_the_cells_of_the_file(read_text):
    answers = {a.question: str(a.origin) for a in read_text(TEXT, "a.tsv").responses[0].answers}
    assert answers["A,PC [2019]"] == "a.tsv:B2"
    assert answers["A,NR [2021]"] == "a.tsv:D4"


def test_a_table_of_countries_alone_has_a_row_a_country(read_text):
    found = read_text("geo\\time\t2020\t2019\nPE\t: \t3 \nCU\t4 \t5 d\n", "a.tsv")
    assert [(r.place, told(r)) for r in found.responses] == [
        ("PE", {"2020": Missing.NO_ANSWER, "2019": 3}),
        ("CU", {"2020": 4, "2019": 5}),
    ]


def test_the_country_need_not_stand_last(read_text):
    found = read_text("unit;geo;sex\\time\t2020\t2019\nNR;PE;F\t1\t2\nNR;CU;F\t3\t4\n")
    assert [(r.place, told(r)) for r in found.responses] == [
        ("PE", {"NR;F [2020]": 1, "NR;F [2019]": 2}),
        ("CU", {"NR;F [2020]": 3, "NR;F [2019]": 4}),
    ]


def test_a_key_too_few_is_told_and_nothing_lost(read_text):
    found = read_text(TEXT + "NR,BE\t5 \t6 \t7 \n", "a.tsv")
    assert found.responses[-1].place is None
    assert told(found.responses[-1])["NR,BE [2020]"] == 6
    assert found.codes["CB206"] == 1


@pytest.mark.parametrize(
    "headers",
    [["unit,geo", "2019"], ["a\\b", "2019"], ["unit,sex\\time", "2019"], ["geo\\time", "Law"], ["geo\\time"], []],
)
def test_other_heads_join_no_keys(headers):
    assert find_keys(headers) is None


@pytest.mark.parametrize("text", [TEXT, "geo\\time\t2020\t2019\nPE\t: \t3\nCU\t4\t5 d\n"])
def test_a_scan_says_the_same(text):
    reading = cb.read(text.encode(), name="a.tsv")
    assert len(reading.responses) == 2
    assert list(scan_differences(cb.scan(text.encode(), name="a.tsv"), reading.responses)) == []
