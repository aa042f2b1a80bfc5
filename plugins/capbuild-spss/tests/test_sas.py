"""SAS data sets, catalogues of formats and transport files, and Stata files that declare no encoding."""

import datetime

import pandas as pd
import pyreadstat
import pytest
from capbuild_spss.datetimes import find_clock

import capbuild as cb
from capbuild.errors import ReadError
from capbuild.model import Missing

NONE = Missing.NO_ANSWER
WANTED = {
    "staff": [(12, None), (NONE, ".A"), (NONE, None)],
    "opened": [(datetime.date(2016, 3, 31), "20544"), (NONE, None), (datetime.date(2016, 4, 1), "20545")],
    "sent": [("2016-03-31 10:10:10", "1775038210"), (NONE, None), (NONE, None)],
    "at": [(datetime.time(1, 1, 1), "3661"), (NONE, None), (NONE, None)],
    "email": [("a@example.org", None), (NONE, None), ("b@example.org", None)],
}


@pytest.mark.parametrize("kind", ["data", "packed"])
def test_a_data_set_has_its_values_dates_and_letters_for_missing(read, sas, kind):
    found = read(sas[kind], "sas", "a.sas7bdat")
    assert {name: found.column(name) for name in WANTED} == WANTED
    assert found.column("law") == [(1, None), (2, None), (9, None)]
    assert [response.place for response in found.responses] == ["Jamaica", "Perú", "Cuba"]
    assert (found.form["law"].text.source, found.form["sent"].type.value) == ("Is there a law?", "datetime")
    assert (found.form.title.source, found.codes) == ("Needs", ["CB132"])


def test_a_catalogue_gives_the_value_labels(read, sas, tmp_path):
    path = tmp_path / "other.sas7bcat"
    path.write_bytes(sas["catalogue"])
    found = read(sas["data"], "sas", "a.sas7bdat", catalog=path)
    assert [(c.code, c.label.source, c.missing) for c in found.form["law"].choices] == [
        ("1", "Yes", None), ("2", "No", None), ("9", "Don't know", Missing.DONT_KNOW)
    ]  # fmt: skip
    assert found.column("law") == [("1", None), ("2", None), (Missing.DONT_KNOW, "9")]
    with pytest.raises(ReadError, match="does not exist"):
        read(sas["data"], "sas", "a.sas7bdat", catalog=tmp_path / "none.sas7bcat")


def test_a_catalogue_beside_the_data_is_used(sas, tmp_path):
    (tmp_path / "needs.sas7bdat").write_bytes(sas["data"])
    assert not cb.read(tmp_path / "needs.sas7bdat").questionnaire["law"].choices
    (tmp_path / "needs.sas7bcat").write_bytes(sas["catalogue"])
    assert len(cb.read(tmp_path / "needs.sas7bdat").questionnaire["law"].choices) == 3


@pytest.mark.parametrize("version", [5, 8])
def test_transport_files(read, xpt, version):
    columns = {"country": ["Jamaica", "Perú"], "staff": [12.0, float("nan")], "opened": [20544.0, 20545.0]}
    data = xpt(columns, file_format_version=version, column_labels=["Country", "Staff", "Opened"],
               variable_format={"opened": "DATE9."})  # fmt: skip
    found = read(data, "sas", "a.xpt")
    assert [response.place for response in found.responses] == ["Jamaica", "Perú"]
    assert [value for value, _ in found.column("staff")] == [12, NONE]
    assert [value for value, _ in found.column("opened")] == [datetime.date(2016, 3, 31), datetime.date(2016, 4, 1)]
    assert found.codes == []
    latin = read(data.replace("Perú".encode(), "Perú ".encode("cp1252")), "sas", "a.xpt")
    assert ([response.place for response in latin.responses], latin.codes) == (["Jamaica", "Perú"], ["CB119"])


def old_stata(tmp_path, encoding):
    """Format 113, whose texts are in the given encoding."""
    path = tmp_path / "old.dta"
    frame = pd.DataFrame({"country": ["Perú", "Cuba"], "q": [1.0, 2.0]})
    pyreadstat.write_dta(frame, path, version=8, column_labels=["País", "Question"])
    data = path.read_bytes()
    assert data[0] == 113
    for word in ("Perú", "País"):
        data = data.replace(word.encode(), word.encode(encoding).ljust(len(word.encode()), b"\0"))
    return data


@pytest.mark.parametrize(
    ("encoding", "given", "said"),
    [
        ("cp1252", {}, "declares no encoding, and its texts were read as windows-1252, such as"),
        ("utf-8", {}, "declares no encoding, but its texts are UTF-8"),
        ("cp850", {"encoding": "cp850"}, None),
    ],
)
def test_doubtful_letters_of_old_stata_files_are_reported(read, tmp_path, encoding, given, said):
    found = read(old_stata(tmp_path, encoding), "stata", "a.dta", **given)
    assert [response.place for response in found.responses] == ["Perú", "Cuba"]
    messages = [issue.message for issue in found.issues if issue.code == "CB119"]
    assert len(messages) == (said is not None)
    assert said is None or said in messages[0]


@pytest.mark.parametrize(("version", "place"), [(8, "Cuba"), (14, "Perú"), (15, "Perú")])
def test_stata_files_without_doubt_have_no_issue(read, tmp_path, version, place):
    path = tmp_path / "plain.dta"
    pyreadstat.write_dta(pd.DataFrame({"country": [place]}), path, version=version)
    assert read(path.read_bytes(), "stata", "a.dta").codes == []


@pytest.mark.parametrize(
    ("shown", "clock"),
    [
        ("DATE9.", "STATA_DAY"), ("DDMMYYP10", "STATA_DAY"), ("E8601DA", "STATA_DAY"), ("DATETIME20.3", "SAS_MOMENT"),
        ("HHMM5", "TIME"), ("TIME8", "TIME"), ("BEST12", None), ("YESNO1", None), ("", None),
    ],
)  # fmt: skip
def test_formats_of_dates(shown, clock):
    found = find_clock(f"SAS {shown}")
    assert (found.name if found is not None else None) == clock


def test_damaged_data_sets_are_refused(read, sas):
    for data in (sas["data"][:3000], sas["data"][:40] + b"\xff" * 4000):
        with pytest.raises(ReadError):
            read(data, "sas", "a.sas7bdat")
