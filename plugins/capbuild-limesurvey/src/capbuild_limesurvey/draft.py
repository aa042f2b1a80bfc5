"""Survey inferred from headers and sample cells of an export without a definition."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set

from attrs import define, evolve, field

from capbuild.formats import fold_word
from capbuild_limesurvey.definition import Part, Survey
from capbuild_limesurvey.fields import canonical_header
from capbuild_limesurvey.markup import clean
from capbuild_limesurvey.response_table import Cell, ResponseTable
from capbuild_limesurvey.values import parse_tick

_BOTH = re.compile(r"([A-Za-z_][\w\[\]#]*)\. (.+)", re.DOTALL)
_BRACKETS = re.compile(r"(.*?) ?\[([^\[\]]*)\]", re.DOTALL)
_LANGUAGE = "und"
#: Companion columns of answers, with the type letter that has each.
_BESIDE = {"comment": "O", "filecount": "|"}
_TAILS = ("other", *_BESIDE)


@define
class _DraftQuestion:
    """Question under construction from its columns."""

    code: str
    text: str
    rows: dict[str, tuple[str, list[Cell]]] = field(factory=dict)
    other: bool = False
    comments: bool = False
    alone: bool = False
    letter: str = ""

    def parts(self) -> Iterator[Part]:
        """Yield the question, and its rows separately if it has a column of its own."""
        if self.alone and self.rows:
            yield evolve(self, rows={}, other=False, comments=False).part()
            yield evolve(self, letter="").part(" rows")
        else:
            yield self.part()

    def part(self, tail: str = "") -> Part:
        """Return the question: multi-select if all cells are ticks, otherwise an array of rows."""
        rows = [(code, text) for code, (text, _) in self.rows.items()]
        filled = [cell for _, cells in self.rows.values() for cell in cells if cell and cell.strip()]
        # 1 and 2 may be ticks with N recoded to 2, or values of a scale. As answers neither is lost.
        marks = {fold_word(cell) for cell in filled if parse_tick(cell)}  # an export uses only one word for a tick
        ticks = (
            bool(filled)
            and len(marks) <= 1
            and all(parse_tick(cell) is not None and cell.strip() != "2" for cell in filled)
        )
        letter = ("P" if self.comments else "M") if rows and ticks else "Q" if rows else self.letter
        return Part(
            key=f"draft {self.code}{tail}",
            code=self.code,
            type=letter,
            texts={_LANGUAGE: self.text},
            other=self.other,
            parts=tuple(Part(key="", code=code, texts={_LANGUAGE: text}) for code, text in rows),
        )


def _split_variable(name: str, headers: Set[str]) -> tuple[str, str]:
    """Split a variable name into question and row, such as `q_other` beside `q` or `q_a`."""
    lead, mark, tail = name.rpartition("_")
    known = lead in headers if tail in _TAILS else f"{lead}_other" in headers and lead not in headers
    own = tail == "other" and any(head != name and head.startswith(f"{lead}_") for head in headers)
    return (lead, tail) if mark and lead and (known or own) else (name, "")


def _split_header(head: str, headers: Set[str]) -> tuple[str, str, str, str]:
    """Split a header into question code, question text, row code and row text, if present."""
    both = _BOTH.fullmatch(head.strip())
    code, text = (both[1], both[2]) if both else (head.strip(), "")
    coded = _BRACKETS.fullmatch(code)
    told = _BRACKETS.fullmatch(text) if text else None
    if coded is None or not coded[1]:
        lead, tail = _split_variable(code, headers)
        return lead, clean(text) or lead, tail, tail
    question = told[1] if told else text
    row = coded[2].strip()
    return coded[1].strip(), clean(question) or coded[1], row, clean(told[2]) if told else row


def infer_parts(headers: Mapping[int, str], sample: Sequence[Sequence[Cell]]) -> tuple[Part, ...]:
    """Infer questions for columns without a definition.

    Args:
        headers: Headers by column position, from 0.
        sample: Sample rows to distinguish ticks from answers.
    """
    drafts: dict[str, _DraftQuestion] = {}
    whole = frozenset(headers.values())
    for index, head in headers.items():
        code, text, row, told = _split_header(head, whole)
        code = canonical_header(code) or f"column {index + 1}"
        drafted = drafts.setdefault(code, _DraftQuestion(code, text))
        if row in ("other", "othercomment"):
            drafted.other = True
        elif row in _BESIDE:
            drafted.letter = _BESIDE[row]
        elif row.endswith("comment") and row.removesuffix("comment") in drafted.rows:
            drafted.comments = True
        elif row:
            drafted.rows[row] = told, [cells[index] if index < len(cells) else None for cells in sample]
        else:
            drafted.alone = True
    return tuple(part for drafted in drafts.values() for part in drafted.parts())


def infer_survey(table: ResponseTable, headers: Mapping[int, str], sample: Sequence[Sequence[Cell]]) -> Survey:
    """Infer the survey of an export."""
    return Survey(titles={}, questions=infer_parts(headers, sample), version="", kind=table.sheet or "draft")
