"""Columns of an export and their matching.

They are matched by SGQA code, question code or text.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from enum import Enum
from itertools import takewhile

from attrs import field, frozen

from capbuild.formats import fold_header
from capbuild_limesurvey.definition import Layout, Part, clean, find_layout
from capbuild_limesurvey.questionnaire import Form

#: Words by language; the first is written, all are read. Translations differ between versions of LimeSurvey.
OTHER_WORDS: Mapping[str, str] = {
    "en": "Other", "es": "Otro | Otra", "fr": "Autre", "nl": "Anders | Andere", "pt": "Outro | Outros | Outra",
    "de": "Sonstiges | Andere | Sonstige",
}  # fmt: skip

COMMENT: Mapping[str, str] = {
    "en": "Comment", "es": "Comentario", "fr": "Commentaire", "nl": "Commentaar | Opmerking | Toelichting",
    "pt": "Comentário", "de": "Kommentar",
}  # fmt: skip

RANK: Mapping[str, str] = {
    "en": "Rank | Ranking", "es": "Rango | Clasificación | Posición", "fr": "Rang | Classement",
    "nl": "Rang | Rangorde | Positie", "pt": "Classificação | Posição | Ordem", "de": "Rang | Rangfolge | Rangordnung",
}  # fmt: skip

SCALE: Mapping[str, str] = {
    "en": "Scale", "es": "Escala", "fr": "Échelle", "nl": "Schaal", "pt": "Escala", "de": "Skala",
}  # fmt: skip

#: Further words for the choices of fixed types, by code, in the same languages.
ALSO: Mapping[frozenset[str], Mapping[str, str]] = {
    frozenset("YNU"): {
        "Y": "Sí | Oui | Ja | Sim",
        "N": "Non | Nee | Não | Nein",
        "U": "Dudoso | Inseguro | Indeciso | No estoy seguro | Indécis | Unentschieden | Indecisa | Twijfel",
    },
    frozenset("ISD"): {
        "I": "Aumentar | Aumentó | Incremento | Incrementar | Augmenter | A augmenté | Aumentou | Acréscimo | "
        "Toegenomen | Toenemen | Vermeerdering | Zugenommen | Gestiegen | Erhöhung | Anstieg",
        "S": "Mismo | Lo mismo | Sin cambios | Permanecer igual | Pareil | Inchangé | Sans changement | Même | "
        "Stable | Mesmo | O mesmo | Sem alteração | Hetzelfde | Zelfde | Gleich geblieben | "
        "Gleichbleibend | Unverändert",
        "D": "Disminuir | Disminuyó | Decremento | Reducción | Diminuer | A diminué | Baisse | Diminuiu | Decréscimo | "
        "Diminuir | Afgenomen | Afnemen | Vermindering | Abgenommen | Gesunken | Verringerung | Rückgang",
    },
    frozenset("FM"): {
        "F": "Mujer | Femenina | Femme | Vrouwelijk | Mulher | Frau",
        "M": "Hombre | Varón | Masculina | Homme | Mannelijk | Homem | Mann",
    },
}


def terms(words: Mapping[str, str]) -> tuple[str, ...]:
    """Return words in all languages.

    Example:
        >>> terms({"en": "Other", "es": "Otro | Otra"})
        ('Other', 'Otro', 'Otra')
    """
    return tuple(word for listed in words.values() for word in listed.split(" | "))


_SGQA = re.compile(r"_?(\d+X\d+X\d+.*)", re.DOTALL)

#: A column of a dual scale in version 7.
_SCALED = re.compile(r"(Q\d+_S\d+)#([01])")

#: Mark of truncated text.
_CUT = re.compile(r"\.{2,}|…")

#: Minimum letters of a truncated text for a match.
_SHORTEST = 3

#: Passes over truncated headers; each assigns those with a unique match first.
_PASSES = 10


class ColumnContent(Enum):
    """Content of a column of a question."""

    VALUE = "the answer"
    TICK = "whether a choice was ticked"
    RANK = "the choice at a rank"
    COMMENT = "a comment"
    COUNT = "how many files were sent"
    NOTHING = "nothing: its text is shown"


@frozen
class Field:
    """Possible column of an export.

    Attributes:
        part: Its question.
        question: Id of the question that it answers.
        content: Its content.
        code: Code of the choice, for ticks; the rank, for ranks.
        names: Possible names: SGQA code and question code.
        late: Its name if scales count from 1 and ranks are named by choice keys.
        texts: Folded texts of possible headers.
        key: Its database name from version 7 on, made of keys.
    """

    part: Part
    question: str
    content: ColumnContent
    code: str = ""
    names: tuple[str, ...] = ()
    late: str = ""
    texts: frozenset[str] = field(factory=frozenset)
    key: str = ""


def normalise_header(head: str) -> str:
    """Return a header in the canonical form for comparing names.

    Example:
        >>> [normalise_header(text) for text in ("Q00[SQ001]", "_841748X3X3SQ001", "Q1[a][1]", "Q2[y_x]")]
        ['Q00_SQ001', '841748X3X3SQ001', 'Q1_a_1', 'Q2_y_x']
    """
    head = head.strip()
    match = _SGQA.fullmatch(head)
    head = _SCALED.sub(r"\1-\2", head)
    # A number sign precedes the scale; XML names do not allow it and have a hyphen.
    return match[1].replace("#", "-") if match else head.replace("][", "_").replace("[", "_").replace("]", "")


def _list_header_texts(part: Part, *below: Mapping[str, str]) -> frozenset[str]:
    """Return a column's text headers in every language."""
    headers = set()
    for language, text in part.texts.items():
        tails = [clean(texts.get(language, "")) for texts in below]
        headers.add(fold_header(" ".join((clean(text), *tails))))
    return frozenset(headers - {""})


def _list_term_headers(part: Part, words: Iterable[str], *below: Mapping[str, str]) -> frozenset[str]:
    """Return headers ending in a LimeSurvey term, in any language."""
    return frozenset[str]().union(
        *(_list_header_texts(part, *below, dict.fromkeys(part.texts, word)) for word in words)
    )


class _FieldMaker:
    """Builder of the columns of one question."""

    def __init__(self, survey: str, part: Part, name: str) -> None:
        self.part = part
        self.name = name
        self.base = f"{survey}X{part.section}X{part.key}"

    def make(
        self,
        sgqa: str,
        tail: str,
        *below: Mapping[str, str],
        content: ColumnContent = ColumnContent.VALUE,
        child: bool = True,
        code: str = "",
        late: str = "",
        texts: frozenset[str] = frozenset(),
        plain: bool = True,
        key: str = "",
    ) -> Field:
        """Return one column.

        Args:
            sgqa: Suffix of the SGQA code of the question.
            tail: Suffix of the code of the question.
            below: Texts of the row and the column.
            content: Its content.
            child: True if it answers a subquestion.
            code: Code of the choice, or the rank.
            late: The suffix if scales count from 1, or ranks are named by keys.
            texts: Further texts of possible headers.
            plain: True if the texts of question, row and column without a term may be its header.
            key: Suffix of the question key in the database from version 7 on.
        """
        asked = f"{self.name}_{tail}" if child and tail else self.name
        coded = f"{self.part.code}_{tail}" if tail else self.part.code
        names = (self.base + sgqa, coded, *((f"{self.part.code}_{key}",) if key.startswith("_C") else ()))
        if late:
            late = f"{self.part.code}_{late}"
        own = _list_header_texts(self.part, *below) if plain else frozenset[str]()
        stored = f"Q{self.part.key}{key}" if self.part.key else ""
        return Field(self.part, asked, content, code, names, late, own | texts, stored)

    def fields(self) -> Iterator[Field]:
        """Return the columns in the order of an export."""
        layout = find_layout(self.part.type)
        if layout is Layout.ROWS and not self.part.parts:
            layout = Layout.SINGLE
        ways: dict[Layout, Callable[[], Iterator[Field]]] = {
            Layout.NONE: lambda: iter([self.make("", "", content=ColumnContent.NOTHING)]),
            Layout.TICKS: self._make_tick_fields,
            Layout.ROWS: self._make_row_fields,
            Layout.CELLS: self._make_cell_fields,
            Layout.DUAL: self._make_dual_fields,
            Layout.RANKS: self._make_rank_fields,
            Layout.SINGLE: self._make_single_fields,
        }
        return ways[layout]()

    def _make_row_fields(self) -> Iterator[Field]:
        return (self.make(row.code, row.code, row.texts, key=f"_S{row.key}") for row in self.part.parts)

    def _make_cell_fields(self) -> Iterator[Field]:
        for row in self.part.parts_on(0):
            for column in self.part.parts_on(1):
                tail = f"{row.code}_{column.code}"
                yield self.make(tail, tail, row.texts, column.texts, key=f"_S{row.key}_S{column.key}")

    def _make_dual_fields(self) -> Iterator[Field]:
        for row in self.part.parts_on(0):
            for scale in (0, 1):
                tails = f"{row.code}_{scale}", f"{row.code}_{scale + 1}"
                headed = self.part.attributes.get(f"dualscale_header{'AB'[scale]}", "")
                named = (*(f"{word} {scale + 1}" for word in terms(SCALE)), *([headed] if headed else []))
                texts = _list_term_headers(self.part, named, row.texts)
                key = f"_S{row.key}-{scale}"
                yield self.make(f"{row.code}-{scale}", tails[0], row.texts, late=tails[1], texts=texts, key=key)

    def _make_rank_fields(self) -> Iterator[Field]:
        # In version 7 the choice keys name the ranks in ascending order, whichever choice was ranked there.
        keys = sorted((option.key for option in self.part.options_of(0) if option.key.isdigit()), key=int)
        for rank in range(1, (len(self.part.options_of(0)) or len(self.part.parts)) + 1):
            texts, tail = _list_term_headers(self.part, [f"{word} {rank}" for word in terms(RANK)]), str(rank)
            own = keys[rank - 1] if rank <= len(keys) else ""
            key = f"_R{own or rank}"
            yield self.make(
                tail,
                tail,
                content=ColumnContent.RANK,
                child=False,
                code=tail,
                texts=texts,
                plain=False,
                late=own,
                key=key,
            )

    def _make_single_fields(self) -> Iterator[Field]:
        part = self.part
        yield self.make("", "")
        if part.other:
            yield self.make("other", "other", texts=self._list_other_headers(), plain=False, key="_Cother")
        if part.type == "O":
            comment = _list_term_headers(part, terms(COMMENT))
            yield self.make(
                "comment",
                "comment",
                content=ColumnContent.COMMENT,
                child=False,
                texts=comment,
                plain=False,
                key="_Ccomment",
            )
        if part.type == "|":
            texts = frozenset(fold_header(f"filecount {clean(text)}") for text in part.texts.values())
            count = dict.fromkeys(part.texts, "filecount")
            key = "_Cfilecount"
            yield self.make(
                "_filecount", "filecount", count, content=ColumnContent.COUNT, child=False, texts=texts, key=key
            )

    def _make_tick_fields(self) -> Iterator[Field]:
        part = self.part
        for row in part.parts:
            key = f"_S{row.key}"
            yield self.make(
                row.code, row.code, row.texts, content=ColumnContent.TICK, child=False, code=row.code, key=key
            )
            if part.type == "P":
                tail, texts = f"{row.code}comment", _list_term_headers(part, terms(COMMENT), row.texts)
                yield self.make(tail, tail, texts=texts, plain=False, key=f"{key}_Ccomment")
        if part.other:
            yield self.make("other", "other", texts=self._list_other_headers(), plain=False, key="_Cother")
            if part.type == "P":
                both = [f"{other} {comment}" for other in terms(OTHER_WORDS) for comment in terms(COMMENT)]
                texts = _list_term_headers(part, both) | _list_term_headers(part, terms(COMMENT), part.others)
                yield self.make("othercomment", "othercomment", texts=texts, plain=False, key="_Cothercomment")

    def _list_other_headers(self) -> frozenset[str]:
        """Return headers of the "other" text.

        They have the survey's own label of "other", or LimeSurvey's.
        """
        own = _list_header_texts(self.part, self.part.others) if self.part.others else frozenset[str]()
        return own | _list_term_headers(self.part, terms(OTHER_WORDS))


def list_fields(form: Form) -> tuple[Field, ...]:
    """Return all possible columns of an export, in order."""
    survey = form.survey
    return tuple(
        column
        for part, name in zip(survey.questions, form.ids, strict=True)
        for column in _FieldMaker(survey.key, part, name).fields()
    )


class FieldFinder:
    """Matches headers to columns of the survey.

    Args:
        fields: All possible columns.
        headers: The headers of the export.
        stored: True for headers of the database.

    Attributes:
        by_name: Columns by SGQA and question code, or by their keys.
        by_text: Columns by folded text, in the order of an export.
    """

    def __init__(self, fields: tuple[Field, ...], headers: tuple[str, ...], *, stored: bool = False) -> None:
        self.headers = headers
        seen = {normalise_header(head.split(". ", 1)[0]) for head in headers}
        keyed = _are_keys(fields, seen, stored=stored)
        self.by_name: dict[str, Field] = {}
        self.by_text: dict[str, list[Field]] = {}
        late = {id(column.part) for column in fields if column.late in seen and column.names[1] not in seen}
        for known_field in fields:
            names = (
                (known_field.names[0], known_field.late)
                if known_field.late and id(known_field.part) in late
                else known_field.names
            )
            for name in (known_field.key,) if keyed else names:
                self.by_name.setdefault(name, known_field)
            for text in known_field.texts:
                self.by_text.setdefault(text, []).append(known_field)
        self._order = {id(column): position for position, column in enumerate(fields)}

    def assign(self) -> dict[int, Field]:
        """Return matched columns by header position, each at most once.

        A header is a code, a code with its text, or a text. Headers with the same text are matched by order if the
        survey has as many questions with that text.
        """
        placed: dict[int, Field] = {}
        assigned_ids: set[int] = set()
        texts: dict[str, list[int]] = {}
        for index, head in enumerate(self.headers):
            names = (normalise_header(head), normalise_header(head.split(". ", 1)[0]))
            named_field = next((self.by_name[name] for name in names if name in self.by_name), None)
            if named_field is None:
                texts.setdefault(fold_header(clean(head)), []).append(index)
            elif id(named_field) not in assigned_ids:
                placed[index] = named_field
                assigned_ids.add(id(named_field))
        for text, places in texts.items():
            fields = [column for column in self.by_text.get(text, ()) if id(column) not in assigned_ids]
            if len(fields) == len(places):
                placed.update(zip(places, fields, strict=True))
                assigned_ids.update(map(id, fields))
        self._assign_truncated(placed, assigned_ids)
        return dict(sorted(placed.items()))

    def _assign_truncated(self, placed: dict[int, Field], assigned_ids: set[int]) -> None:
        """Match headers with truncated texts.

        For example `Which country d.. [Other]`. Unique matches come first. Headers that fit the same columns are
        matched by order if there are as many of both.
        """
        cut = {index: pieces for index, head in enumerate(self.headers) if (pieces := _split_pieces(head))}
        texts = sorted(self.by_text) if cut else []
        fitting = {index: self._find_matches(pieces, texts) for index, pieces in cut.items() if index not in placed}
        for _ in range(_PASSES):
            alike: dict[tuple[int, ...], list[int]] = {}
            for index, keys in fitting.items():
                left = tuple(key for key in keys if key not in assigned_ids)
                if index not in placed and left:
                    alike.setdefault(left, []).append(index)
            sure = [(left, places) for left, places in alike.items() if len(left) == len(places)]
            for left, places in sure:
                if assigned_ids.isdisjoint(left):
                    placed.update(zip(places, (fitting[places[0]][key] for key in left), strict=True))
                    assigned_ids.update(left)
            if not sure:
                return

    def _find_matches(self, pieces: Sequence[str], texts: Sequence[str]) -> dict[int, Field]:
        """Return the columns that match a truncated header.

        The text of a column must contain the pieces in order. Keys are the identities of columns.
        """
        start = bisect_left(texts, pieces[0])
        likely = takewhile(lambda text: text.startswith(pieces[0]), texts[start:])
        fields = [field for text in likely if _has_pieces(text, pieces) for field in self.by_text[text]]
        return {id(field): field for field in self._sort_fields(fields)}

    def _sort_fields(self, fields: Iterable[Field]) -> list[Field]:
        return sorted(fields, key=lambda column: self._order[id(column)])


def _are_keys(fields: Iterable[Field], seen: Set[str], *, stored: bool) -> bool:
    """True if headers are made of keys.

    The database has such headers from version 7 on. As a header such as `Q12` may also be a code, keys must match more
    headers than names do.
    """
    by_key = {column.key for column in fields if column.key} & seen
    by_name = {name for column in fields for name in (*column.names, column.late) if name} & seen
    if stored:  # the database never has codes as headers
        return bool(by_key) and not any(_SGQA.fullmatch(name) for name in by_name)
    return len(by_key) > len(by_name)


def _split_pieces(head: str) -> tuple[str, ...]:
    """Return a truncated header's normalised pieces, or none.

    Example:
        >>> _split_pieces("Which country d..  [Other]"), _split_pieces("Which country_d.. ")
        (('which country d', 'other'), ('which country d', ''))
        >>> _split_pieces("Which country?")
        ()
    """
    pieces = tuple(fold_header(piece) for piece in _CUT.split(clean(head)))
    return pieces if len(pieces) > 1 and len(pieces[0]) >= _SHORTEST else ()


def _has_pieces(text: str, pieces: Sequence[str]) -> bool:
    """True if a text contains all pieces in order.

    It must begin with the first piece and end with the last.

    Example:
        >>> _has_pieces("which country do you serve in other", ("which country d", "other"))
        True
    """
    at = len(pieces[0])
    for piece in pieces[1:-1]:
        start = text.find(piece, at)
        if start < 0:
            return False
        at = start + len(piece)
    return text.endswith(pieces[-1]) and len(text) - len(pieces[-1]) >= at
