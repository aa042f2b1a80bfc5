"""Which column of an export holds what: by SGQA code, by question code, or by the texts of the heads."""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum

from attrs import field, frozen

from capbuild.formats.folding import fold_head
from capbuild_limesurvey.definition import Part
from capbuild_limesurvey.form import Form
from capbuild_limesurvey.kinds import Layout, layout_of
from capbuild_limesurvey.markup import clean

__all__ = ["Field", "FieldFinder", "Holds", "canonical", "fields_of"]

_SGQA = re.compile(r"_?(\d+X\d+X\d+.*)", re.DOTALL)


class Holds(Enum):
    """What a column holds of its question."""

    VALUE = "the answer"
    TICK = "whether a choice was ticked"
    RANK = "the choice at a rank"
    COMMENT = "a comment"
    COUNT = "how many files were sent"
    NOTHING = "nothing: its text is shown"


@frozen
class Field:
    """A column that a survey may have.

    Attributes:
        part: The question it belongs to.
        question: Id of the question whose answer it holds.
        holds: What it holds.
        code: Code of the choice, for ticks; the rank, for ranks.
        names: Names it may have: SGQA code and question code.
        late: Its name where scales count from 1.
        texts: Folded texts it may have as its head.
    """

    part: Part
    question: str
    holds: Holds
    code: str = ""
    names: tuple[str, ...] = ()
    late: str = ""
    texts: frozenset[str] = field(factory=frozenset)


def canonical(head: str) -> str:
    """Return a head in the one form in which names are compared.

    Example:
        >>> canonical("Q00[SQ001]"), canonical("_841748X3X3SQ001"), canonical("Q1[a][1]"), canonical("Q2[y_x]")
        ('Q00_SQ001', '841748X3X3SQ001', 'Q1_a_1', 'Q2_y_x')
    """
    head = head.strip()
    match = _SGQA.fullmatch(head)
    # The scale stands behind a number sign, which XML does not take in a name: there it is a hyphen.
    return match[1].replace("#", "-") if match else head.replace("][", "_").replace("[", "_").replace("]", "")


def _heads(part: Part, *below: Mapping[str, str]) -> frozenset[str]:
    """Return the texts that an export with texts as heads gives a column, in every language."""
    found = set()
    for language, text in part.texts.items():
        tails = [clean(texts.get(language, "")) for texts in below]
        found.add(fold_head(" ".join((clean(text), *tails))))
    return frozenset(found - {""})


class _Maker:
    """Makes the columns of one question."""

    def __init__(self, survey: str, part: Part, name: str) -> None:
        self.part = part
        self.name = name
        self.base = f"{survey}X{part.section}X{part.key}"

    def make(
        self,
        sgqa: str,
        tail: str,
        *below: Mapping[str, str],
        holds: Holds = Holds.VALUE,
        child: bool = True,
        code: str = "",
        late: str = "",
        texts: frozenset[str] = frozenset(),
    ) -> Field:
        """Return one column.

        Args:
            sgqa: What follows the SGQA code of the question.
            tail: What follows the code of the question.
            below: Texts of the row and the column.
            holds: What it holds.
            child: Whether it answers a question below the question.
            code: Code of the choice, or the rank.
            late: The tail where scales count from 1.
            texts: Further texts that it may have as its head.
        """
        asked = f"{self.name}_{tail}" if child and tail else self.name
        coded = f"{self.part.code}_{tail}" if tail else self.part.code
        names = (self.base + sgqa, coded)
        if late:
            late = f"{self.part.code}_{late}"
        return Field(self.part, asked, holds, code, names, late, _heads(self.part, *below) | texts)

    def fields(self) -> Iterator[Field]:
        """Return the columns in the order of an export."""
        layout = layout_of(self.part.type)
        if layout is Layout.ROWS and not self.part.parts:
            layout = Layout.SINGLE
        ways: dict[Layout, Callable[[], Iterator[Field]]] = {
            Layout.NONE: lambda: iter([self.make("", "", holds=Holds.NOTHING)]),
            Layout.TICKS: self._ticks,
            Layout.ROWS: self._rows,
            Layout.CELLS: self._cells,
            Layout.DUAL: self._dual,
            Layout.RANKS: self._ranks,
            Layout.SINGLE: self._single,
        }
        return ways[layout]()

    def _rows(self) -> Iterator[Field]:
        return (self.make(row.code, row.code, row.texts) for row in self.part.parts)

    def _cells(self) -> Iterator[Field]:
        for row in self.part.on(0):
            for column in self.part.on(1):
                tail = f"{row.code}_{column.code}"
                yield self.make(tail, tail, row.texts, column.texts)

    def _dual(self) -> Iterator[Field]:
        for row in self.part.on(0):
            for scale in (0, 1):
                tails = f"{row.code}_{scale}", f"{row.code}_{scale + 1}"
                headed = self.part.attributes.get(f"dualscale_header{'AB'[scale]}", "")
                named = [dict.fromkeys(row.texts, head) for head in (f"Scale {scale + 1}", headed) if head]
                texts = frozenset().union(*(_heads(self.part, row.texts, head) for head in named))
                yield self.make(f"{row.code}-{scale}", tails[0], row.texts, late=tails[1], texts=texts)

    def _ranks(self) -> Iterator[Field]:
        for rank in range(1, (len(self.part.of(0)) or len(self.part.parts)) + 1):
            shown = dict.fromkeys(self.part.texts, f"Rank {rank}")
            yield self.make(str(rank), str(rank), shown, holds=Holds.RANK, child=False, code=str(rank))

    def _single(self) -> Iterator[Field]:
        part = self.part
        yield self.make("", "")
        if part.other:
            yield self.make("other", "other", dict.fromkeys(part.texts, "Other"))
        if part.type == "O":
            comment = dict.fromkeys(part.texts, "Comment")
            yield self.make("comment", "comment", comment, holds=Holds.COMMENT, child=False)
        if part.type == "|":
            texts = frozenset(fold_head(f"filecount {clean(text)}") for text in part.texts.values())
            count = dict.fromkeys(part.texts, "filecount")
            yield self.make("_filecount", "filecount", count, holds=Holds.COUNT, child=False, texts=texts)

    def _ticks(self) -> Iterator[Field]:
        part = self.part
        other = dict.fromkeys(part.texts, "Other")
        for row in part.parts:
            yield self.make(row.code, row.code, row.texts, holds=Holds.TICK, child=False, code=row.code)
            if part.type == "P":
                yield self.make(f"{row.code}comment", f"{row.code}comment", row.texts, dict.fromkeys(other, "Comment"))
        if part.other:
            yield self.make("other", "other", other)
            if part.type == "P":
                yield self.make("othercomment", "othercomment", other, dict.fromkeys(other, "Comment"))


def fields_of(form: Form) -> tuple[Field, ...]:
    """Return every column that an export of a survey may have, in order."""
    survey = form.survey
    return tuple(
        found
        for part, name in zip(survey.questions, form.ids, strict=True)
        for found in _Maker(survey.key, part, name).fields()
    )


class FieldFinder:
    """Finds the columns that heads name.

    Attributes:
        by_name: Columns by SGQA and question code.
        by_text: Columns by folded text, in the order of an export.
    """

    def __init__(self, fields: tuple[Field, ...], heads: tuple[str, ...]) -> None:
        self.heads = heads
        seen = {canonical(head.split(". ", 1)[0]) for head in heads}
        self.by_name: dict[str, Field] = {}
        self.by_text: dict[str, list[Field]] = {}
        late = any(found.late in seen and found.names[1] not in seen for found in fields if found.late)
        for found in fields:
            names = (found.names[0], found.late) if late and found.late else found.names
            for name in names:
                self.by_name.setdefault(name, found)
            for text in found.texts:
                self.by_text.setdefault(text, []).append(found)

    def placed(self) -> dict[int, Field]:
        """Return the columns by the place of their heads, each once.

        A head is a code, a code with its text, or a text. Heads of one text are told apart by their order, where
        there are as many of them as the survey has questions of that text.
        """
        placed: dict[int, Field] = {}
        taken: set[int] = set()
        texts: dict[str, list[int]] = {}
        for index, head in enumerate(self.heads):
            names = (canonical(head), canonical(head.split(". ", 1)[0]))
            found = next((self.by_name[name] for name in names if name in self.by_name), None)
            if found is None:
                texts.setdefault(fold_head(clean(head)), []).append(index)
            elif id(found) not in taken:
                placed[index] = found
                taken.add(id(found))
        for text, places in texts.items():
            fields = [found for found in self.by_text.get(text, ()) if id(found) not in taken]
            if len(fields) == len(places):
                placed.update(zip(places, fields, strict=True))
                taken.update(map(id, fields))
        return dict(sorted(placed.items()))
