"""Archives and e-mails with survey files: read as a whole, one by one, and as returns of a programme."""

import io
import tarfile
import zipfile
from email.message import EmailMessage

import pytest

import capbuild as cb
from capbuild.errors import CapbuildError, LimitError, ReadError
from capbuild.plugins import ReadLimits
from capbuild.workspace import open_workspace, run

JAMAICA = b"country,TEC-2.2a\nJamaica,yes\n"
BELIZE = b"country,TEC-2.2a\nBelize,no\n"


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def tarred(files, mode="w:gz"):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def mailed(files):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "focal.point@example.org",
        "team@example.org",
        "Encuesta: año 1",
    )
    message.set_content("Please find attached.\n")
    message.add_alternative("<p>Please find attached.</p>", subtype="html")
    for name, data in files.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png", disposition="inline")
    return bytes(message)


CONTAINERS = {
    "a.zip": zipped,
    "a.tar": lambda files: tarred(files, "w"),
    "a.tar.gz": tarred,
    "a.tgz": tarred,
    "a.tar.xz": lambda files: tarred(files, "w:xz"),
    "a.eml": mailed,
}


def places(readings):
    return {one.file: [r.country.alpha_2 for r in one.responses if r.country] for one in readings}


@pytest.mark.parametrize("name", CONTAINERS)
def test_each_file_in_it_is_read(name):
    data = CONTAINERS[name]({"jm.csv": JAMAICA, "bz año.csv": BELIZE})
    assert places(cb.read_all(data, name=name)) == {f"{name}/jm.csv": ["JM"], f"{name}/bz año.csv": ["BZ"]}


@pytest.mark.parametrize("name", CONTAINERS)
def test_the_only_file_in_it_is_read_and_scanned_as_it_is(name):
    data = CONTAINERS[name]({"jm.csv": JAMAICA})
    alone = cb.read(JAMAICA, name=f"{name}/jm.csv")
    assert cb.read(data, name=name) == alone
    assert cb.read(data, name=name, format="csv") == alone
    assert len(cb.scan(data, name=name)) == 1


@pytest.mark.parametrize("name", CONTAINERS)
def test_one_of_several_is_not_guessed(name):
    data = CONTAINERS[name]({"jm.csv": JAMAICA, "bz.csv": BELIZE})
    with pytest.raises(ReadError, match=r"contains 2 files: jm\.csv, bz\.csv") as caught:
        cb.read(data, name=name)
    assert (caught.value.code, caught.value.origin.file) == ("CB127", name)
    assert "read_all" in caught.value.remedy


@pytest.mark.parametrize("name", CONTAINERS)
def test_one_cut_anywhere_ends_in_an_error_or_in_fewer_files_with_one(name):
    data = CONTAINERS[name]({"jm.csv": JAMAICA, "bz.csv": BELIZE * 400})
    for length in range(1, len(data), max(1, len(data) // 60)):
        try:
            readings = cb.read_all(data[:length], name=name)
        except CapbuildError:
            continue
        whole = sum(len(one.responses) for one in readings) == 401
        assert whole or name.endswith(".eml") or any(one.issues.count("error") for one in readings), length


def test_archives_in_an_email_are_opened():
    data = mailed({"returns.zip": zipped({"x/jm.csv": JAMAICA, "x/__MACOSX/._jm.csv": b"\0", "x/": b""})})
    assert places(cb.read_all(data, name="m.eml")) == {"m.eml/returns.zip/x/jm.csv": ["JM"]}


def test_an_archive_in_too_many_is_not_opened():
    data = JAMAICA
    for depth in range(6):
        data = zipped({"jm.csv" if not depth else "a.zip": data})
    (reading,) = cb.read_all(data, name="a.zip")
    assert [issue.code for issue in reading.issues] == ["CB112"]


def test_a_workbook_is_no_container(tmp_path):
    workbook = cb.write(cb.read(JAMAICA, name="jm.csv"), tmp_path / "jm.xlsx")
    assert len(cb.read_all(tmp_path / "jm.xlsx")) == 1, workbook


@pytest.mark.parametrize(("name", "pack"), [("a.zip", zipped), ("a.packed", tarred)])
def test_a_bomb_is_refused_before_it_is_unpacked(name, pack):
    data = pack({"jm.csv": b"0" * 30_000_000})
    with pytest.raises(LimitError, match="packed more than"):
        cb.read(data, name=name)
    (reading,) = cb.read_all(data, name=name, limits=ReadLimits(ratio=100_000, unpacked_size=1_000_000))
    assert [issue.code for issue in reading.issues] == ["CB112"]


def test_files_outside_and_links_are_no_members():
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        link = tarfile.TarInfo("jm.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        outside = tarfile.TarInfo("../../bz.csv")
        outside.size = len(BELIZE)
        archive.addfile(outside, io.BytesIO(BELIZE))
    readings = cb.read_all(packed.getvalue(), name="a.tar")
    assert [[issue.code for issue in reading.issues] for reading in readings] == [["CB122"], ["CB112"]]
    assert not any(reading.responses for reading in readings)


def test_a_folder_is_read_as_a_whole(tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "jm.csv").write_bytes(JAMAICA)
    (tmp_path / "more" / "a.zip").write_bytes(zipped({"bz.csv": BELIZE}))
    (tmp_path / ".hidden.csv").write_bytes(BELIZE)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    readings = cb.read_all(tmp_path, name="returns")
    assert places(readings) == {
        "returns/jm.csv": ["JM"],
        "returns/more/a.zip/bz.csv": ["BZ"],
        "returns/picture.png": [],
    }
    assert [issue.code for one in readings for issue in one.issues] == ["CB101"]


def test_a_folder_without_files_is_an_error(tmp_path):
    with pytest.raises(ReadError, match="contains no file"):
        cb.read_all(tmp_path)


@pytest.mark.parametrize("name", CONTAINERS)
def test_files_in_it_are_returns_of_a_programme(folder, name):
    (folder / "returns" / "jm.csv").unlink()
    (folder / "returns" / name).write_bytes(CONTAINERS[name]({"jm.csv": JAMAICA, "bz.csv": BELIZE}))
    workspace = open_workspace(folder)
    found = {finding.country.alpha_2: finding for finding in workspace.collect("baseline").findings}
    assert {code: one.value for code, one in found.items()} == {"JM": "yes", "BZ": "no"}
    assert found["JM"].origin.file == f"returns/{name}/jm.csv"
    assert not [str(issue) for issue in run(workspace).issues if issue.severity == "error"]


def test_a_member_outside_the_archive_is_left_out_with_an_issue():
    found = cb.read_all(zipped({"../a.csv": JAMAICA, "b.csv": BELIZE, "/c.csv": BELIZE}), name="a.zip")
    assert [(len(one.responses), [i.code for i in one.issues]) for one in found] == [
        (0, ["CB112"]), (1, []), (0, ["CB112"]),
    ]  # fmt: skip


def test_an_archive_that_was_cut_is_damaged():
    data = zipped({"a.csv": JAMAICA, "b.csv": BELIZE})
    (found,) = cb.read_all(data[:-30], name="a.zip")
    assert [i.code for i in found.issues] == ["CB122"]
    with pytest.raises(ReadError, match="list of files is missing"):
        cb.read(data[:-30], name="a.zip")
