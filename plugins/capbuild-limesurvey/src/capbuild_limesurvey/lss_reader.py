"""Reader of surveys from table dumps."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from capbuild.formats import KnownValues, check_definition
from capbuild.model import Issue, Questionnaire
from capbuild.origin import Origin
from capbuild_limesurvey.definition import KNOWN_VALUES, QUESTION_TYPES, Option, Part, Section, Survey, language_tag
from capbuild_limesurvey.xml_dump import DumpRow, TableDump, count_table_contents

#: Tables that number their rows, and the fields with these numbers.
_OWNERS = (("aid", "answers"), ("qid", "questions"), ("gid", "groups"))
_COMPARED = frozenset(("==", "!=", "<", "<=", ">", ">="))

_Texts = dict[str, dict[str, str]]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _scale(row: DumpRow) -> int:
    return 1 if row["scale_id"].strip() == "1" else 0


def _read_texts(rows: Iterable[DumpRow], key: str, name: str) -> _Texts:
    """Return texts by key and language, skipping blanks."""
    texts: _Texts = defaultdict(dict)
    for row in rows:
        if name in row.cells and row["language"].strip():
            texts[row[key]][language_tag(row["language"])] = row[name]
    return texts


def _join_texts(old: _Texts, new: _Texts) -> _Texts:
    return defaultdict(dict, {key: {**old.get(key, {}), **new.get(key, {})} for key in (*old, *new)})


def _list_first_rows(rows: Iterable[DumpRow], key: str) -> list[DumpRow]:
    """Return the first row for each key.

    The old layout repeats rows in every language.
    """
    kept: dict[str, DumpRow] = {}
    for row in rows:
        kept.setdefault(row[key], row)
    return list(kept.values())


def _read_sections(dump: TableDump) -> tuple[Section, ...]:
    groups, translated = dump.rows("groups"), dump.rows("group_l10ns")
    titles = _join_texts(_read_texts(groups, "gid", "group_name"), _read_texts(translated, "gid", "group_name"))
    described = _join_texts(_read_texts(groups, "gid", "description"), _read_texts(translated, "gid", "description"))
    ordered = sorted(_list_first_rows(groups, "gid"), key=lambda row: _number(row["group_order"]))
    return tuple(
        Section(
            key=row["gid"].strip(),
            titles=titles[row["gid"]],
            descriptions=described[row["gid"]],
            relevance="" if row["grelevance"].strip() == "1" else row["grelevance"].strip(),
            path=dump.path("groups", row),
        )
        for row in ordered
    )


def _read_options(dump: TableDump) -> dict[str, tuple[Option, ...]]:
    """Return answer options by question.

    They are identified by scale and code, as options of the old layout have no number.
    """
    rows = dump.rows("answers")
    translated = _read_texts(dump.rows("answer_l10ns"), "aid", "answer")
    options: dict[str, dict[tuple[int, str], list[DumpRow]]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: _number(row["sortorder"])):
        options[row["qid"]].setdefault((_scale(row), row["code"]), []).append(row)

    def option(scale: int, code: str, same: list[DumpRow]) -> Option:
        own = {language_tag(row["language"]): row["answer"] for row in same if row["language"].strip()}
        value = same[0]["assessment_value"].strip()
        return Option(
            code=code.strip(),
            scale=scale,
            texts={**own, **translated.get(same[0]["aid"], {})},
            value=_number(value) if value else None,
            key=same[0]["aid"].strip(),
        )

    return {
        question: tuple(option(scale, code, same) for (scale, code), same in by_code.items())
        for question, by_code in options.items()
    }


def _read_attributes(dump: TableDump, main: str) -> tuple[dict[str, dict[str, str]], _Texts]:
    """Return question settings in the main language, and "other" labels."""
    attributes: dict[str, dict[str, str]] = defaultdict(dict)
    others: _Texts = defaultdict(dict)
    for row in dump.rows("question_attributes"):
        if not row["value"].strip():
            continue
        language = language_tag(row["language"]) if row["language"].strip() else main
        if language == main:
            attributes[row["qid"]][row["attribute"]] = row["value"]
        attributes[row["qid"]].setdefault(row["attribute"], row["value"])
        if row["attribute"] == "other_replace_text":
            others[row["qid"]][language] = row["value"]
    return attributes, others


class _Parts:
    """Builder of questions and subquestions from rows."""

    def __init__(self, dump: TableDump, main: str) -> None:
        self.dump = dump
        own = (*dump.rows("questions"), *dump.rows("subquestions"))
        apart = dump.rows("question_l10ns")
        self.texts = _join_texts(_read_texts(own, "qid", "question"), _read_texts(apart, "qid", "question"))
        self.helps = _join_texts(_read_texts(own, "qid", "help"), _read_texts(apart, "qid", "help"))
        self.options = _read_options(dump)
        self.attributes, self.others = _read_attributes(dump, main)
        self.conditions = _read_equations(dump, {row["qid"].strip(): row["title"].strip() for row in own})
        self.below: dict[str, list[tuple[str, DumpRow]]] = defaultdict(list)
        self.top: list[tuple[str, DumpRow]] = []
        placed = [
            (table, row) for table in ("questions", "subquestions") for row in _list_first_rows(dump.rows(table), "qid")
        ]
        for table, row in sorted(placed, key=lambda pair: _number(pair[1]["question_order"])):
            parent = row["parent_qid"].strip()
            if parent not in ("", "0"):
                self.below[parent].append((table, row))
            elif table == "questions":
                self.top.append((table, row))

    def part(self, table: str, row: DumpRow, *, top: bool) -> Part:
        """Return one question, or a row or column of one."""
        key = row["qid"]
        relevance = row["relevance"].strip()
        if relevance in ("", "1"):
            relevance = self.conditions.get(key, "")
        rule = row["preg"].strip()
        return Part(
            key=key,
            code=row["title"].strip(),
            type=row["type"].strip() if top else "",
            section=row["gid"].strip(),
            texts=self.texts[key],
            helps=self.helps[key],
            other=row["other"].strip() == "Y",
            mandatory=row["mandatory"].strip() == "Y",
            relevance=relevance,
            scale=_scale(row),
            attributes=self.attributes.get(key, {}) | ({"preg": rule} if rule else {}),
            others=self.others.get(key, {}),
            options=self.options.get(key, ()),
            parts=tuple(self.part(*pair, top=False) for pair in self.below.get(key, ())) if top else (),
            path=self.dump.path(table, row),
        )


def _list_languages(dump: TableDump) -> tuple[str, ...]:
    """Return the languages, the main one first.

    The file's own list is in no particular order.
    """
    survey = next(iter(dump.rows("surveys")), None)
    listed = [language_tag(language) for language in dump.languages]
    if survey is None:
        return tuple(dict.fromkeys(listed))
    main = [survey["language"], *survey["additional_languages"].split()]
    return tuple(dict.fromkeys([*(language_tag(code) for code in main if code.strip()), *listed]))


def read_survey_tables(dump: TableDump) -> Survey:
    """Return the survey, group or question of dumped tables."""
    languages = _list_languages(dump)
    parts = _Parts(dump, languages[0] if languages else "und")
    sections = _read_sections(dump)
    order = {section.key: number for number, section in enumerate(sections)}
    questions = [parts.part(*pair, top=True) for pair in parts.top]
    settings = dump.rows("surveys_languagesettings")
    row = next(iter((*dump.rows("surveys"), *dump.rows("questions"), *dump.rows("groups"))), None)
    return Survey(
        key=row["sid"].strip() if row is not None else "",
        titles={language_tag(setting["surveyls_language"]): setting["surveyls_title"] for setting in settings},
        languages=languages,
        sections=sections,
        questions=tuple(sorted(questions, key=lambda part: order.get(part.section, len(order)))),
        version=dump.version,
        kind=dump.kind,
        unmapped=count_table_contents(dump),
        doubts=partial(_check_tables, dump, languages),
    )


#: Fields that number rows or order them.
_NUMBERS = ("aid", "qid", "gid", "sid", "id", "parent_qid", "sortorder", "question_order", "group_order")


def _list_known_values(dump: TableDump, languages: tuple[str, ...]) -> dict[str, KnownValues]:
    """Return the known values of fields.

    These are numbers of rows in other tables, languages and types.
    """
    keys = {name: {row[name].strip() for row in dump.rows(table)} for name, table in _OWNERS}
    keys["qid"] |= {row["qid"].strip() for row in dump.rows("subquestions")}
    keys["parent_qid"] = {"", "0", *keys["qid"]}
    refers = {
        f"{table}.rows.row.{name}": known
        for table in dump.tables
        for name, known in keys.items()
        if len(known) > 1 and (name, table) not in _OWNERS
    }
    spoken: KnownValues = lambda text: language_tag(text) in languages  # noqa: E731
    return {
        **KNOWN_VALUES,
        **dict.fromkeys(_NUMBERS, int),
        "assessment_value": float,
        **dict.fromkeys(("row.code", "row.title", "additional_languages"), lambda _text: True),
        **refers,
        "questions.rows.row.type": QUESTION_TYPES,
        "row.scale_id": ("0", "1"),
        "row.language": spoken,
    }


def _check_tables(dump: TableDump, languages: tuple[str, ...], form: Questionnaire) -> Iterator[Issue]:
    """Yield the tables' issues, compared with their questionnaire."""

    def origin(*steps: str | int) -> Origin:
        path = "".join(f"[{step + 1}]" if isinstance(step, int) else f"/{step}" for step in steps[:5])
        return Origin(dump.file, dump.member or None, path=f"/document{path}")

    tree = {table: {"rows": {"row": list(map(_read_cells, rows))}} for table, rows in dump.tables.items()}
    yield from check_definition(dump.file, tree, form, _list_known_values(dump, languages), origin=origin)


def _read_cells(row: DumpRow) -> Mapping[str, object]:
    """Return a row's cells, settings under their own names."""
    name = row["attribute"].strip()
    return {**row.cells, "value": {name: row["value"]}} if name else row.cells


def _find_variable_name(row: DumpRow, codes: Mapping[str, str]) -> str | None:
    """Return a condition variable's expression name, or None."""
    place = row["cfieldname"].strip()
    if place.startswith("{") and place.endswith("}"):
        return place[1:-1]
    asked = row["cqid"].strip()
    match = re.fullmatch(rf"\+?\d+X\d+X{re.escape(asked)}(.*)", place, re.DOTALL)
    code = codes.get(asked)
    if match is None or code is None:
        return None
    tail = match[1]
    return f"{code}_{tail.replace('#', '_')}.NAOK" if tail else f"{code}.NAOK"


def _compare(row: DumpRow, codes: Mapping[str, str]) -> str | None:
    name = _find_variable_name(row, codes)
    method, value = row["method"].strip(), row["value"].strip()
    if name is None or '"' in value:
        return None
    if not method or (method == "==" and not value):
        return f"is_empty({name})"
    if method == "RX":
        return f'regexMatch("{value}", {name})'
    return f'{name} {method} "{value}"' if method in _COMPARED else None


def _join_conditions(parts: Iterable[str], word: str) -> str:
    unique_parts = list(dict.fromkeys(parts))
    return unique_parts[0] if len(unique_parts) == 1 else f" {word} ".join(f"({part})" for part in unique_parts)


def _read_equations(dump: TableDump, codes: Mapping[str, str]) -> Mapping[str, str]:
    """Return the relevance equations of questions with conditions, by number.

    Within a scenario, comparisons with one variable are joined by "or", those with different variables by "and".
    Scenarios are joined by "or". A question is left out if one of its comparisons has no equation.

    Args:
        dump: The dumped tables.
        codes: Codes of the questions by their numbers.
    """
    equations: dict[str, dict[str, dict[str, list[str]]]] = {}
    unsaid: set[str] = set()
    for row in dump.rows("conditions"):
        comparison = _compare(row, codes)
        if comparison is None:
            unsaid.add(row["qid"])
            continue
        scenario = equations.setdefault(row["qid"], {}).setdefault(row["scenario"].strip() or "1", {})
        scenario.setdefault(row["cfieldname"], []).append(comparison)
    return {question: _read_whole(scenarios) for question, scenarios in equations.items() if question not in unsaid}


def _read_whole(scenarios: Mapping[str, Mapping[str, list[str]]]) -> str:
    both = (
        _join_conditions((_join_conditions(comparison, "or") for comparison in scenario.values()), "and")
        for scenario in scenarios.values()
    )
    return _join_conditions(both, "or")
