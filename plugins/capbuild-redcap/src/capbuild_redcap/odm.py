"""Project XML with dictionary and records.

It is CDISC ODM with `redcap:` attributes.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from xml.etree.ElementTree import Element

from attrs import evolve, frozen

from capbuild.formats import (
    MISSING_WORDS,
    DefinitionOptions,
    KnownValues,
    RecordReader,
    check_definition,
    iter_xml,
    local_name,
)
from capbuild.model import Missing, QuestionType, Severity
from capbuild.origin import Origin
from capbuild.plugins import InputFile, ReadItem
from capbuild_redcap.dictionary import STANDARD_CODES, Field, build_dictionary, parse_choices
from capbuild_redcap.records import EVENT, INSTANCE, INSTRUMENT, Export, Row

_REDCAP = "{https://projectredcap.org}"
_BOUNDS = {"GE": "minimum", "GT": "minimum", "LE": "maximum", "LT": "maximum"}
#: Known values by element or attribute.
_KNOWN: Mapping[str, KnownValues] = {
    "@Comparator": tuple(_BOUNDS),
    "GlobalVariables.MissingDataCodes": lambda text: all(map(_find_missing, parse_choices(text))),
    **dict.fromkeys(("@RequiredField", "@Identifier"), ("y",)),
    "RangeCheck.CheckValue": re.compile(r"-?[\d./:, -]+").fullmatch,
}


def is_project(source: InputFile) -> bool:
    """True for the XML of a project."""
    start = source.head(4096)
    return b"<ODM" in start and b"projectredcap.org" in start


def _find(node: Element, name: str) -> list[Element]:
    return [child for child in node if local_name(child) == name]


def _text(node: Element) -> str:
    return " ".join("".join(node.itertext()).split())


def _list_elements(source: InputFile) -> Iterator[tuple[Element, str]]:
    """Yield the study and each subject, once complete.

    Each comes with its path.

    Raises:
        ReadError: It is not well-formed, or declares a document type or entities.
        LimitError: It nests too deeply, or has too many elements.
    """
    seen: Counter[str] = Counter()
    for event, node in iter_xml(source):
        name = local_name(node)
        if event == "start":
            seen["ClinicalData"] += name == "ClinicalData"
            seen["SubjectData"] *= name != "ClinicalData"
        elif name in ("Study", "SubjectData"):
            seen["SubjectData"] += name == "SubjectData"
            yield node, f"/ODM/ClinicalData[{seen['ClinicalData']}]/SubjectData[{seen['SubjectData']}]"
            node.clear()


def read_project(source: InputFile, options: DefinitionOptions) -> Iterator[ReadItem]:
    """Yield the questionnaire, responses, issues and reconciliation of a project.

    Raises:
        ReadError: It defines no fields, or is damaged.
        LimitError: It nests too deeply, or has too many elements.
    """
    elements = _list_elements(source)
    study = next(elements, (Element(""), ""))[0]
    fields = list(_list_fields(study)) if local_name(study) == "Study" else []
    if not fields:
        raise source.error("defines no fields", "RED1", "export the project as XML with its metadata")
    dictionary = build_dictionary(source.name, fields, _format_title(study), _index_forms(study), study.get("OID", ""))
    items = [name for _, name, _ in _items(study)]
    columns = [name for name in items if name in dictionary.columns or name not in dictionary.form]
    events = [EVENT] if any(local_name(node) == "StudyEventDef" for node in study.iter()) else []
    names = list(dict.fromkeys((fields[0].name, *events, INSTRUMENT, INSTANCE, *columns)))
    subjects = _Subjects(source.name, {name: position for position, name in enumerate(names)}, _list_repeating(study))
    types = [QuestionType.TEXT] * len(names)
    export = Export(names, names, types, dictionary, {form for _, form in subjects.repeating})
    form = export.form(source.name)
    yield from dictionary.log.close()
    lists = [node.get("OID", "") for node in study.iter() if local_name(node) == "CodeList"]
    yield from check_definition(source.name, study, form, {**_KNOWN, "@CodeListOID": lists}, path="/ODM/Study[1]")
    options = evolve(options, missing={**_collect_missing_codes(study), **options.missing})
    reader = RecordReader.with_options(form, source, options)
    rows = (row for node, path in elements for row in subjects.rows(node, path, reader))
    yield from export.read(rows, reader, fixed_columns=False)


# --- definitions ---


def _format_title(study: Element) -> str:
    return next((_text(node) for node in study.iter() if local_name(node) == "StudyName"), "")


def _index_forms(study: Element) -> dict[str, str]:
    """Return the titles of instruments by name."""
    forms = (node for node in study.iter() if local_name(node) == "FormDef")
    return {_format_form_name(node.get("OID")): " ".join(node.get("Name", "").split()) for node in forms}


def _format_form_name(oid: str | None) -> str:
    return (oid or "form").removeprefix("Form.")


def _items(study: Element) -> Iterator[tuple[str, str, Element]]:
    """Yield items' instrument, column and definition, in export order."""
    nodes = {(local_name(node), node.get("OID")): node for node in study.iter()}
    seen: set[str] = set()
    for form in [node for key, node in nodes.items() if key[0] == "FormDef"]:
        for group in _find(form, "ItemGroupRef"):
            element = nodes.get(("ItemGroupDef", group.get("ItemGroupOID")))
            for item in _find(element, "ItemRef") if element is not None else ():
                name = item.get("ItemOID") or ""
                definition = nodes.get(("ItemDef", name))
                if definition is not None and name not in seen:
                    seen.add(name)
                    yield _format_form_name(form.get("OID")), name, definition


def _list_fields(study: Element) -> Iterator[Field]:
    """Yield the fields.

    The columns of a checkbox are one field.
    """
    lists = {node.get("OID"): node for node in study.iter() if local_name(node) == "CodeList"}
    seen: set[str] = set()
    for form, oid, node in _items(study):
        kind, name = node.get(f"{_REDCAP}FieldType"), node.get(f"{_REDCAP}Variable") or oid
        if kind is None or name in seen or oid == f"{form}_complete":
            continue
        seen.add(name)
        bounds = {_BOUNDS.get(check.get("Comparator", ""), ""): _text(value) for check in _find(node, "RangeCheck")
                  for value in _find(check, "CheckValue")}  # fmt: skip
        codes = [lists[ref.get("CodeListOID")] for ref in _find(node, "CodeListRef") if ref.get("CodeListOID") in lists]
        yield Field(
            name=name,
            form=form,
            kind=kind,
            label=" ".join(_text(question) for question in _find(node, "Question")),
            choices=_list_choices(codes[0], kind) if codes and kind not in ("yesno", "truefalse") else (),
            section=node.get(f"{_REDCAP}SectionHeader", ""),
            note=node.get(f"{_REDCAP}FieldNote", ""),
            validation=node.get(f"{_REDCAP}TextValidationType", ""),
            minimum=bounds.get("minimum", ""),
            maximum=bounds.get("maximum", ""),
            identifier=node.get(f"{_REDCAP}Identifier") == "y",
            logic=node.get(f"{_REDCAP}BranchingLogic", ""),
            required=node.get(f"{_REDCAP}RequiredField") == "y",
            matrix=node.get(f"{_REDCAP}MatrixGroupName", ""),
            annotation=node.get(f"{_REDCAP}FieldAnnotation", ""),
        )


def _list_choices(codes: Element, kind: str) -> tuple[tuple[str, str], ...]:
    if kind == "checkbox":
        return parse_choices(codes.get(f"{_REDCAP}CheckboxChoices", ""))
    return tuple((code, _text(item)) for item in _find(codes, "CodeListItem") if (code := item.get("CodedValue", "")))


def _collect_missing_codes(study: Element) -> dict[str, Missing]:
    """Return the missing-data codes of the project."""
    texts = (_text(node) for node in study.iter() if local_name(node) == "MissingDataCodes")
    pairs = [pair for text in texts for pair in parse_choices(text)]
    return {pair[0]: _find_missing(pair) or Missing.NO_ANSWER for pair in pairs}


def _find_missing(pair: tuple[str, str]) -> Missing | None:
    """Return the missing kind of a code and label."""
    missings = {**MISSING_WORDS, "no information": Missing.NO_ANSWER, "masked": Missing.CONFIDENTIAL}
    return STANDARD_CODES.get(pair[0]) or missings.get(pair[1].casefold())


def _list_repeating(study: Element) -> set[tuple[str, str]]:
    """Return event and name of repeating instruments.

    The event is empty in a project with only one.
    """
    nodes = [node for node in study.iter() if local_name(node) == "RepeatingInstrument"]
    marks = ((node.get(f"{_REDCAP}UniqueEventName", ""), node.get(f"{_REDCAP}RepeatInstrument", "")) for node in nodes)
    return {mark for mark in marks if mark[1]}


# --- records ---


@frozen
class _Subjects:
    """Rows of subjects, as in a CSV export.

    Attributes:
        file: Name of the file.
        places: Indexes of the columns by name.
        repeating: Event and name of repeating instruments.
    """

    file: str
    places: Mapping[str, int]
    repeating: set[tuple[str, str]]

    def rows(self, subject: Element, path: str, reader: RecordReader) -> Iterator[Row]:
        """Yield the rows of a subject.

        Each event has a row, followed by those of its repeating instruments.
        """
        events, rows_by_place = _find(subject, "StudyEventData"), dict[tuple[str, str], list[Row]]()
        for number, event in enumerate(events or [subject], 1):
            at = f"{path}/StudyEventData[{number}]" if events else path
            name, key = event.get(f"{_REDCAP}UniqueEventName", ""), event.get("StudyEventRepeatKey", "1")
            about = {EVENT: name, INSTANCE: key if key != "1" else ""}
            forms = [(form, f"{at}/FormData[{i}]") for i, form in enumerate(_find(event, "FormData"), 1)]
            again = [form_data for form_data in forms if self._is_repeating(name, form_data[0])]
            rows = rows_by_place.setdefault((name, key), [])
            if len(forms) > len(again):
                once = [form_data for form_data in forms if form_data not in again]
                rows.insert(0, self._make_row(subject, about, once, at, reader))
            for form, place in again:
                more = {INSTRUMENT: _format_form_name(form.get("FormOID")), INSTANCE: form.get("FormRepeatKey", "1")}
                rows.append(self._make_row(subject, {**about, **more}, [(form, place)], at, reader))
        for rows in rows_by_place.values():
            yield from rows

    def _is_repeating(self, event: str, form: Element) -> bool:
        name = _format_form_name(form.get("FormOID"))
        return (event, name) in self.repeating or ("", name) in self.repeating

    def _make_row(
        self, subject: Element, about: Mapping[str, str], forms: Iterable[tuple[Element, str]],
        at: str, reader: RecordReader,
    ) -> Row:  # fmt: skip
        cells, paths, key = [""] * len(self.places), dict[int, str](), subject.get("SubjectKey", "")
        for name, text, item in _list_values(forms):
            place = self.places.get(name)
            if place is None:
                message, remedy = f"the item {name!r} is not defined", "export the project with its metadata again"
                reader.log.add("RED2", Severity.WARNING, message, remedy=remedy, origin=Origin(self.file, path=item))
                continue
            if place == 0 and text not in ("", key):
                message, remedy = f"the record {key!r} has the id {text!r} in its answers", "export the project again"
                reader.log.add("RED2", Severity.WARNING, message, remedy=remedy, origin=Origin(self.file, path=item))
            cells[place], paths[place] = text, item
        for name, text in about.items():
            if name not in self.places:
                continue
            cells[self.places[name]] = text
            paths[self.places[name]] = f"{at}/@redcap:UniqueEventName"
        cells[0] = key
        return Row(cells, Origin(self.file, path=at), lambda place: Origin(self.file, path=paths.get(place, at)))


def _list_values(forms: Iterable[tuple[Element, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield name, text and path of each item."""
    for form, at in forms:
        for number, group in enumerate(_find(form, "ItemGroupData"), 1):
            seen: Counter[str] = Counter()
            for item in group:
                kind = local_name(item)
                seen[kind] += 1
                path = f"{at}/ItemGroupData[{number}]/{kind}[{seen[kind]}]"
                name = "Value" if item.get("Value") is not None else f"{_REDCAP}DocName"
                yield item.get("ItemOID", ""), item.get(name, ""), f"{path}/@{local_name(name)}"
