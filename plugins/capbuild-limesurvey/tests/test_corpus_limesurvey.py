"""Real archives of LimeSurvey: kinds of missing told apart, hostile members refused; facts are compared elsewhere."""

import json

import capbuild_limesurvey as lime
import pytest

from capbuild.errors import ReadError
from capbuild.model import Response, SheetReconciliation
from capbuild.plugins import InputFile

pytestmark = pytest.mark.corpus

(READER,) = lime.register_readers()


@pytest.fixture(scope="module")
def entries(corpus):
    return json.loads((corpus / "formats" / "expected.json").read_text("utf-8"))["files"]


def source_of(corpus, name):
    return InputFile(name.rsplit("/", 1)[-1], path=corpus / "formats" / name)


def items_of(source):
    items = list(READER.read(source, lime.LimeSurveyOptions()))
    assert all(item.adds_up for item in items if isinstance(item, SheetReconciliation))
    return items


def test_the_archive_tells_what_was_not_asked_from_what_was_not_answered(corpus, entries):
    source = source_of(corpus, "limesurvey/colors.lsa")
    first, second = (item for item in items_of(source) if isinstance(item, Response))
    assert (first["Q00"].value, second["Q00"].value) == (("SQ009", "SQ011"), ("SQ001", "SQ002"))
    assert (first["G01Q03"].value.value, second["G01Q02"].value.value) == ("not asked", "not asked")
    assert (first.date, first["G02Q04"].value) == (None, "AO01")


def test_the_hostile_archive_is_refused(corpus):
    source = source_of(corpus, "synthetic/hostile/lsa_path_traversal.lsa")
    with pytest.raises(ReadError, match="outside the archive"):
        list(READER.read(source, lime.LimeSurveyOptions()))
