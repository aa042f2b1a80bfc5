"""One changed byte of an output is named, and a signature fits only what was signed."""

import hashlib
import json
import shutil
import subprocess

import pytest
from click.testing import CliRunner

from capbuild.cli.app import app
from capbuild.errors import ReadError, WriteError
from capbuild.workspace.runs.verification import sign_outputs, verify_outputs


@pytest.fixture
def out(tmp_path):
    """The folder of a run of two files."""
    (tmp_path / "briefs").mkdir()
    contents = {"a.html": b"<p>a</p>", "briefs/BB.pdf": b"%PDF"}
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    outputs = {name: {name: hashlib.sha256(data).hexdigest()} for name, data in contents.items()}
    (tmp_path / "run.json").write_text(json.dumps({"rounds": {"baseline": {"outputs": outputs}}}), encoding="utf-8")
    return tmp_path


def test_what_is_unchanged_is_verified(out):
    assert verify_outputs(out).checked == ("a.html", "briefs/BB.pdf")
    assert not verify_outputs(out).issues
    assert verify_outputs(out / "briefs" / "BB.pdf").checked == ("briefs/BB.pdf",)


def test_one_changed_byte_and_a_missing_file_are_named(out):
    (out / "a.html").write_bytes(b"<p>b</p>")
    (out / "briefs" / "BB.pdf").unlink()
    done = CliRunner().invoke(app, ["verify", str(out)])
    assert done.exit_code == 1
    assert "a.html was changed" in done.output
    assert "BB.pdf is missing" in done.output
    with pytest.raises(WriteError, match="not signed"):
        sign_outputs(verify_outputs(out), out / "run.json")


def test_an_added_file_is_named(out):
    (out / "briefs" / "BB-final.pdf").write_bytes(b"%PDF")
    done = CliRunner().invoke(app, ["verify", str(out)])
    assert done.exit_code == 1
    assert "BB-final.pdf is not listed in run.json" in done.output
    assert "2 of 2 files unchanged" in done.output


def test_what_no_run_wrote_cannot_be_verified(out, tmp_path_factory):
    (out / "other.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ReadError, match="does not list"):
        verify_outputs(out / "other.txt")
    (out / "run.json").write_text('{"rounds": {"r": {"outputs": {"x": {"../x": "0"}}}}}', encoding="utf-8")
    with pytest.raises(ReadError, match="outside"):
        verify_outputs(out)
    with pytest.raises(ReadError, match="no run"):
        verify_outputs(tmp_path_factory.mktemp("empty"))


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen")
def test_a_signature_fits_only_what_was_signed(out, tmp_path_factory):
    key = tmp_path_factory.mktemp("keys") / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    assert CliRunner().invoke(app, ["verify", str(out), "--key", str(key)]).exit_code == 0
    assert verify_outputs(out).signed is True
    shown = subprocess.run(["ssh-keygen", "-l", "-f", str(key)], check=True, capture_output=True, text=True).stdout
    assert verify_outputs(out).signer == shown.split()[1]
    assert shown.split()[1] in CliRunner().invoke(app, ["verify", str(out)]).output
    (out / "run.json").write_text((out / "run.json").read_text("utf-8") + "\n", encoding="utf-8")
    assert verify_outputs(out).signed is False
    assert CliRunner().invoke(app, ["verify", str(out)]).exit_code == 1


@pytest.mark.parametrize(("name", "format_", "file"), [("page.md", "md", "page.md"), ("set", "csv", "set/scores.csv")])
def test_one_report_is_verified_by_the_record_beside_it(folder, tmp_path, name, format_, file):
    place = tmp_path / "reports" / name
    arguments = ["report", str(folder), "--format", format_, "--out", str(place)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert file in verify_outputs(place).checked
    (place.parent / "mine.txt").write_text("beside the report", encoding="utf-8")
    assert not verify_outputs(place).issues
    with (place.parent / file).open("a", encoding="utf-8") as stream:
        stream.write(" ")
    assert [issue.message for issue in verify_outputs(place).issues] == [f"{file} was changed since it was written"]
    if place.is_dir():
        (place / "more.csv").write_text("x", encoding="utf-8")
        assert len(verify_outputs(place).issues) == 2
