"""A person is found wherever files can hide one, and forgotten in as many calls as it takes."""

import base64
import bz2
import csv
import gzip
import io
import json
import shutil
import sqlite3
import subprocess
import tarfile
import tomllib
import tracemalloc
import warnings
import zipfile
import zlib
from contextlib import closing
from email.message import EmailMessage

import pytest
from click.testing import CliRunner

from capbuild.cli.app import app
from capbuild.errors import WorkspaceError
from capbuild.workspace import forget, forget_country, open_workspace, transactions
from capbuild.workspace.privacy import forgetting
from capbuild.workspace.privacy.mentions import make_searcher
from capbuild.workspace.records.folder_tables import TABLES
from capbuild.workspace.runs.out_folder import lock_target

NAME, MAIL, PHONE = "Zoë Ångström-Ruiz", "zoe.ar@example.org", "+254 700 123456"


def packed(name, data):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return whole.getvalue()


def in_tar(name, data):
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:xz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return whole.getvalue()


def in_mail(part, encoding):
    mail = EmailMessage()
    mail["From"] = "a@example.org"
    mail["Subject"] = f"Form of {NAME}" if part == "subject" else "Form"
    mail.set_content(f"Ask {NAME}: 法" if part == "text" else "Here", cte=encoding)
    if part == "attachment":
        table = b"country,respondent\nKenya,ke-lab-7\n"
        mail.add_attachment(table, maintype="text", subtype="csv", filename="a.csv", cte=encoding)
    return bytes(mail)


def in_sqlite(text):
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute("pragma encoding = 'UTF-16'")
        base.execute('create table "odd ""name" (who)')
        base.execute('insert into "odd ""name" values (?)', (text,))
        base.commit()
        return base.serialize()


def in_parquet(text):
    polars = pytest.importorskip("polars")
    whole = io.BytesIO()
    polars.DataFrame({"who": [text, "another"] * 50}).write_parquet(whole, compression="zstd")
    return whole.getvalue()


def in_pdf(text):
    """A page with a packed stream of text."""
    page = zlib.compress(f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode("latin-1"))
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    whole, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(whole))
        whole += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(whole)
    return whole + (
        b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (table, start)
    )


RUNS = "<w:p><w:r><w:t>Written by Zo&#235; </w:t></w:r><w:r><w:t>Ångström</w:t></w:r><w:r><w:t>-Ruiz</w:t></w:r></w:p>"
#: Files by how they hide the person.
PLACES = {
    "capitals": ("a.md", b"seen by KE-LAB-7."),
    "latin letters": ("b.txt", f"asked {NAME} about it".encode("latin-1")),
    "another order": ("c.txt", b"angstrom-ruiz, zoe"),
    "without accents, over two lines": ("c.md", b"Zoe\n  Angstrom-Ruiz"),
    "an address": ("d.html", b'<a href="mailto:Zoe.AR%40example.org">'),
    "a number": ("e.md", b"call +254-700-123-456 now"),
    "json escapes": ("f.json", json.dumps({"by": NAME}).encode()),
    "entities": ("g.html", b"<p>Zo&euml; &Aring;ngstr&#246;m-Ruiz</p>"),
    "quoted printable": ("h.eml", "Zo=EB =C5ngstr=\n=F6m-Ruiz".encode("ascii")),
    "quoted printable in UTF-8": ("h.eml", "Zo=C3=AB =C3=85ngstr=\r\n=C3=B6m-Ruiz".encode("ascii")),
    "an attachment of a mail": ("h.eml", in_mail("attachment", "base64")),
    "a mail in an archive": ("m.zip", packed("m.eml", in_mail("attachment", "base64"))),
    "the text of a mail": ("h.eml", in_mail("text", "base64")),
    "the subject of a mail": ("h.eml", in_mail("subject", "7bit")),
    "data in a page": ("g.html", b'<a href="data:text/csv;base64,' + base64.b64encode(b"country,ke-lab-7\n") + b'">'),
    "packed data in json": ("f.json", json.dumps([base64.b64encode(gzip.compress(b"ke-lab-7")).decode()]).encode()),
    "escapes of scripts": ("g.js", b'"\\u{6b}e-lab-7"'),
    "rich text": ("p.rtf", rb"{\rtf1 Zo\'eb \'c5ngstr\'f6m-Ruiz}"),
    "hyphens that nobody sees, or of typesetting": ("c.md", "k\u00ade\u2011lab\u20117".encode()),
    "utf-16": ("i.csv", "who\nke-lab-7\n".encode("utf-16")),
    "utf-16 without a mark": ("j.bin", b"\x01" + f"xx {NAME} xx".encode("utf-16-be")),
    "an archive": ("k.zip", packed("deep/a.csv", b"respondent\nke-lab-7\n")),
    "an archive in an archive": ("l.zip", packed("x.gz", gzip.compress(packed("a.csv", b"ke-lab-7")))),
    "a name in an archive": ("m.zip", packed("ke-lab-7.csv", b"")),
    "a tape archive": ("n.tar.xz", in_tar("a.txt", b"ke-lab-7")),
    "bzip2": ("o.bz2", bz2.compress(MAIL.encode())),
    "a document of Word": ("p.docx", packed("word/document.xml", RUNS.encode())),
    "a workbook": ("q.xlsx", packed("xl/sharedStrings.xml", b"<si><t>by ke-lab-7</t></si>")),
    "a page of PDF": ("r.pdf", in_pdf("form of ke-lab-7")),
    "a database": ("s.db", in_sqlite(f"by {NAME}")),
    "the name of a file": ("KE-LAB-7 notes.txt", b"nothing"),
}


@pytest.mark.parametrize("hidden", PLACES)
def test_a_person_is_found(hidden):
    searcher = make_searcher("ke-lab-7", [NAME, MAIL, PHONE])
    assert [one for one in searcher.search(*PLACES[hidden]) if not one.unreadable]


def test_a_country_is_no_person(tmp_path):
    (tmp_path / "returns").mkdir()
    (tmp_path / "returns" / "a.csv").write_text("country,respondent\nHonduras,hn-1\n", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="is the country Honduras, not a respondent"):
        forget(tmp_path, "Honduras", answers=True)
    assert forget(tmp_path, "hn-1", answers=True).removed == (("returns/a.csv", 1),)


def test_a_person_is_found_in_columns():
    assert make_searcher("ke-lab-7", []).search("t.parquet", in_parquet("ke-lab-7"))


@pytest.mark.parametrize(
    "text", ["ke-lab-70 and ke-lab-7-2", "Zoë", "Ruiz, Zoë Maria", "0712 3456", "xzoe.ar@example.organ", ""]
)
def test_others_are_not(text):
    assert make_searcher("ke-lab-7", [NAME, MAIL, PHONE, "Zoë"]).search("a.csv", text.encode()) == []


def test_what_cannot_be_searched_is_said():
    (one,) = make_searcher("ke-lab-7", []).search("a.zip", b"PK\x03\x04 broken")
    assert "cannot be unpacked" in one.unreadable


@pytest.fixture
def held(folder):
    """A folder with the person in places of all kinds."""
    for place in ("private", "out", "desk"):
        (folder / place).mkdir(exist_ok=True)
    people = f"pseudonym,name,email,telephone\nke-lab-7,{NAME},{MAIL},{PHONE}\nke-lab-70,Other,,\n"
    (folder / "private" / "respondents.csv").write_text(people, "utf-8")
    (folder / "private" / "participants.csv").write_text("pseudonym,name\nKE-LAB-7,Zoë Ångström-Ruiz\n", "utf-16")
    (folder / "returns" / "labs.csv").write_text("respondent,note\nke-lab-7,a\nke-lab-70,b\n", "utf-8")
    (folder / "returns" / "labs.zip").write_bytes(PLACES["an archive"][1])
    (folder / "returns" / "free.csv").write_text(f"respondent,note\nx-1,ask {NAME}\n", "utf-8")
    (folder / "out" / "scores.json").write_text('{"by": "ke-lab-7", "and": "ke-lab-70"}', "utf-8")
    (folder / "out" / "odd.html").write_text("ke&#45;lab&#45;7", "utf-8")
    (folder / "out" / "scores.xlsx").write_bytes(PLACES["a workbook"][1])
    (folder / "desk" / "notes.md").write_text("ke-lab-7 said so", "utf-8")
    return folder


def contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


LEFT = [
    ("desk/notes.md", "remove it by hand"),
    ("returns/free.csv", "names the person, or somebody of that name: look into it by hand"),
    ("returns/labs.zip", "not a text file: remove it by hand: deep/a.csv"),
]


def test_every_place_is_listed_before_anything_is_changed(held):
    before = contents(held)
    planned = forget(held, "ke-lab-7", answers=True, act=False)
    assert contents(held) == before
    done = forget(held, "ke-lab-7", answers=True)
    assert (planned.removed, planned.rewritten, planned.remaining) == (done.removed, done.rewritten, done.remaining)
    assert (planned.done, done.done) == (False, True)
    assert dict(done.removed) == {
        "private/participants.csv": 1,
        "private/respondents.csv": 1,
        "returns/labs.csv": 1,
    }
    assert done.rewritten == ("out/odd.html", "out/scores.json", "out/scores.xlsx")
    assert list(done.remaining) == LEFT
    assert json.loads((held / "out" / "scores.json").read_text()) == {"by": "forgotten", "and": "ke-lab-70"}
    assert not (held / "out" / "scores.xlsx").exists()
    assert (held / "private" / "respondents.csv").read_text("utf-8").endswith("telephone\nke-lab-70,Other,,\n")


class Killed(BaseException):
    """The computer stops."""


@pytest.mark.parametrize("after", range(15))
def test_stopped_anywhere_the_next_call_goes_on(held, tmp_path, monkeypatch, after):
    other = tmp_path / "whole"
    shutil.copytree(held, other)
    whole = forget(other, "ke-lab-7", answers=True)
    steps = iter(range(after, -1, -1))
    write, move = forgetting.write_atomic, transactions._move
    unlink, rename = type(held).unlink, type(held).rename

    def count():
        if next(steps, 1) == 0:
            raise Killed

    with monkeypatch.context() as patch:
        for module in (forgetting, transactions):
            patch.setattr(module, "write_atomic", lambda *words, **more: (count(), write(*words, **more)))
        patch.setattr(type(held), "rename", lambda path, to: (count(), rename(path, to))[1])
        patch.setattr(transactions, "_move", lambda *words: (count(), move(*words)))
        patch.setattr(type(held), "unlink", lambda path, **words: (count(), unlink(path, **words)))
        try:
            forget(held, "ke-lab-7", answers=True)
        except Killed:
            stopped = True
        else:
            stopped = False
    assert stopped
    # Before the journal is there, nothing has been changed, and nothing is known of the call.
    again = forget(held, "ke-lab-7", answers=after == 0)
    assert again.remaining == whole.remaining
    assert contents(held) == contents(other)


def test_shared_inputs_and_links_are_searched_and_left_to_a_person(held, tmp_path):
    """A run reads shared inputs; a link to a folder that is not shared is named, and not followed."""
    for name in ("shared", "elsewhere"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "more.csv").write_text("respondent,country\nke-lab-7,Kenya\n", "utf-8")
    settings = (held / "programme.toml").read_text("utf-8") if (held / "programme.toml").exists() else "[programme]\n"
    shared = f"[programme]\nshared_inputs = [{(tmp_path / 'shared').as_posix()!r}]\n"
    (held / "programme.toml").write_text(settings.replace("[programme]\n", shared, 1), "utf-8")
    (held / "returns" / "linked").symlink_to(tmp_path / "elsewhere")
    (held / "returns" / "around").symlink_to(held)
    (held / "returns" / "same.csv").symlink_to(tmp_path / "elsewhere" / "more.csv")
    done = forget(held, "ke-lab-7", answers=True)
    left = dict(done.remaining)
    assert left[(tmp_path / "shared" / "more.csv").as_posix()] == "remove it by hand"
    assert left["returns/same.csv"] == "remove it by hand"
    assert left["returns/linked"] == "not searched, a link to a folder elsewhere: look into it by hand"
    assert not [name for name in left if name.startswith("returns/around")]
    assert all("ke-lab-7" in path.read_text("utf-8") for path in tmp_path.glob("*/more.csv"))


def test_another_person_waits_for_the_first(held, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(forgetting, "_finish", lambda *_: None)
        forget(held, "ke-lab-7", answers=True)
    forget(held, "ke-lab-70")
    assert (held / "private" / "respondents.csv").read_text("utf-8") == "pseudonym,name,email,telephone\n"
    assert not (held / forgetting.JOURNAL).exists()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_history_is_searched_and_what_to_do_is_said(held):
    def git(*words):
        told = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", held.as_posix(), *words]
        subprocess.run(told, check=True, capture_output=True)

    git("init", "-q")
    (held / "old.zip").write_bytes(PLACES["an archive"][1])
    git("add", "old.zip")
    git("commit", "-q", "-m", f"Ask {NAME}")
    git("rm", "-q", "old.zip")
    git("commit", "-q", "-m", "Clean")
    done = forget(held, "ke-lab-7", answers=True)
    told = [what for file, what in done.remaining if file == ".git"]
    assert len(told) == 1
    assert "git filter-repo" in told[0]
    assert "old.zip" in told[0]
    assert "commit" in told[0]


def test_the_command_asks_first(held):
    command = CliRunner()
    before = contents(held)
    words = ["forget", "ke-lab-7", "--folder", held.as_posix()]
    assert "Nothing was changed" in command.invoke(app, [*words, "--list"]).output
    assert "Nothing was changed" in command.invoke(app, words, input="n\n").output
    assert contents(held) == before
    done = command.invoke(app, [*words, "--answers", "--yes"])
    assert (done.exit_code, "git" in done.output) == (0, False)
    assert "6 files changed" in done.output


@pytest.mark.parametrize("word", ["nobody", "STAFF", "so-called"])
def test_a_word_of_sentences_is_nobodys_pseudonym(folder, word):
    """Nothing is removed for a word that no table has as a value; the places are named."""
    (folder / "private").mkdir(exist_ok=True)
    notes = folder / "private" / "notes.csv"
    notes.write_text("date,note\n2026-01-05,The so-called staff saw nobody.\n", "utf-8")
    done = CliRunner().invoke(app, ["forget", word, "--folder", str(folder), "--yes"])
    assert done.exit_code != 0
    assert "CB608" in done.output
    assert "private/notes.csv" in done.output
    assert "saw nobody" in notes.read_text("utf-8")
    notes.write_text(f"date,pseudonym\n2026-01-05,{word}\n", "utf-8")
    assert forget(folder, word).removed == (("private/notes.csv", 1),)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("team.csv", b'id,team\n1,"ab-02; jm-police-1"\n'),
        ("padded.csv", b"id,who\n1,jm-police-1 \n"),
        ("old.sav", b"$FL2\0\0\0\x01jm-police-1     \0\0"),
    ],
)
def test_what_is_listed_can_be_acted_on(folder, name, data):
    """A pseudonym in a list, in a padded cell, or in a file of a statistics package is a value."""
    (folder / name).write_bytes(data)
    assert [one.file for one in forget(folder, "jm-police-1", act=False).found] == [name]
    assert [file for file, _ in forget(folder, "jm-police-1").remaining] == [name]


@pytest.mark.parametrize("nobody", ["", " ", "-", "\n"])
def test_blank_is_nobody(folder, nobody):
    """An unset variable of a script must not remove every answer."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done = CliRunner().invoke(app, ["forget", nobody, "--folder", str(folder), "--answers", "--yes"])
    assert (done.exit_code, "CB608" in done.output) == (2, True)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_rows_of_others_that_mention_a_pseudonym_stay(folder):
    (folder / "private").mkdir(exist_ok=True)
    table = folder / "private" / "respondents.csv"
    rows = [
        "pseudonym,name,note",
        'kk,Ana Uno,""',
        "zz,Gus Dos,asked kk for it",
        '"jm;2",Al Tres,x@jm.org',
        '"q""x",Bo,""',
    ]
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    done = forget(folder, "kk")
    assert done.removed == (("private/respondents.csv", 1),)
    assert [file for file, _ in done.remaining] == ["private/respondents.csv"]
    assert table.read_text("utf-8").splitlines() == [rows[0], *rows[2:]]
    assert forget(folder, 'q"x').removed == (("private/respondents.csv", 1),)
    assert table.read_text("utf-8").splitlines() == [rows[0], *rows[2:4]]


def nested(levels, data):
    """Return archives in archives, eight in each."""
    for level in range(levels):
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            for place in range(8):
                archive.writestr(f"{level}-{place}.zip", data)
        data = whole.getvalue()
    return data


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.gz", gzip.compress(bytes(50_000_000))),
        ("a.zip", nested(5, b"x" * 150_000)),
        ("a.tar.xz", in_tar("a.csv", bytes(50_000_000))),
    ],
)
def test_what_unpacks_to_far_more_is_said_and_not_unpacked(name, data):
    tracemalloc.start()
    found = make_searcher("ke-lab-7", []).search(name, data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert any("packed more than 200 times" in one.unreadable for one in found)
    assert peak < 40_000_000


def test_a_person_is_found_in_the_first_of_two_members_with_one_name():
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive, warnings.catch_warnings(action="ignore"):
        archive.writestr("a.csv", b"ke-lab-7")
        archive.writestr("a.csv", b"nobody")
    assert [one for one in make_searcher("ke-lab-7", []).search("a.zip", whole.getvalue()) if not one.unreadable]


JPEG = b"\xff\xd8\xff\xe0 an invented picture of a person"
PICTURES = {
    "a picture": ("a.bin", JPEG),
    "a film": ("a.mov", b"\0\0\0\x18ftypqt  "),
    "in a document of Word": ("p.docx", packed("word/media/image1.jpeg", JPEG)),
    "in a saved checklist": (
        "f.json",
        json.dumps({"link": "data:image/jpeg;base64," + base64.b64encode(JPEG).decode()}).encode(),
    ),
    "in a mail": ("h.eml", b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(JPEG)),
}


@pytest.mark.parametrize("hidden", PICTURES)
def test_pictures_are_said_to_be_unsearched(hidden):
    """Nobody can tell by a search of bytes who is in a picture."""
    (one,) = make_searcher("ke-lab-7", [NAME]).search(*PICTURES[hidden])
    assert one.unreadable == "a picture, sound or film"


def test_evidence_is_listed_for_a_person_to_look_at_and_found_by_what_is_written_beside_it(held):
    """By title, file name, source and note; each by its id and title. Pictures of a report are none of a person."""
    (held / "evidence").mkdir()
    (held / "visits").mkdir(exist_ok=True)
    rows = {
        "E-JM-1": "Room of servers", "E-JM-2": f"Signature of the host ({NAME})", "E-JM-3": "Photograph (ke-lab-7.jpg)",
        "E-JM-4": "Photograph of a desk", "E-JM-5": "An order", "E-JM-6": "A shelf",
    }  # fmt: skip
    lines = []
    for name, title in rows.items():
        suffix = "txt" if name == "E-JM-5" else "jpg"
        (held / "evidence" / f"{name}.{suffix}").write_bytes(b"an order" if suffix == "txt" else JPEG + name.encode())
        source = "ke-lab-7" if name == "E-JM-6" else ""
        lines.append(f'{name},Jamaica,"{title}",evidence/{name}.{suffix},{source}')
    (held / "evidence.csv").write_text("\n".join(["id,country,title,file,source", *lines]), "utf-8")
    note = f"criterion,answer,note,evidence_title\nTEC-2.2a,yes,{NAME} works here,E-JM-4\n"
    (held / "visits" / "jm.csv").write_text(note, "utf-8")
    (held / "out" / "map.png").write_bytes(PICTURES["a picture"][1])
    before = {path: path.read_bytes() for path in (held / "evidence").iterdir()}
    for done in (forget(held, "ke-lab-7", act=False), forget(held, "ke-lab-7")):
        told = {file: what for file, what in done.remaining if file.startswith("evidence/")}
        assert set(told) == {f"evidence/E-JM-{n}.jpg" for n in (1, 2, 3, 4, 6)}
        assert told["evidence/E-JM-1.jpg"] == (
            "E-JM-1 'Room of servers': not searched, a picture, sound or film: look into it by hand"
        )
        for number, table in ((2, "evidence.csv"), (3, "evidence.csv"), (4, "visits/jm.csv"), (6, "evidence.csv")):
            assert f"a row that names the person, in {table}" in told[f"evidence/E-JM-{number}.jpg"]
        assert "out/map.png" not in dict(done.remaining)
    assert before == {path: path.read_bytes() for path in (held / "evidence").iterdir()}


GIVEN = """country,respondent,TEC-2.2a,TEC-2.2b
Jamaica,jm-1,yes,"one
line, two"
Cuba,cu-1,no,no
Jamaica,jm-2,yes,no
"""


@pytest.fixture
def two(folder):
    """A folder with data of Jamaica and Cuba in places of all kinds."""
    for place in ("visits", "evidence", "out", "private", "training"):
        (folder / place).mkdir(exist_ok=True)
    for path in (folder / "returns").iterdir():
        path.unlink()
    (folder / "returns" / "both.csv").write_text(GIVEN, "utf-8")
    (folder / "returns" / "jamaica.csv").write_text("country,respondent,TEC-2.2a\nJAM,jm-3,yes\n", "utf-8")
    (folder / "returns" / "cuba.csv").write_text("country,respondent,TEC-2.2a\nCUB,cu-2,yes\n", "utf-8")
    visits = "".join(
        f'# the visit to {name}\n[[visits]]\nid = "{code}"\ntitle = "Visit"\ncountry = "{name}"\n'
        f'start = 2016-05-02\nfindings = "{code}.csv"\n\n'
        for code, name in (("jm", "Jamaica"), ("cu", "Cuba"))
    )
    (folder / "visits" / "visits.toml").write_text(visits, "utf-8")
    for code in ("jm", "cu"):
        (folder / "visits" / f"{code}.csv").write_text("criterion,answer\nTEC-2.2a,yes\n", "utf-8")
        (folder / "evidence" / f"{code}.jpg").write_bytes(JPEG + code.encode())
    rows = "E-JM-1,Jamaica,Room,evidence/jm.jpg\nE-CU-1,Cuba,Room,evidence/cu.jpg\n"
    (folder / "evidence.csv").write_text(f"id,country,title,file\n{rows}", "utf-8")
    people = "pseudonym,name,country\njm-1,Ana Invented,Jamaica\ncu-1,Eva Invented,Cuba\n"
    (folder / "private" / "respondents.csv").write_text(people, "utf-8")
    (folder / "out" / "baseline.csv").write_text("country,level\nJamaica,2\n", "utf-8")
    (folder / "notes.md").write_text("La Jamaïque writes often.", "utf-8")
    settings = folder / "programme.toml"
    settings.write_text(settings.read_text("utf-8") + '\n[[participants]]\ncountry = "Cuba"\n', "utf-8")
    return folder


def test_what_a_country_gave_is_removed_and_that_of_others_stays(two):
    before = contents(two)
    planned = forget_country(two, "JM", act=False)
    assert contents(two) == before
    done = forget_country(two, "Jamaica")
    after = contents(two)
    assert dict(done.removed) == dict(planned.removed) == {
        "returns/both.csv": 2, "returns/jamaica.csv": 1, "visits/visits.toml": 1, "visits/jm.csv": 1,
        "evidence/jm.jpg": 1, "evidence.csv": 1, "private/respondents.csv": 1, "programme.toml": 1,
    }  # fmt: skip
    gone = {"returns/jamaica.csv", "visits/jm.csv", "evidence/jm.jpg", "out/baseline.csv"}
    assert set(before) - set(after) == gone
    assert after["returns/both.csv"].decode() == "country,respondent,TEC-2.2a,TEC-2.2b\nCuba,cu-1,no,no\n"
    assert after["private/respondents.csv"].decode() == "pseudonym,name,country\ncu-1,Eva Invented,Cuba\n"
    assert after["visits/visits.toml"].decode().lstrip().startswith("# the visit to Cuba\n[[visits]]")
    named = {
        name for name, data in after.items() if b"Jamaica" in data or b"JAM" in data or "Jamaïque".encode() in data
    }
    assert {name for name, _ in done.remaining} == named == {"notes.md"}
    collected = open_workspace(two).collect("baseline")
    assert {one.country.alpha_2 for one in collected.findings} == {"CU"}
    with pytest.raises(WorkspaceError, match="has given nothing"):
        forget_country(two, "Jamaica")


def test_a_country_leaves_every_declared_table(two):
    given = {}
    for table in TABLES:
        if not table.countries or "*" in table.file:
            continue
        lists = "list" in table.countries.values()
        own, other = ("Cuba; JM", "Cuba; Belize") if lists else ("Jamaica", "Cuba")
        rows = [
            {column: (text if column in table.countries else f"{column}-{number}") for column in table.columns}
            for number, text in enumerate((own, other, "JAM", other, ""))
        ]
        given[table.file] = rows
        path = two / table.file
        path.parent.mkdir(exist_ok=True)
        text = io.StringIO()
        writer = csv.DictWriter(text, table.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(text.getvalue(), "utf-8")
    forget_country(two, "JM")
    assert len(given) > 8
    for name, rows in given.items():
        left = list(csv.DictReader((two / name).read_text("utf-8").splitlines()))
        [table] = [table for table in TABLES if table.file == name]
        assert not {"Cuba; JM", "Jamaica", "JAM"} & {row[column] for row in left for column in table.countries}, name
        assert [row for row in left if row in rows] == [
            row for row in rows if {"Cuba; Belize", "Cuba", ""} & {*row.values()}
        ], name
        changed = [row for row in left if row not in rows]
        # What needs the country is gone; what only mentions it lost the mention.
        needed = "none" in table.countries.values()
        lists = "list" in table.countries.values()
        assert len(changed) == (0 if needed else 1 if lists else 2), name
        assert {row[column] for row in changed for column in table.countries} <= ({"Cuba"} if lists else {""}), name


SETTINGS = """
[plan.travel.Cuba]
Jamaica = 700
Belize = 500

[plan.travel.Jamaica]
Cuba = 600

# All who take part.

# the first
[[participants]]
country = "Jamaica"

[participants.notes]
en = "An island"

[[participants]]
country = "Belize"
languages = ["en"]
hosts = [
    "Jamaica",   # asked
    'Cuba',
]
"""


def test_a_country_leaves_settings_and_registers(two):
    path = two / "meetings" / "meetings.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text('[[meetings]]\nid = "m"\ntitle = "Jamaica at sea"\nparticipants = ["Cuba", "Jamaica"]\n', "utf-8")
    settings = two / "programme.toml"
    first = settings.read_text("utf-8").replace('[[participants]]\ncountry = "Jamaica"\n', "")
    settings.write_text(first + SETTINGS, "utf-8")
    done = forget_country(two, "JM")
    assert path.read_text("utf-8") == '[[meetings]]\nid = "m"\ntitle = "Jamaica at sea"\nparticipants = ["Cuba", ]\n'
    assert dict(done.remaining).keys() == {"meetings/meetings.toml", "notes.md"}
    now, before = tomllib.loads(settings.read_text("utf-8")), tomllib.loads(first + SETTINGS)
    assert now["plan"]["travel"] == {"Cuba": {"Belize": 500}}
    assert now["participants"][-1] == {"country": "Belize", "languages": ["en"], "hosts": ["Cuba"]}
    assert [one for one in before["participants"][:-1] if one["country"] != "Jamaica"] == now["participants"][:-1]
    assert "# All who take part." in settings.read_text("utf-8")
    assert "# the first" not in settings.read_text("utf-8")


def test_a_return_that_cannot_be_cut_is_left_whole_and_listed(two):
    (two / "returns" / "both.csv").unlink()
    both = json.dumps([{"country": name, "TEC-2.2a": "yes"} for name in ("Jamaica", "Cuba")])
    (two / "returns" / "both.json").write_text(both, "utf-8")
    done = forget_country(two, "JM")
    assert (two / "returns" / "both.json").read_text("utf-8") == both
    assert "1 response of the country and others" in dict(done.remaining)["returns/both.json"]


@pytest.mark.parametrize("after", range(7))
def test_a_country_is_forgotten_as_a_whole_or_not_at_all(two, tmp_path, monkeypatch, after):
    other = tmp_path / "whole"
    shutil.copytree(two, other)
    before = contents(two)
    forget_country(other, "JM")
    steps = iter(range(after, -1, -1))
    write, move = transactions.write_atomic, transactions._move

    def count():
        if next(steps, 1) == 0:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(transactions, "write_atomic", lambda *words, **more: (count(), write(*words, **more)))
        patch.setattr(transactions, "_move", lambda *words: (count(), move(*words)))
        with pytest.raises(Killed):
            forget_country(two, "JM")
    open_workspace(two)
    left = {name: data for name, data in contents(two).items() if not name.startswith(".")}
    assert left in (contents(other), before)


@pytest.mark.parametrize("what", ["JM", "jm-1"])
def test_nothing_is_forgotten_while_a_run_could_write_it_again(two, what):
    act = forget_country if what == "JM" else forget
    before = contents(two)
    with lock_target(two / "out"):
        with pytest.raises(WorkspaceError) as caught:
            act(two, what)
        assert caught.value.code == "CB621"
        assert {name: data for name, data in contents(two).items() if not name.startswith(".")} == before
    assert act(two, what).done


def test_the_command_forgets_a_country_or_a_person(two):
    command, words = CliRunner(), ["forget", "--folder", two.as_posix()]
    assert command.invoke(app, words).exit_code == 2
    assert command.invoke(app, [*words, "jm-1", "--country", "JM"]).exit_code == 2
    listed = command.invoke(app, [*words, "--country", "JM", "--list"]).output
    assert ("returns/both.csv" in listed, "Nothing was changed" in listed) == (True, True)
    done = command.invoke(app, [*words, "--country", "JM", "--yes"]).output
    assert "9 files changed" in done
    assert not (two / "evidence" / "jm.jpg").exists()
