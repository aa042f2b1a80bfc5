"""Counts of pages, questions and responses in SurveyJS files."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from capbuild.formats import is_json_list, is_json_object, json_list, json_object, load_json
from capbuild.plugins import InputFile
from capbuild_surveyjs.definition import Json, list_pages
from capbuild_surveyjs.files import find_records

_PANELS = ("panel", "flowpanel")


def file_facts(source: InputFile) -> dict[str, Any]:
    """Return the counts of any SurveyJS file.

    Args:
        source: The file.
    """
    value = load_json(source)
    definition = json_object(value)
    if not list_pages(definition):
        return {"responses": len(find_records(value))}
    elements = [element for page in list_pages(definition) for element in _list_elements(page)]
    kinds = Counter(str(element.get("type")) for element in elements)
    return {
        "pages": len(json_list(definition.get("pages"))),
        "questions": sum(count for kind, count in kinds.items() if kind not in _PANELS),
        "types": {kind: count for kind, count in kinds.items() if kind not in _PANELS},
        "panels": {kind: count for kind, count in kinds.items() if kind in _PANELS},
        "choices_on_questions": sum(
            len(element.get(name) or ()) for element in elements for name in ("choices", "rateValues")
        ),
        "locales": sorted(set(_list_locales(definition))),
    }


def _list_elements(parent: Json) -> Iterator[Json]:
    """Yield the elements of a page, including those in panels."""
    for key in ("elements", "questions", "templateElements"):
        for element in json_list(parent.get(key)):
            yield element
            yield from _list_elements(element)


def _list_locales(value: object) -> Iterator[str]:
    """Yield the languages of localised texts."""
    if is_json_object(value):
        texts = json_object(value)
        if isinstance(texts.get("default"), str):
            yield from (tag for tag in texts if tag != "default")
        for part in texts.values():
            yield from _list_locales(part)
    elif is_json_list(value):
        for part in json_list(value):
            yield from _list_locales(part)
