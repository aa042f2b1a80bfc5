"""Archives that claim more than they hold, or hold more than they claim."""

import gzip
import io
import tarfile
import tracemalloc
import zipfile

import pytest

import capbuild as cb
from capbuild.errors import CapbuildError
from capbuild.io import read_all

CSV = b"country,Q1\nPeru,3\nHaiti,2\n"


def block(data):
    return data + bytes(-len(data) % tarfile.BLOCKSIZE)


def tar_header(kind, content):
    member = tarfile.TarInfo("x")
    member.type, member.size = kind, len(content)
    return member.tobuf(tarfile.GNU_FORMAT) + block(content)


def tar(*headers):
    member = tarfile.TarInfo("a.csv")
    member.size = len(CSV)
    return b"".join(headers) + member.tobuf() + block(CSV) + bytes(2 * tarfile.BLOCKSIZE)


def long_path(size):
    return f"{size} path=".encode() + b"p" * (size - len(f"{size} path=") - 1) + b"\n"


LONG = 20_000_000
HOSTILE = {
    "a long name": tar(tar_header(tarfile.GNUTYPE_LONGNAME, b"n" * LONG)),
    "a long link": tar(tar_header(tarfile.GNUTYPE_LONGLINK, b"n" * LONG)),
    "a long path": tar(tar_header(tarfile.XHDTYPE, long_path(LONG))),
    "long facts of all members": tar(tar_header(tarfile.XGLTYPE, long_path(LONG))),
    "headers without end": tar(*[tar_header(tarfile.XHDTYPE, long_path(99))] * 5_000),
}


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_a_tar_archive_is_no_larger_in_memory_than_its_headers_may_be(what, pack):
    data = pack(HOSTILE[what])
    cb.read(tar(), name="a.tar")  # imports what it needs
    tracemalloc.start()
    with pytest.raises(CapbuildError) as caught:
        cb.read(data, name="a.tar")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.code in ("CB112", "CB122")
    assert peak < LONG / 2


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_long_name_that_people_give_is_read(form, mode):
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode=mode, format=form) as archive:
        member = tarfile.TarInfo(f"{'é' * 300}.csv")
        member.size = len(CSV)
        archive.addfile(member, io.BytesIO(CSV))
    assert len(cb.read(whole.getvalue(), name="a.tar").responses) == 2


def test_archives_in_archives_count_together():
    data = CSV * 40_000
    for level in range(2):
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            for place in range(12):
                archive.writestr(f"{place}.{'csv' if level == 0 else 'zip'}", data)
        data = whole.getvalue()
    found = read_all(data, name="a.zip")
    assert any("packed more than 200 times" in issue.message for one in found for issue in one.issues)


def packed_as(kind, members):
    whole = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(whole, "w") as archive:
            for name in members:
                archive.writestr(name, CSV)
    else:
        with tarfile.open(fileobj=whole, mode="w") as archive:
            for name in members:
                member = tarfile.TarInfo(name)
                member.size = len(CSV)
                archive.addfile(member, io.BytesIO(CSV))
    return whole.getvalue()


@pytest.mark.parametrize("outside", ["../b.csv", "/b.csv", "in/../../b.csv"])
def test_a_member_outside_is_reported_alike_in_every_archive(outside):
    seen = []
    for kind in ("zip", "tar"):
        readings = read_all(packed_as(kind, ["a.csv", outside]), name=f"a.{kind}")
        seen.append([(len(r.responses), [i.code for i in r.issues]) for r in readings])
    assert seen[0] == seen[1]
    assert seen[0] == [(2, []), (0, ["CB112"])]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_what_is_no_file_in_an_archive_is_reported(kind):
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        member = tarfile.TarInfo("a.csv")
        member.size = len(CSV)
        archive.addfile(member, io.BytesIO(CSV))
        link = tarfile.TarInfo("b.csv")
        link.type, link.linkname = kind, "a.csv"
        archive.addfile(link)
    first, second = read_all(whole.getvalue(), name="a.tar")
    assert (len(first.responses), [*first.issues]) == (2, [])
    (issue,) = second.issues
    assert (issue.code, issue.origin.sheet) == ("CB122", "b.csv")
    assert "link or a device" in issue.message
