"""Files that describe a data file: named, found beside it, and kept inside a programme's folder."""

import hashlib
from io import BytesIO

import attrs
import pytest

import capbuild as cb
from capbuild.errors import LimitError, OptionError, ReadError
from capbuild.model import Answer, Response
from capbuild.plugins import Claim, Companion, Confidence, Host, InputFile, Reader, ReadLimits, find_companion, hookimpl
from capbuild.workspace import open_workspace, run

DATA = b"codes\nJM 1\nBZ 2\n"
WORDS = b"1 yes\n2 no\n"


@attrs.frozen(kw_only=True)
class CodesOptions:
    """Options of the reader under test.

    Attributes:
        words: What the codes mean.
    """

    words: InputFile | None = None


def read_codes(source, options):
    words = {} if options.words is None else dict(line.split() for line in options.words.content.decode().splitlines())
    for line in source.content.decode().splitlines()[1:]:
        place, code = line.split()
        yield Response(id=place, place=place, answers=[Answer("TEC-2.2a", words.get(code, code), raw=code)])


def sniff(source):
    return Claim(Confidence.SIGNATURE, "its first line") if source.head().startswith(b"codes\n") else None


class Plugin:
    @hookimpl
    def register_readers(self):
        return [
            Reader(
                name="codes",
                title="Codes",
                sniff=sniff,
                read=read_codes,
                options=CodesOptions,
                companions=(Companion(option="words", patterns=("{stem}.words", "*.words")),),
            )
        ]


HOST = Host(plugins={"codes": Plugin()}, discover=False)


@pytest.fixture
def place(tmp_path):
    (tmp_path / "a.codes").write_bytes(DATA)
    return tmp_path


def values(reading):
    return [answer.value for response in reading.responses for answer in response.answers]


def notes(reading):
    return [str(issue) for issue in reading.issues if issue.code == "CB126"]


def test_nothing_beside_it_is_no_companion(place):
    reading = cb.read(place / "a.codes", host=HOST)
    assert (values(reading), notes(reading), dict(reading.companions)) == (["1", "2"], [], {})


@pytest.mark.parametrize("name", ["a.words", "A.WORDS", "other.words"])
def test_one_file_beside_it_is_used_and_named(place, name):
    (place / name).write_bytes(WORDS)
    reading = cb.read(place / "a.codes", name="returns/a.codes", host=HOST)
    assert values(reading) == ["yes", "no"]
    (note,) = notes(reading)
    assert name in note
    assert dict(reading.companions) == {f"returns/{name}": hashlib.sha256(WORDS).hexdigest()}


def test_the_likelier_name_counts(place):
    (place / "a.words").write_bytes(WORDS)
    (place / "b.words").write_bytes(b"1 maybe\n")
    assert values(cb.read(place / "a.codes", host=HOST)) == ["yes", "no"]


def test_none_of_several_is_chosen(place):
    for name in ("b.words", "c.words"):
        (place / name).write_bytes(WORDS)
    reading = cb.read(place / "a.codes", host=HOST)
    assert values(reading) == ["1", "2"]
    assert "b.words, c.words" in notes(reading)[0]
    assert not reading.companions


@pytest.mark.parametrize(
    "given",
    [WORDS, BytesIO(WORDS), InputFile("a.words", data=WORDS), "named.txt"],
    ids=["bytes", "stream", "opened file", "path"],
)
def test_a_named_one_may_come_from_anywhere(place, given, monkeypatch):
    monkeypatch.chdir(place)
    (place / "named.txt").write_bytes(WORDS)
    (place / "a.words").write_bytes(b"1 maybe\n")
    reading = cb.read(place / "a.codes", options={"words": given}, host=HOST)
    assert values(reading) == ["yes", "no"]
    assert notes(reading) == []
    assert list(reading.companions.values()) == [hashlib.sha256(WORDS).hexdigest()]


def test_one_may_stand_in_an_instance_of_the_options(place):
    options = CodesOptions(words=InputFile("a.words", data=WORDS))
    assert values(cb.read(place / "a.codes", options=options, host=HOST)) == ["yes", "no"]


def test_columns_have_it_too(place):
    (place / "a.words").write_bytes(WORDS)
    table = cb.scan(place / "a.codes", host=HOST)
    assert [row["TEC-2.2a"].value for row in table] == ["yes", "no"]
    assert "CB126" in {issue.code for issue in table.issues}


def test_one_that_does_not_exist_is_an_error(place):
    with pytest.raises(ReadError, match=r"the words no\.words of .*a\.codes does not exist"):
        cb.read(place / "a.codes", options={"words": "no.words"}, host=HOST)


def test_one_is_within_the_limits(place):
    (place / "a.words").write_bytes(WORDS * 100)
    with pytest.raises(LimitError, match=r"a\.words"):
        cb.read(place / "a.codes", limits=ReadLimits(file_size=100), host=HOST)


def test_an_option_that_is_none_is_refused(place):
    with pytest.raises(OptionError, match="did you mean 'words'"):
        cb.read(place / "a.codes", options={"word": WORDS}, host=HOST)


@pytest.fixture
def programme(folder):
    (folder / "returns" / "jm.csv").unlink()
    (folder / "returns" / "z.codes").write_bytes(DATA)
    return folder


def findings(folder):
    found = open_workspace(folder, host=HOST).collect("baseline").findings
    return {finding.country.alpha_2: finding.value for finding in found}


def test_a_folder_hashes_it_and_takes_it_for_no_return(programme):
    (programme / "returns" / "a.words").write_bytes(WORDS)
    result = run(open_workspace(programme, host=HOST))
    assert not [str(issue) for issue in result.issues if issue.severity == "error"]
    assert findings(programme) == {"JM": "yes", "BZ": "no"}
    (programme / "returns" / "a.words").write_bytes(b"1 no\n2 no\n")
    assert findings(programme) == {"JM": "no", "BZ": "no"}


@pytest.fixture
def broken_host():
    """A host whose reader of codes fails after the first response."""

    class Broken(Plugin):
        @hookimpl
        def register_readers(self):
            def fail(source, options):
                yield next(read_codes(source, options))
                raise ValueError("no code 2")

            return [attrs.evolve(one, read=fail) for one in super().register_readers()]

    return Host(plugins={"codes": Broken()}, discover=False)


def test_the_companion_of_a_file_that_fails_is_no_return(programme, broken_host):
    (programme / "returns" / "a.words").write_bytes(WORDS)
    (programme / "returns" / "unknown.words2").write_bytes(WORDS)
    issues = open_workspace(programme, host=broken_host).validate()
    assert sorted((one.code, one.origin.file) for one in issues if one.severity == "error") == [
        ("CB101", "returns/unknown.words2"),
        ("CB115", "returns/z.codes"),
    ]
    readings = {one.file: one for one in cb.read_all(programme / "returns", host=broken_host)}
    assert set(readings) == {"returns/z.codes", "returns/unknown.words2"}
    assert list(readings["returns/z.codes"].companions) == ["returns/a.words"]


def test_nobody_is_reminded_before_an_unread_file_is_corrected(programme, broken_host):
    def remedies(host):
        issues = [one for one in open_workspace(programme, host=host).validate() if one.code == "CB605"]
        return {one.message.split()[0].strip(":"): one.remedy for one in issues}

    for host in (broken_host, Host(discover=False)):
        found = remedies(host)
        assert set(found) == {"Jamaica", "Belize"}
        assert all("returns/z.codes names: its answers may be there" in remedy for remedy in found.values())
    (programme / "returns" / "z.codes").rename(programme / "returns" / "Jamaica.codes")
    assert remedies(broken_host)["Belize"] == "remind its focal point"  # the file is that of Jamaica


def test_a_folder_opens_none_outside(programme, tmp_path):
    (tmp_path / "secret.words").write_bytes(WORDS)
    with (programme / "programme.toml").open("a", encoding="utf-8") as file:
        file.write('[read."returns/*"]\nwords = "../secret.words"\n')
    result = run(open_workspace(programme, host=HOST))
    assert [i.code for i in result.issues if i.severity == "error"] == ["CB620"]
    assert findings(programme) == {}


def test_a_folder_finds_it_by_its_own_path(programme):
    (programme / "forms").mkdir()
    (programme / "forms" / "codes.txt").write_bytes(WORDS)
    with (programme / "programme.toml").open("a", encoding="utf-8") as file:
        file.write('[read."returns/*"]\nwords = "forms/codes.txt"\n')
    result = run(open_workspace(programme, host=HOST))
    assert not [i for i in result.issues if i.code == "CB108"], [str(i) for i in result.issues]


def test_one_that_is_told_by_its_content_is_the_one_whose_name_begins_alike(tmp_path):
    wanted = Companion(option="words", patterns=("*.csv",), explains=lambda _, other: b"dictionary" in other.start)
    for name in ("needs_data.csv", "needs_dictionary.csv", "other_dictionary.csv", "needs_note.txt"):
        (tmp_path / name).write_text(name, "utf-8")
    source = InputFile("in/needs_data.csv", path=tmp_path / "needs_data.csv")
    assert find_companion(wanted, source).name == "in/needs_dictionary.csv"
    (tmp_path / "needs_dictionary2.csv").write_text("dictionary", "utf-8")
    assert find_companion(wanted, source) is None
    assert find_companion(attrs.evolve(wanted, explains=lambda _, other: False), source) is None
    assert find_companion(wanted, InputFile("a.csv", data=b"x")) is None
