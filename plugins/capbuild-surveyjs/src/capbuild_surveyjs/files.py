"""SurveyJS files: definitions, and responses as a list of objects."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePath
from typing import Any

from attrs import define, evolve, field, frozen

from capbuild.errors import ReadError
from capbuild.formats import (
    DecodedCell,
    DefinitionOptions,
    RecordColumn,
    RecordReader,
    RecordRows,
    SurveyRecord,
    check_definition,
    complete_form,
    is_false,
    is_json_list,
    is_json_object,
    json_cell,
    json_object,
    json_origin,
    json_value,
    load_json,
)
from capbuild.model import Issue, Missing, Questionnaire, QuestionType, Severity, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import Claim, Companion, Confidence, InputFile, ReadItem, find_companion
from capbuild_surveyjs.definition import KNOWN, Json, Node, Survey, build_survey, list_pages

#: A column has at most as many cells for each value, so that work grows with the file.
_EMPTIEST = 8
_BLANK = b"\xef\xbb\xbf \t\r\n"
_ELEMENTS = re.compile(rb'"(?:pages|elements|questions)"\s*:\s*\[\s*\{')
_KINDS = (
    rb"(?:text|comment|radiogroup|checkbox|dropdown|tagbox|rating|ranking|boolean|matrix|matrixdropdown|matrixdynamic"
    rb"|multipletext|panel|paneldynamic|html|expression|file|signaturepad|imagepicker|buttongroup|slider)"
)
#: An element: type and name close together in an object.
_ELEMENT = re.compile(
    rb'"type"\s*:\s*"%b"[^{}\[\]]{0,300}"name"\s*:\s*"|"name"\s*:\s*"[^{}\[\]]{1,300}"type"\s*:\s*"%b"'
    % (_KINDS, _KINDS)
)
#: Keys in JSON definitions of other products.
_OTHER = re.compile(rb'"(?:capbuild|headline|resourceType|SurveyEntry|survey|family|levels|fields)"\s*:')
_REFERENCE = re.compile(r"\{([^{}]+)\}")
_CONTAINS = re.compile(r"(v\('[^']*'\))\s+(notcontains|contains)\s+('[^']*'|\"[^\"]*\"|-?[\d.]+)", re.IGNORECASE)
_EMPTY = re.compile(r"(v\('[^']*'\))\s+(notempty|empty)\b", re.IGNORECASE)
Steps = tuple[str | int, ...]
#: A value of a response that can be hashed; None for an absent key.
_Cell = str | tuple[str] | None
#: Keys of a response's submission time, in lower case.
_MOMENTS = ("happendat", "happenedat", "submittedat", "completedat", "createdat", "timestamp")


def is_definition(source: InputFile) -> bool:
    """True for a survey definition."""
    start = source.start
    marks = _ELEMENTS.search(start) and _ELEMENT.search(start)
    return start.lstrip(_BLANK).startswith(b"{") and bool(marks) and _OTHER.search(start) is None


def sniff(source: InputFile) -> Claim | None:
    """Claim definitions by their structure.

    Responses are claimed if a definition is next to them.
    """
    if is_definition(source):
        return Claim(Confidence.SIGNATURE, "a SurveyJS definition: elements with type and name")
    definition = find_companion(DEFINITION, source) if _find_first_record(source) else None
    if definition is not None:
        return Claim(
            Confidence.SHAPE, f"responses to the SurveyJS definition {PurePath(definition.name).name} beside it"
        )
    return None


def _find_first_record(source: InputFile) -> Json:
    """Return a file's first response, from its first 64 KiB.

    The result is empty for any other file.
    """
    start = source.start.lstrip(_BLANK)
    if start[:1] not in (b"[", b"{"):
        return {}
    text = start.decode("utf-8", "ignore")
    at = text.find("{") if text[0] == "[" else text.find("{", max(text.find("["), 0))
    try:
        return json_object(json.JSONDecoder().raw_decode(text, at)[0]) if at >= 0 else {}
    except (ValueError, RecursionError):
        return {}


def explains(records: InputFile, other: InputFile) -> bool:
    """True if a file defines half of a response's keys."""
    if is_definition(records) or not is_definition(other):
        return False
    record = _find_first_record(records)
    nodes = build_survey(json_object(load_json(other)), other.name).nodes
    return 0 < len(record) <= 2 * sum(key in nodes for key in record)


#: The definition, found by content.
DEFINITION = Companion(option="definition", patterns=("*.json",), explains=explains)


def find_records(value: object) -> list[tuple[object, Steps]]:
    """Return the responses in a document with their paths."""
    known = json_object(value)
    key = next((name for name in ("data", "Data", "responses") if isinstance(known.get(name), list)), None)
    listed = known[key] if key is not None else value
    if not is_json_list(listed):
        return [(value, ())]
    above = (key,) if key is not None else ()
    return [(record, (*above, position)) for position, record in enumerate(listed)]


def read_file(source: InputFile, options: DefinitionOptions) -> Iterator[ReadItem]:
    """Yield the questionnaire, responses, issues and reconciliation of a file.

    Raises:
        ReadError: It is not a SurveyJS file, or damaged.
        LimitError: It exceeds the size or depth limits.
    """
    issues: list[Issue] = []
    value = load_json(source, issues)
    if list_pages(json_object(value)):
        form = build_survey(json_object(value), source.name).form
        yield form
        yield from issues
        yield from check_definition(source.name, value, form, KNOWN)
        yield SheetReconciliation(skipped="it is a survey definition without responses")
        return
    yield from _read_responses(source, value, options)
    yield from issues


def _cell(record: Json, key: str) -> _Cell:
    return json_cell(record[key]) if key in record else None


def _list_questions(node: Node) -> Iterator[str]:
    """Yield the questions at a node, and below it."""
    if node.question:
        yield node.question
    for child in node.children.values():
        yield from _list_questions(child)


def _make_error(source: InputFile, problem: str) -> ReadError:
    remedy = "give the definition or the responses as SurveyJS has them, in JSON"
    return source.error(f"{problem}", "SJS1", remedy)


def _read_responses(source: InputFile, value: object, options: DefinitionOptions) -> Iterator[ReadItem]:
    records = find_records(value)
    if not any(is_json_object(record) and record for record, _ in records):
        raise _make_error(source, "contains neither a survey nor responses")
    survey: Survey | None = None
    if options.definition is not None:
        definition = json_object(load_json(options.definition))
        if not list_pages(definition):
            raise _make_error(options.definition, "is not a SurveyJS definition")
        survey = build_survey(definition, options.definition.name)
        yield from check_definition(options.definition.name, definition, survey.form, KNOWN)
    numbered = enumerate(records, 1)
    objects = [(number, json_object(record), at) for number, (record, at) in numbered if is_json_object(record)]
    responses = _Responses(source.name, survey, objects)
    reader = RecordReader.with_options(responses.form, source, options)
    for record, at in records:
        if not is_json_object(record):
            origin, remedy = json_origin(source.name, *at), "export the responses again"
            reader.account.rows_left_out["no object"] += 1
            reader.log.add("SJS3", Severity.WARNING, "a response is no object", remedy=remedy, origin=origin)
    yield from reader.read_rows(responses.rows(), responses.columns(), responses.place)


@define
class _Found:
    """A value in a response.

    Attributes:
        question: Id of its question, or the joined keys of an undefined one.
        value: The value, or None.
        steps: Its path in the response.
        repeat: Number of the repeat; 0 outside.
        group: Id of the repeated group of an undefined question.
        made: True if the value is derived, without a text in the file.
    """

    question: str
    value: Any
    steps: Steps
    repeat: int = 0
    group: str = ""
    made: bool = False


@frozen
class _Scope:
    """Part of a response.

    Attributes:
        steps: Its path.
        repeat: Number of its repeat; 0 outside.
        group: Id of the repeated group.
        counts: Repeats of each group so far.
    """

    steps: Steps = ()
    repeat: int = 0
    group: str = ""
    counts: Counter[str] = field(factory=Counter[str])

    def below(self, step: str | int) -> "_Scope":
        """Return the part at a key or index."""
        return _Scope((*self.steps, step), self.repeat, self.group, self.counts)


@define(eq=False)
class _Responses:
    """Responses of a file, as a table.

    It has a column for each defined key and each that is not rare, and a last one with all rare keys.

    Attributes:
        file: Name of the file.
        survey: The definition; None without one.
        records: The responses, each with its number and path.
        keys: Keys that have a column.
        form: The questionnaire, completed from the responses.
    """

    file: str
    survey: Survey | None
    records: Sequence[tuple[int, Json, Steps]]
    keys: list[str] = field(init=False)
    form: Questionnaire = field(init=False)
    _own: frozenset[str] = field(init=False)
    _about: dict[str, list[str]] = field(factory=dict[str, list[str]], init=False)

    def __attrs_post_init__(self) -> None:
        found = Counter(key for _, record, _ in self.records for key in record)
        common = (key for key, count in found.items() if _EMPTIEST * count >= len(self.records))
        self.keys = list(dict.fromkeys((*self._nodes, *common)))
        self._own = frozenset(self.keys)
        for key in found:
            if key not in self._nodes:
                self._about.setdefault(key.casefold(), []).append(key)
        stem = PurePath(self.file).stem or "responses"
        form = self.survey.form if self.survey else Questionnaire(id=stem, title=stem, inferred=True)
        self.form = complete_form(form, ((one.question, one.value, one.group) for one in self._distinct_values()))

    @property
    def _nodes(self) -> Mapping[str, Node]:
        return self.survey.nodes if self.survey else {}

    def _distinct_values(self) -> Iterator[_Found]:
        """Yield the values of each column, those that recur twice."""
        for place, cells in enumerate(zip(*(self._cells(record) for _, record, _ in self.records), strict=True)):
            for cell, count in Counter(cells).items():
                for _ in range(min(count, 2)):
                    yield from self._list_values(place, cell)

    def _cells(self, record: Json) -> list[_Cell]:
        """Return the cells of a response."""
        rest = {key: record[key] for key in record if key not in self._own}
        return [*(_cell(record, key) for key in self.keys), json_cell(rest) if rest else None]

    def columns(self) -> list[RecordColumn]:
        """Return the columns: the values at a key, which conditions on other keys may hide."""
        places = {key: place for place, key in enumerate(self.keys)}
        columns = []
        for place, key in enumerate((*self.keys, None)):
            node = self._nodes.get(key) if key is not None else None
            skips = (self.form[name].skip for name in _list_questions(node)) if node is not None else ()
            names = [name.strip() for skip in skips if skip for name in _REFERENCE.findall(skip.expression)]
            cells = (place, *dict.fromkeys(places[name] for name in names if name in places))
            columns.append(RecordColumn(cells, partial(self._decode, cells)))
        return columns

    def rows(self) -> Iterator[RecordRows[Steps]]:
        """Yield the responses, each a row."""
        for number, record, at in self.records:
            yield self._record(record, number, at), [(at, self._cells(record))]

    def place(self, at: Steps, steps: Steps) -> Origin:
        """Return the origin of a value."""
        return json_origin(self.file, *at, *steps)

    def _record(self, record: Json, number: int, at: Steps) -> SurveyRecord:
        name = self._find(record, "id")[1] or self._find(record, "instanceid")[1]
        sent = next((pair for pair in (self._find(record, key) for key in _MOMENTS) if pair[1] not in (None, "")), None)
        return SurveyRecord(
            id=str(name) if isinstance(name, str | int) else str(number),
            origin=json_origin(self.file, *at),
            moment="" if sent is None else str(sent[1]),
            moment_origin=None if sent is None else json_origin(self.file, *at, sent[0]),
        )

    def _find(self, record: Json, name: str) -> tuple[str, Any]:
        """Return key and value of an undefined key, whose case does not count."""
        return next(((key, record[key]) for key in reversed(self._about.get(name, ())) if key in record), ("", None))

    def _decode(self, places: Sequence[int], cells: Sequence[_Cell]) -> Iterator[DecodedCell]:
        """Yield the values of the first column."""
        filled = zip(places, cells, strict=True)
        record = {self.keys[at]: json_value(cell) for at, cell in filled if cell is not None and at < len(self.keys)}
        for found in self._list_values(places[0], cells[0]):
            skip = self.form[found.question].skip
            hidden = skip is not None and found.value in (None, "", []) and self._is_hidden(skip.expression, record)
            absent, raw = Missing.NOT_ASKED if hidden else Missing.NO_ANSWER, "" if found.made else None
            yield DecodedCell(found.question, found.value, absent, raw, found.repeat, found.steps)

    def _is_hidden(self, condition: str, record: Json) -> bool:
        """True if a condition hides a question.

        A condition on the same panel or row cannot be evaluated, and hides nothing.
        """

        def value(name: str) -> str | list[str] | None:
            answer = record.get(name, "" if name in self._nodes else None)
            if is_json_list(answer):
                return [str(part) for part in answer] or ""
            return answer if isinstance(answer, str) or answer is None else json.dumps(answer)

        text = _REFERENCE.sub(lambda match: f"v({match[1].strip()!r})", condition)
        text = _EMPTY.sub(lambda match: f"{match[1]} {'=' if match[2].lower() == 'empty' else '<>'} ''", text)
        text = _CONTAINS.sub(r"(\3 \2 \1)", text)
        text = re.sub(r"\bnotcontains\b", "not in", re.sub(r"\bcontains\b", "in", text))
        return is_false(text, value)

    # --- walk ---

    def _list_values(self, place: int, cell: _Cell) -> Iterator[_Found]:
        """Yield the values in a cell."""
        value = None if cell is None else json_value(cell)
        if place == len(self.keys):
            yield from self._walk({}, json_object(value), _Scope())
            return
        key = self.keys[place]
        nodes = {key: self._nodes[key]} if key in self._nodes else {}
        yield from self._walk(nodes, {} if cell is None else {key: value}, _Scope())

    def _walk(self, nodes: Mapping[str, Node], data: Json, scope: _Scope) -> Iterator[_Found]:
        """Yield the values of an object."""
        for key, node in nodes.items():
            value, here = data.get(key), scope.below(key)
            if node.group:
                yield from self._items(node, value, here)
            elif node.children and (value is None or is_json_object(value)):
                yield from self._walk(node.children, json_object(value), scope if value is None else here)
            elif is_json_object(value) and self._is_unknown(node.question):
                yield from self._list_other(value, here, node.question)
            elif node.children:  # a matrix has an object of rows or cells
                path = ".".join(step for step in here.steps if isinstance(step, str))
                yield _Found(f"{path}/value", value, here.steps, scope.repeat, scope.group)
            else:
                yield _Found(node.question, value, here.steps if key in data else scope.steps, scope.repeat)
        for key in data:
            if key not in nodes:
                here = scope.below(key)
                path = ".".join(step for step in here.steps if isinstance(step, str))
                yield from self._list_other(data[key], here, path)

    def _is_unknown(self, question: str) -> bool:
        form = self.survey.form if self.survey else None
        return form is not None and form[question].type is QuestionType.UNKNOWN

    def _items(self, node: Node, value: object, scope: _Scope) -> Iterator[_Found]:
        """Yield the values of a repeated block.

        Repeats are numbered throughout the response.
        """
        listed = value if is_json_list(value) else None
        for position, item in enumerate(listed if listed is not None else [] if value is None else [value]):
            scope.counts[node.group] += 1
            here = evolve(scope.below(position) if listed is not None else scope, repeat=scope.counts[node.group],
                          group=node.group)  # fmt: skip
            if scope.repeat:
                index = f"{node.group}/_parent_index"
                yield _Found(index, scope.repeat, here.steps, here.repeat, node.group, made=True)
            if is_json_object(item):
                yield from self._walk(node.children, json_object(item), here)
            else:
                yield _Found(f"{node.group}/value", item, here.steps, here.repeat, node.group)

    def _list_other(self, value: object, scope: _Scope, path: str) -> Iterator[_Found]:
        """Yield the values at an undefined key."""
        if is_json_object(value) and value:
            for key, part in json_object(value).items():
                yield from self._list_other(part, scope.below(key), f"{path}.{key}")
        else:
            yield _Found(path.strip() or "no name", value, scope.steps, scope.repeat, scope.group)
