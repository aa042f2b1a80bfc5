"""Real files: claimed by this reader and by no other, and every stated fact that a survey holds compared."""

import csv
import io
import json
from collections import Counter

import capbuild_limesurvey as lime
import pytest
from capbuild_limesurvey.reading import read_survey
from capbuild_limesurvey.structure import structure_lines
from capbuild_limesurvey.tables import read_dump

from capbuild.errors import ReadError
from capbuild.formats.csv_table import register_readers as csv_readers
from capbuild.formats.native_json import register_readers as json_readers
from capbuild.model import Questionnaire, Response, SheetReconciliation
from capbuild.plugins import Confidence, InputFile

pytestmark = pytest.mark.corpus

(READER,) = lime.register_readers()
#: The order of languages is that of a list in the file; the main language is named by the survey itself, and ours
#: comes first: `<language>` of the survey of two languages says `en`, its list begins with `et`.
UNORDERED = ("languages",)


@pytest.fixture(scope="module")
def entries(corpus):
    return json.loads((corpus / "formats" / "expected.json").read_text("utf-8"))["files"]


def source_of(corpus, name):
    return InputFile(name.rsplit("/", 1)[-1], path=corpus / "formats" / name)


def items_of(source):
    items = list(READER.read(source, lime.LimeSurveyOptions()))
    assert all(item.adds_up for item in items if isinstance(item, SheetReconciliation))
    return items


def xml_facts(survey, form, dump):
    """Facts of a dump: the survey as read, its letters, and the questionnaire made of it."""
    tops = [question for question in form.questions if question.parent is None]
    assert [question.id for question in tops] == [part.code for part in survey.questions]
    assert all(group.title.source for group in form.groups)
    return {
        "doc_type": survey.kind,
        "db_version": survey.version,
        "languages": sorted(survey.languages),
        "has_l10n_tables": "question_l10ns" in dump.tables,
        "groups": len(form.groups),
        "questions": len(tops),
        "question_rows": len(dump.rows("questions")),
        "subquestions": sum(len(part.parts) for part in survey.questions),
        "answers": sum(len(part.options) for part in survey.questions),
        "answer_rows": len(dump.rows("answers")),
        "types": dict(Counter(part.type for part in survey.questions)),
        "with_other": sum(part.other for part in survey.questions),
        "mandatory": sum(question.required for question in tops),
    }


def tab_facts(source, survey, form):
    """Facts of a structure: counted on its rows as read, and on the questionnaire made of them."""
    lines = list(structure_lines(source))
    data = source.content
    text = data.decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
    width = len(table[0])
    languages = Counter(line["language"] for line in lines if line["language"])
    tops = [question for question in form.questions if question.parent is None]
    assert [question.id for question in tops] == [part.code for part in survey.questions]
    return {
        "bytes": source.size,
        "bom": None if text.encode() == data else "utf-8",
        "encoding": "ascii" if data.isascii() else "utf-8",
        "newline": "crlf" if b"\r\n" in data else "lf",
        "delimiter": "\t",
        "rows_incl_header": len(lines) + 1,
        "columns": width,
        "ragged_rows": sum(len(row) != width for row in table),
        "duplicate_headers": width - len(set(table[0])),
        "empty_headers": table[0].count(""),
        "physical_lines": data.count(b"\n"),
        "classes": dict(Counter(line["class"] for line in lines)),
        "language_rows": dict(languages),
        "questions": len(tops),
        "question_types": dict(Counter(part.type for part in survey.questions)),
        "groups": len(form.groups),
        "subquestion_rows": sum(line["class"] == "SQ" for line in lines),
        "answer_rows": sum(line["class"] == "A" for line in lines),
    }


def observed(source):
    items = items_of(source)
    form = next(item for item in items if isinstance(item, Questionnaire))
    survey = read_survey(source)
    if source.suffix == ".lsa":
        names = {name: len(source.member(name)) for name in source.members}
        (structure,) = (name for name in names if name.endswith(".lss"))
        (responses,) = (name for name in names if name.endswith(".lsr"))
        returned = read_dump(responses, source.member(responses), source.limits)
        account = next(item for item in items if isinstance(item, SheetReconciliation))
        rows = sum(isinstance(item, Response) for item in items)
        assert rows == account.rows_in
        return {
            "members": names,
            "structure": xml_facts(survey, form, read_dump(structure, source.member(structure), source.limits)),
            responses: {"doc_type": returned.kind, "rows": rows, "fields": len(account.columns)},
        }
    if source.head(200).lstrip().startswith(b"<"):
        return xml_facts(survey, form, read_dump(source.name, source.content, source.limits))
    return tab_facts(source, survey, form)


def leaves(facts, path=()):
    for key, value in facts.items():
        if isinstance(value, dict) and path == () and key != "types" and key not in ("classes", "language_rows"):
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), sorted(value) if key in UNORDERED else value


def test_every_file_is_claimed_by_this_reader_and_no_other(corpus, entries):
    for name, entry in entries.items():
        source = source_of(corpus, name)
        try:
            claim = READER.sniff(source)
        except ReadError:
            assert "hostile" in name, name
            continue
        if entry["format"] != "limesurvey":
            assert claim is None, name
            continue
        assert claim is not None, name
        assert claim.confidence is Confidence.SIGNATURE, name
        others = [r.sniff(source) for r in (*csv_readers(), *json_readers())]
        assert all(c is None or c.confidence < Confidence.SIGNATURE for c in others), name


def test_facts_of_every_file(corpus, entries, capsys):
    right, wrong = Counter(), []
    for name, entry in entries.items():
        if entry["format"] != "limesurvey":
            continue
        seen = dict(leaves(observed(source_of(corpus, name))))
        for path, value in leaves(entry["facts"]):
            if seen.get(path) == value:
                right[name] += 1
            else:
                wrong.append((name, *path, seen.get(path), value))
    with capsys.disabled():
        print(f"\nLimeSurvey: {len(right)} files, {right.total()} facts right, {len(wrong)} wrong")
        for line in wrong:
            print("  ", *line)
    assert len(right) >= 17
    assert wrong == []


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
