"""Counts of tables, members and rows in LimeSurvey files."""

from collections import Counter
from typing import Any

from capbuild_sheets.counts import workbook_facts

from capbuild.formats import text_facts
from capbuild.plugins import InputFile
from capbuild_limesurvey.reader import Variant, find_variant, read_survey
from capbuild_limesurvey.tsv_reader import read_structure_lines
from capbuild_limesurvey.xml_dump import read_dump


def file_facts(source: InputFile) -> dict[str, Any]:
    """Return the counts of a file of any LimeSurvey format.

    Args:
        source: The file.
    """
    variant = find_variant(source)
    if variant is Variant.ARCHIVE:
        return _archive(source)
    if variant is Variant.XML:
        return _dump(source)
    if variant is Variant.STRUCTURE:
        return text_facts(source) | {"delimiter": "\t"} | _count_structure(source)
    return workbook_facts(source) if variant is Variant.WORKBOOK else text_facts(source)


def _dump(source: InputFile, member: str = "") -> dict[str, Any]:
    dump = read_dump(source, member)
    if dump.kind == "Responses":
        fields = dump.fields.get("responses", ())
        return {"doc_type": dump.kind, "rows": len(dump.rows("responses")), "fields": len(fields)}
    survey = read_survey(source)
    return {
        "doc_type": survey.kind,
        "db_version": survey.version,
        "languages": list(survey.languages),
        "has_l10n_tables": "question_l10ns" in dump.tables,
        "groups": len(survey.sections),
        "questions": len(survey.questions),
        "question_rows": len(dump.rows("questions")),
        "subquestions": sum(len(part.parts) for part in survey.questions),
        "answers": sum(len(part.options) for part in survey.questions),
        "answer_rows": len(dump.rows("answers")),
        "types": dict(Counter(part.type for part in survey.questions)),
        "with_other": sum(part.other for part in survey.questions),
        "mandatory": sum(part.mandatory for part in survey.questions),
    }


def _archive(source: InputFile) -> dict[str, Any]:
    counts: dict[str, Any] = {"members": {name: len(source.member(name)) for name in source.members}}
    for name in source.members:
        if name.lower().endswith(".lss"):
            counts["structure"] = _dump(source, name)
        elif name.lower().endswith(".lsr"):
            counts[name] = _dump(source, name)
    return counts


def _count_structure(source: InputFile) -> dict[str, Any]:
    lines = list(read_structure_lines(source))
    survey = read_survey(source)
    return {
        "classes": dict(Counter(line["class"] for line in lines)),
        "language_rows": dict(Counter(line["language"] for line in lines if line["language"])),
        "questions": len(survey.questions),
        "question_types": dict(Counter(part.type for part in survey.questions)),
        "groups": len(survey.sections),
        "subquestion_rows": sum(line["class"] == "SQ" for line in lines),
        "answer_rows": sum(line["class"] == "A" for line in lines),
    }
