"""Files: whole or not at all, and a clear word when they cannot be read."""

import os

import pytest

from capbuild.documents import dump, dumps, load, loads
from capbuild.errors import DocumentError, ReadError, WriteError
from capbuild.model import Answer, AssessmentSet, Country, Missing


def test_a_file_holds_what_dumps_says(tmp_path, samples):
    path = tmp_path / "baseline.json"
    dump(samples[AssessmentSet], path)
    assert path.read_bytes() == dumps(samples[AssessmentSet]).encode()
    assert path.read_bytes().endswith(b"}\n")
    assert load(str(path), AssessmentSet) == samples[AssessmentSet]
    assert [file.name for file in tmp_path.iterdir()] == ["baseline.json"]


def test_texts_of_all_scripts_stand_as_they_are():
    curacao = Country(alpha_2="CW", alpha_3="CUW", name="Curaçao \u2028 كوراساو")
    assert "Curaçao \u2028 كوراساو" in dumps(curacao)
    assert loads(dumps(curacao)).name == curacao.name


def test_a_lone_surrogate_is_written_as_an_escape(tmp_path):
    answer = Answer("q", "a\ud800b")
    dump(answer, tmp_path / "a.json")
    assert load(tmp_path / "a.json") == answer


def test_a_byte_order_mark_is_passed_over(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"\xef\xbb\xbf" + dumps(Answer("q", 1)).encode())
    assert load(path) == Answer("q", 1)


def test_errors_name_the_file(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"capbuild": "1.0", "kind": "country", "data": {"alpha_2": "jm"}}')
    with pytest.raises(DocumentError) as caught:
        load(path)
    assert caught.value.origin.file == str(path)
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "CB013"), (b"\xff\xfe{}", "CB013"), (b"PK\x03\x04\x00", "CB013"), (None, "CB108")]
)
def test_what_is_no_document(tmp_path, content, code):
    path = tmp_path / "a.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises((DocumentError, ReadError)) as caught:
        load(path)
    assert caught.value.code == code


def test_a_folder_is_no_document(tmp_path):
    with pytest.raises(ReadError) as caught:
        load(tmp_path)
    assert caught.value.code == "CB107"


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "no").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(WriteError) as caught:
        dump(Answer("q", 1), tmp_path / "no" / "a.json")
    assert caught.value.code == "CB702"


def test_a_file_stays_as_it_was_when_writing_fails(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    dump(Answer("q", 1), path)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match="No space left"):
        dump(Answer("q", Missing.REFUSED), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are a matter of POSIX")
def test_permissions_and_links_are_kept(tmp_path):
    path = tmp_path / "a.json"
    dump(Answer("q", 1), path)
    path.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to(path)
    dump(Answer("q", 2), link)
    assert link.is_symlink()
    assert load(path) == Answer("q", 2)
    assert path.stat().st_mode & 0o777 == 0o640
