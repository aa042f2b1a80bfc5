"""Tables with a question a row: which column is the question, which the answers, which the evidence."""

from collections.abc import Sequence

from capbuild.formats.folding import fold_head, fold_word
from capbuild.formats.heads import HeadMeaning, Role, head_meaning
from capbuild.formats.numbers import is_number
from capbuild.formats.periods import names_period
from capbuild.formats.series import find_series
from capbuild.formats.vocabulary import words
from capbuild.formats.words import MISSING_WORDS
from capbuild_sheets.grids import grid_rows
from capbuild_sheets.headrows import filled_cells
from capbuild_sheets.sheets import Row

__all__ = [
    "attribute_roles",
    "is_series",
    "long_roles",
    "question_column",
    "respondents_across",
    "says_answer",
    "says_evidence",
]


def _last_part(name: str) -> str:
    return name.rpartition(" - ")[2]


def _words(name: str) -> set[str]:
    return set(fold_head(_last_part(name)).split())


def says_answer(name: str) -> bool:
    """Tell whether a head says that answers stand below it.

    Example:
        >>> says_answer("Baseline - Score (0-5)"), says_answer("Area")
        (True, False)
    """
    return bool(_words(name) & words("answer_word"))


def says_evidence(name: str) -> bool:
    """Tell whether a head says that evidence or comments stand below it.

    Example:
        >>> says_evidence("Jamaica - Evidence"), says_evidence("Score")
        (True, False)
    """
    return bool(_words(name) & words("evidence_word"))


def long_roles(names: Sequence[str], sample: Sequence[Row], *, alone: bool = False) -> dict[str, str]:
    """Return the roles of the columns of a table with a question a row; nothing where it is no such table.

    Args:
        names: The heads.
        sample: Rows below them.
        alone: Whether the sheet is one country's, so that the one column after the questions must be the answers.

    Example:
        >>> long_roles(["Area", "Question", "Baseline - Score (0-5)", "Baseline - Evidence", "Endline - Score"], [])
        {'Question': 'question', 'Baseline - Score (0-5)': 'answer', 'Endline - Score': 'answer', \
'Baseline - Evidence': 'comment', 'Area': 'description'}
    """
    question = question_column(names, sample)
    if question is None:
        return {}
    answers = [i for i, name in enumerate(names) if i != question and says_answer(name)]
    evidence = [i for i, name in enumerate(names) if i not in answers and says_evidence(name)]
    others = [i for i, name in enumerate(names) if name and i > question and i not in evidence]
    if not answers and alone and len(others) == 1:
        answers = others
    if not answers:
        return {}
    roles = {names[question]: "question"}
    roles.update({names[i]: "answer" for i in answers})
    # A table has one comment; evidence on a later round is kept beside it, as an answer of its own.
    roles.update({names[i]: "answer" if place else "comment" for place, i in enumerate(evidence)})
    roles.update({name: "description" for i, name in enumerate(names) if i < question and name not in roles and name})
    return roles


def attribute_roles(names: Sequence[str], sample: Sequence[Row]) -> dict[str, str]:
    """Return the roles of the columns of a table that says several things of each item; nothing for any other table.

    Columns of respondents hold a word where the question asks for one, and numbers in the next row. Here each column
    holds words, or numbers, throughout, and not all hold the same.

    Args:
        names: The heads.
        sample: Rows below them.

    Example:
        >>> attribute_roles(["Item", "Available", "Number"], [("Doctors", "Y", 12), ("Nurses", "N", 0)])
        {'Item': 'question', 'Available': 'answer', 'Number': 'answer'}
        >>> attribute_roles(["Question", "Police", "Courts"], [("Law?", "yes", "no"), ("Staff", 12, 3)])
        {}
    """
    question = question_column(names, sample)
    if question is None:
        return {}
    others = [i for i, name in enumerate(names) if i > question and name]
    values = [i for i in others if not says_evidence(names[i])]
    rows = [row for row in sample if len(filled_cells(row)) > 1 and list(row[: len(names)]) != list(names[: len(row)])]
    kinds = [_kinds(rows, index) for index in values]
    if len(values) < 2 or any(len(kind) > 1 for kind in kinds) or len(set().union(*kinds)) < 2:
        return {}
    evidence = next((names[i] for i in others if i not in values), "")
    roles = {names[question]: "question", **{names[i]: "answer" for i in values}}
    roles.update({names[i]: "answer" for i in others if i not in values and names[i] != evidence})
    return roles | ({evidence: "comment"} if evidence else {})


def _kinds(rows: Sequence[Row], index: int) -> set[bool]:
    """Tell whether a column holds numbers: true, words: false, or both."""
    cells = [row[index] for row in rows if len(row) > index]
    texts = [cell for cell in filled_cells(cells) if not (isinstance(cell, str) and fold_word(cell) in MISSING_WORDS)]
    return set(map(is_number, texts))


def respondents_across(names: Sequence[str], sample: Sequence[Row]) -> dict[str, str]:
    """Return the columns that are respondents, in a table of one country with questions down; nothing otherwise.

    Args:
        names: The heads.
        sample: Rows below them.

    Example:
        >>> respondents_across(["Question", "Police", "Prosecutor"], [("Law?", "yes", "no")])
        {'Question': 'question', 'Police': 'respondent', 'Prosecutor': 'respondent'}
    """
    question = question_column(names, sample)
    if question is None:
        return {}
    people = [name for i, name in enumerate(names) if i > question and name and not says_evidence(name)]
    return {names[question]: "question", **dict.fromkeys(people, "respondent")} if len(people) > 1 else {}


def is_series(names: Sequence[str], sample: Sequence[Row]) -> bool:
    """Tell whether a row is a series with a year, or a round, in each column; the engine of tables says which are.

    Args:
        names: The heads.
        sample: Rows below them.

    Example:
        >>> is_series(["Indicator", "2013", "2014"], [("Staff", 5, 7)]), is_series(["Question", "Police"], [])
        (True, False)
    """
    if sum(map(names_period, names)) < 2:
        return False
    return find_series(names, list(grid_rows(sample, len(names)))) is not None


def question_column(names: Sequence[str], sample: Sequence[Row], *, again: bool = False) -> int | None:
    """Return the column that asks, None where none does, or where it asks the same again and again and must not.

    Args:
        names: The heads.
        sample: Rows below them.
        again: Whether it may ask the same again: of several countries.
    """
    asked = [(meaning.rank, i) for i, name in enumerate(names) if (meaning := _question(name))]
    found = min(asked)[1] if asked else None
    return found if found is not None and (again or _distinct(sample, found)) else None


def _question(name: str) -> HeadMeaning | None:
    meaning = head_meaning(_last_part(name)) if name else None
    return meaning if meaning is not None and meaning.role is Role.QUESTION else None


def _distinct(sample: Sequence[Row], column: int) -> bool:
    """Tell whether a column names things once each, as questions do."""
    texts = [row[column] for row in sample if len(row) > column and filled_cells(row[column : column + 1])]
    return len(set(map(str, texts))) >= 0.8 * len(texts)
