"""Tables as portals of statistics and old programs write them. All figures are invented."""

import pytest

import capbuild as cb
from capbuild.testing.scan_comparison import scan_differences


@pytest.mark.parametrize("mark", [",", ";", "|"])
def test_spaces_between_separators_and_quotes(read_text, mark):
    lines = ['"Country", "Law", "Staff"', '"Peru", "Ley 30096, art. 2; 3 | 4", "3"', '"Cuba" , "no" , "12"', ""]
    found = read_text(
        "\n".join(lines).replace(", ", f"{mark} ").replace("30096;", "30096,").replace("30096|", "30096,")
    )
    assert [response.place for response in found.responses] == ["Peru", "Cuba"]
    assert found.answers(1) == {"Law": "no", "Staff": 12}
    assert found.answers(0)["Law"].startswith("Ley 30096")
    assert "CB109" not in found.codes


def test_a_scan_of_spaces_and_quotes_gives_the_same():
    data = b'"Country", "Law"\n"Peru", "a, b"\n"Cuba", "c"\n'
    reading = cb.read(data, name="a.csv")
    assert list(scan_differences(cb.scan(data, name="a.csv"), reading.responses)) == []
    assert reading.responses[0]["Law"].value == "a, b"


def test_the_mark_of_the_end_of_a_file_is_no_row(read_text):
    found = read_text(b"Country,Staff\r\nPeru,3\r\nCuba,4\r\n\x1a")
    assert len(found.responses) == 2
    assert found.account.rows_left_out == {"blank": 1}


@pytest.mark.parametrize("head", ["Country or Area", "ref_area.label", "Economy", "País o área"])
def test_heads_of_portals_for_countries(read_text, head):
    assert [r.place for r in read_text(f"{head},Staff\nPeru,3\nCuba,4\n").responses] == ["Peru", "Cuba"]


def test_units_of_measure_in_a_long_table_are_no_respondents(read_text):
    rows = "Indicador,País,Año,value,unit\nTasa,Perú,2013,5.1,Tasa por 100.000\nTasa,Perú,2014,5.2,Tasa por 100.000\n"
    found = read_text(rows + "Tasa,Cuba,2013,4.1,Tasa por 100.000\nTasa,Cuba,2014,4.2,Tasa por 100.000\n")
    assert [(r.place, r.respondent.pseudonym) for r in found.responses] == [("Perú", "row 2"), ("Cuba", "row 4")]
    assert found.answers() == {"Tasa [2013]": 5.1, "Tasa [2014]": 5.2}
    assert found.form["Tasa [2014]"].unit == "Tasa por 100.000"


def test_units_that_answer_stay_respondents(read_text):
    rows = "country,unit,question,answer\nPeru,Police,Law?,yes\nPeru,Courts,Law?,no\nCuba,Police,Law?,yes\n"
    assert [r.respondent.pseudonym for r in read_text(rows).responses] == ["Police", "Courts", "Police"]
    one = "country,unit,question,answer\nPeru,Police,Law?,yes\nCuba,Police,Law?,yes\n"
    assert [r.respondent.pseudonym for r in read_text(one).responses] == ["Police", "Police"]
