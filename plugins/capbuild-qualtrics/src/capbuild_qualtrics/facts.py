"""Counts of header rows, questions and choices in Qualtrics files."""

from collections import Counter
from typing import Any

from capbuild.formats import text_facts
from capbuild.plugins import InputFile
from capbuild_qualtrics.exports import is_survey, load_json, open_export
from capbuild_qualtrics.survey import list_blocks, list_questions


def file_facts(source: InputFile) -> dict[str, Any]:
    """Return the counts of any Qualtrics file.

    Args:
        source: The file.
    """
    if is_survey(source):
        return _count_survey(load_json(source))
    export = open_export(source)
    text = {} if export.is_json else text_facts(source)
    return {**text, "header_rows": export.header_rows, "columns": len(export.headers)}


def _count_survey(definition: dict[str, Any]) -> dict[str, Any]:
    entry, elements = definition["SurveyEntry"], definition["SurveyElements"]
    live = [payload for _, payload in list_questions(definition)]
    kinds = Counter(element.get("Element") for element in elements)
    return {
        "survey_name": entry.get("SurveyName"),
        "language": entry.get("SurveyLanguage"),
        "elements": dict(kinds),
        "blocks": len(list_blocks(definition)),
        "questions_all": kinds["SQ"],
        "questions_live": len(live),
        "questions_in_trash": kinds["SQ"] - len(live),
        "types_live": dict(Counter(_find_kind(payload) for payload in live)),
        "choices_live": sum(len(payload.get("Choices") or ()) for payload in live),
        "matrix_columns_live": sum(len(payload.get("Answers") or ()) for payload in live),
        "languages_in_questions": sorted({code for payload in live for code in _to_dict(payload.get("Language"))}),
        "text_entry_choices": sum(
            "TextEntry" in choice for payload in live for choice in _to_dict(payload.get("Choices")).values()
        ),
        "recoded_questions": sum(bool(payload.get("RecodeValues")) for payload in live),
    }


def _find_kind(payload: Any) -> str:
    return "/".join(str(payload[name]) for name in ("QuestionType", "Selector", "SubSelector") if payload.get(name))


def _to_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
