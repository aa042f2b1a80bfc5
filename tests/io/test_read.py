"""Reading through the host: bad files end in one clear error, bad plugins are named, places are resolved."""

import io
from types import SimpleNamespace

import pytest

import capbuild as cb
from capbuild.errors import (
    AmbiguousFormat,
    LimitError,
    OptionError,
    PluginError,
    ReadError,
    UnknownCountry,
    UnknownFormat,
)
from capbuild.io import ReadLimits
from capbuild.model import Answer, Issue, Response
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, Host, Reader, hookimpl

CSV = b"country,TEC-2.2a,TEC-2.3b\nJamaica,yes,no\n"


class Trickle:
    """A stream that gives one byte at a time and counts them, as a slow upload does."""

    def __init__(self, data):
        self.data, self.given = data, 0

    def read(self, size=-1):
        self.given += 1
        return self.data[self.given - 1 : self.given]


@pytest.mark.parametrize("as_source", [bytearray, memoryview, io.BytesIO, Trickle])
def test_bytes_of_any_kind_and_streams_read_as_bytes_do(as_source):
    given = cb.read(as_source(CSV), name="a.csv")
    assert (given, str(given.responses[0]["TEC-2.3b"].origin)) == (cb.read(CSV, name="a.csv"), "a.csv:C2")
    assert list(cb.iter_read(as_source(CSV), name="a.csv")) == list(cb.iter_read(CSV, name="a.csv"))


def test_an_open_file_gives_its_name_and_stays_open(tmp_path):
    (tmp_path / "a.csv").write_bytes(CSV)
    with (tmp_path / "a.csv").open("rb") as stream:
        assert cb.read(stream) == cb.read(CSV, name="a.csv")
        assert not stream.closed


def test_of_a_stream_no_more_is_read_than_the_limit():
    stream = Trickle(b"country,P1\n" + b"Jamaica,1\n" * 1000)
    with pytest.raises(LimitError) as caught:
        cb.read(stream, name="a.csv", limits=ReadLimits(file_size=20))
    assert (caught.value.code, stream.given) == ("CB105", 21)


def test_a_stream_of_text_says_how_to_open_it(tmp_path):
    with pytest.raises(ReadError, match="as text") as caught:
        cb.read(io.StringIO(CSV.decode()), name="a.csv")
    assert (caught.value.code, caught.value.remedy) == ("CB108", 'open it with the mode "rb"')
    with pytest.raises(ReadError, match="is empty"):
        cb.read(io.BytesIO())


@pytest.mark.parametrize("value", [None, 3, b"JM"])
def test_what_is_no_text_names_no_country_and_no_plugin_is_blamed(value):
    with pytest.raises(UnknownCountry) as caught:
        cb.country(value)
    assert caught.value.code == "CB401"


def hosting(*readers):
    plugin = SimpleNamespace(register_readers=hookimpl(lambda: list(readers)))
    return Host(plugins={"mine": plugin}, discover=False)


def reader(name, read, confidence=Confidence.SIGNATURE):
    return Reader(name=name, title=name, sniff=lambda source: Claim(confidence, f"{name} says so"), read=read)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "CB103"),
        (b"\x00\x01\x02\x03" * 100, "CB101"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "CB101"),
    ],
)
def test_what_is_no_survey_is_refused_with_a_code(content, code, tmp_path):
    path = tmp_path / "x.bin"
    path.write_bytes(content)
    with pytest.raises(ReadError) as caught:
        cb.read(path, host=Host(discover=False))
    assert caught.value.code == code
    assert caught.value.remedy


def test_a_folder_and_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ReadError, match="is a folder") as caught:
        cb.read(tmp_path)
    assert caught.value.code == "CB107"
    with pytest.raises(ReadError, match="cannot be opened") as caught:
        cb.read(tmp_path / "none.csv")
    assert caught.value.code == "CB108"


def test_a_two_gigabyte_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "big.csv"
    with path.open("wb") as stream:
        stream.truncate(2 * 1024**3)
    with pytest.raises(ReadError, match="more than 536,870,912 bytes") as caught:
        cb.read(path)
    assert caught.value.code == "CB105"
    with pytest.raises(ReadError):
        cb.read(CSV, limits=ReadLimits(file_size=10))


def test_a_truncated_table_is_told(tmp_path):
    reading = cb.read(b'country,question,answer\nJamaica,TEC-2.2a,"yes and then the file en', name="cut.csv")
    assert "CB110" in [issue.code for issue in reading.issues]
    assert reading.reconciliation.adds_up


def test_two_equal_claims_are_an_error_that_names_both():
    host = hosting(reader("one", lambda s, o: ()), reader("two", lambda s, o: ()))
    with pytest.raises(
        AmbiguousFormat, match=r"one \(one says so\) of plugin 'mine' \(given\); two \(two says so\)"
    ) as caught:
        cb.read(b"abc", host=host)
    assert 'format="one"' in caught.value.remedy
    assert cb.read(b"abc", host=host, format="two").format == "two"


def test_a_greedy_reader_that_refuses_a_file_is_named_with_the_next():
    def refuse(source, _options):
        raise source.error("has no header of mine", "MINE1", "export it again")
        yield

    host = hosting(reader("greedy", refuse))
    with pytest.raises(ReadError) as caught:
        cb.read(CSV, host=host, name="a.csv")
    assert caught.value.remedy == (
        "export it again; greedy of plugin 'mine' (given) claimed it (greedy says so), and csv does too: "
        'format="csv" reads it with that one'
    )
    with pytest.raises(ReadError) as caught:  # the user chose it
        cb.read(CSV, host=host, name="a.csv", format="greedy")
    assert caught.value.remedy == "export it again"


def test_the_surer_claim_wins():
    host = hosting(reader("weak", lambda s, o: (), Confidence.NAME), reader("sure", lambda s, o: [Response(id="1")]))
    assert cb.read(CSV, host=host).format == "sure"


def test_a_reader_that_is_not_there_is_named_with_the_nearest():
    with pytest.raises(OptionError, match="did you mean 'csv'"):
        cb.read(CSV, format="cvs")


def test_an_unknown_format_names_the_plugin_to_install():
    with pytest.raises(UnknownFormat) as caught:
        cb.read(b"\x00\x01binary", name="x.sav", host=Host(discover=False))
    assert 'pip install "capbuild[spss]"' in caught.value.remedy


def test_a_reader_that_raises_is_named_with_the_last_place_it_reached():
    def read(source, options):
        yield Issue(code="X1", severity="note", message="begun", origin=Origin("a", row=7))
        raise ZeroDivisionError("oops")

    with pytest.raises(PluginError, match="raised ZeroDivisionError: oops in read of reader 'bad'") as caught:
        cb.read(b"abc", host=hosting(reader("bad", read)))
    assert (caught.value.plugin, str(caught.value.origin), caught.value.code) == ("mine", "a:7", "CB115")


def test_a_reader_without_an_account_gets_one_of_what_it_yielded():
    def read(source, options):
        yield Response(id="1", place="Jamaica", answers=[Answer("q", 1), Answer("r", cb.Missing.REFUSED)])

    reading = cb.read(b"abc", host=hosting(reader("plain", read)))
    sheet = reading.reconciliation.sheets[0]
    assert (sheet.rows_out, sheet.cells, sheet.answers, dict(sheet.absent)) == (1, 2, 1, {"refused": 1})


def test_places_are_resolved_once_and_refusals_are_issues_with_a_place():
    text = "country,q\nJamaica,1\nRépublique dominicaine,2\nSaint Martin,3\nAtlantis,4\n"
    reading = cb.read(text.encode(), name="a.csv")
    assert [r.country.alpha_2 if r.country else None for r in reading.responses] == ["JM", "DO", None, None]
    found = {issue.code: str(issue.origin) for issue in reading.issues if issue.code.startswith("CB4")}
    assert found == {"CB402": "a.csv:4", "CB401": "a.csv:5"}


def test_a_plugin_names_countries_that_nobody_else_knows():
    plugin = SimpleNamespace(resolve_country=hookimpl(lambda text: "HT" if text == "Ayiti" else None))
    host = Host(plugins={"mine": plugin}, discover=False)
    assert cb.country("Ayiti", host=host).alpha_3 == "HTI"


def test_iter_read_streams_what_read_collects():
    items = list(cb.iter_read(CSV, name="a.csv"))
    assert [type(item).__name__ for item in items].count("Response") == 1


def test_bytes_need_no_name_and_are_hashed():
    reading = cb.read(CSV)
    assert (reading.file, reading.sha256[:8]) == ("(bytes)", __import__("hashlib").sha256(CSV).hexdigest()[:8])


def test_no_answer_among_names_is_no_country():
    rows = [("Jamaica", "JM"), ("NR", None), ("Perú", "PE"), ("876", None), ("Male", None), ("JAM", "JM"), ("US", "US")]
    data = b"country,TEC-2.2a\n" + "".join(f"{place},yes\n" for place, _ in rows).encode()
    reading = cb.read(data, name="a.csv")
    assert [r.country.alpha_2 if r.country else None for r in reading.responses] == [code for _, code in rows]
    refused = [issue for issue in reading.issues if issue.code in ("CB401", "CB402")]
    assert [(str(issue.origin), issue.code) for issue in refused] == [
        ("a.csv:3", "CB401"),
        ("a.csv:5", "CB401"),
        ("a.csv:6", "CB401"),
    ]
    scanned = cb.scan(data, name="a.csv")
    assert [r.country for r in scanned] == [r.country for r in reading.responses]


def test_a_column_of_codes_is_one_of_countries():
    codes = ["JM", "NR", "PE", "NA"]
    data = b"country,TEC-2.2a\n" + "".join(f"{code},yes\n" for code in codes).encode()
    assert [r.country.alpha_2 for r in cb.read(data, name="a.csv").responses] == codes
    assert [r.country.alpha_2 for r in cb.scan(data, name="a.csv")] == codes


def test_a_lone_code_among_names_is_a_participant_or_open():
    data = b"country,TEC-2.2a\nJamaica,yes\nBB,no\n"
    assert [r.country for r in cb.read(data, name="a.csv").responses][1] is None
    taking_part = [cb.country("Jamaica"), cb.country("BB")]
    read = cb.read(data, name="a.csv", countries=taking_part)
    assert [r.country for r in read.responses] == taking_part
    assert [r.country for r in cb.scan(data, name="a.csv", countries=taking_part)] == taking_part
