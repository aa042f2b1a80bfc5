"""Limits are checked before anything is parsed."""

import io
import tracemalloc
import zipfile

import pytest

from capbuild.errors import LimitError, OptionError, ReadError
from capbuild.io.progress import ReadProgress, ReportingFile
from capbuild.plugins import InputFile, NoOptions, ReadLimits, make_options


def archive(members, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return stream.getvalue()


def test_a_file_over_the_limit_is_refused_unread(tmp_path):
    path = tmp_path / "big.csv"
    with path.open("wb") as stream:
        stream.truncate(2 * 1024**3)
    with pytest.raises(LimitError, match="more than 536,870,912 bytes") as caught:
        InputFile("big.csv", path=path)
    assert caught.value.code == "CB105"


@pytest.mark.parametrize(
    ("members", "limits", "message"),
    [
        ({"a": b"x", "b": b"x"}, {"members": 1}, "contains 2 files"),
        ({"a": b"x" * 100}, {"unpacked_size": 10}, "unpacks to 100 bytes"),
        ({"a": bytes(3_000_000)}, {"ratio": 100}, "packed more than 100 times"),
        ({"../a": b"x"}, {}, "lies outside"),
        ({"/etc/a": b"x"}, {}, "lies outside"),
    ],
)
def test_archives_are_measured_before_they_are_opened(members, limits, message):
    source = InputFile("a.xlsx", data=archive(members), limits=ReadLimits(**limits))
    with pytest.raises(LimitError, match=message) as caught:
        source.members  # noqa: B018
    assert caught.value.code == "CB112"


def test_members_of_a_good_archive():
    source = InputFile("a.zip", data=archive({"a.txt": b"hello"}))
    assert (source.members, source.member("a.txt")) == (("a.txt",), b"hello")
    with pytest.raises(LimitError):
        source.member("b.txt")


def test_a_member_is_a_file_whatever_the_directory_of_the_archive_says():
    data = archive({"a.csv": bytes(range(256)) * 2000})
    assert InputFile("a.zip", data=data).member("a.csv") == bytes(range(256)) * 2000
    limits = ReadLimits(file_size=400_000)
    with pytest.raises(LimitError, match=r"a\.zip/a\.csv has more than 400,000 bytes"):
        InputFile("a.zip", data=data, limits=limits).member("a.csv")
    told = data.replace((512_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    tracemalloc.start()
    with pytest.raises(ReadError, match="cannot be unpacked"):
        InputFile("a.zip", data=told, limits=limits).member("a.csv")
    assert tracemalloc.get_traced_memory()[1] < 400_000
    tracemalloc.stop()


def test_a_workbook_may_not_unpack_to_much_more_than_a_file_may_have():
    assert ReadLimits().unpacked_size == 2 * 1024**3
    assert ReadLimits(file_size=5_000_000).unpacked_size == 100_000_000


def test_a_broken_archive_has_no_members():
    assert InputFile("a.zip", data=b"PK\x03\x04 and then nothing").members == ()


def test_options_without_any():
    assert make_options(NoOptions, {}, "x") == NoOptions()
    with pytest.raises(OptionError, match="no option 'a'"):
        make_options(NoOptions, {"a": 1}, "x")


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (b'{"a": [[1]]}', False),  # three deep
        (b'{"a": [[[1]]]}', True),
        (b"[]" * 50, False),
        (b'["[[[[", "\\"[[[["]', False),  # brackets inside strings
        (b'["' + b"\\" * 100_000, False),  # a string without an end
    ],
)
def test_brackets_of_json_are_counted_before_it_is_parsed(content, refused):
    limits = ReadLimits(nesting=3)
    found = []
    try:
        limits.check_json_nesting("a.json", content)
    except LimitError as error:
        found = [error.code, str(error.origin), error.message]
    assert found == (["CB118", "a.json", "a.json nests deeper than 3 levels"] if refused else [])


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_STORED])
def test_a_damaged_member_is_one_error_however_it_is_packed(packing):
    data = bytearray(archive({"good.txt": b"hello", "bad.txt": b"what was said " * 50}, packing))
    place = data.index(b"bad.txt") + len(b"bad.txt")
    data[place : place + 20] = b"\xff" * 20
    source = InputFile("a.zip", data=bytes(data))
    assert source.member("good.txt") == b"hello"
    with pytest.raises(ReadError, match="cannot be unpacked") as error:
        source.member("bad.txt")
    assert (error.value.code, str(error.value.origin)) == ("CB122", "a.zip!bad.txt")


def test_who_cancels_while_an_archive_is_unpacked_hears_that_and_no_fault_of_the_archive():
    told = []

    def stop(*_):
        told.append(1)
        if len(told) > before:
            raise ValueError("enough")

    before = 1_000
    source = ReportingFile("a.zip", data=archive({"a.txt": b"hello"}), watch=ReadProgress(stop, 100, "a.zip"))
    assert source.members == ("a.txt",)
    before = len(told)
    with pytest.raises(ValueError, match="enough"):
        source.member("a.txt")
