"""The first rows of a file of text, by which readers tell whose it is."""

from collections.abc import Sequence

from capbuild.errors import ReadError
from capbuild.formats.cells import Cell, cell_text
from capbuild.formats.encoding import refuse_binary, sample_text
from capbuild.formats.headers import Role, head_meaning, is_criterion_id
from capbuild.formats.wrapped import start_records
from capbuild.plugins import InputFile

__all__ = ["looks_like_another", "read_first_rows", "survey_signs"]

#: Rows in which heads are looked for.
_TOP = 40
#: Highest rank of a head that says question in so many words.
_QUESTION = 3


def looks_like_another(text: str) -> bool:
    """Tell whether a text is JSON, XML or a program's rather than a table."""
    return text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[", "<")


def read_first_rows(source: InputFile) -> Sequence[list[str]]:
    r"""Return the first rows of a text file, 200 at most, not to be changed; nothing where it is no table of text.

    Example:
        >>> table, other = InputFile("a.csv", data=b"country;P1\nCuba;yes\n"), InputFile("a", data=b"[1, 2]")
        >>> read_first_rows(table), read_first_rows(other)
        ((['country', 'P1'], ['Cuba', 'yes']), ())
    """
    try:
        refuse_binary(source)
    except ReadError:
        return ()
    text = sample_text(source)
    return () if looks_like_another(text) else start_records(text)


def survey_signs(rows: Sequence[Sequence[Cell]], *, owned: bool = False) -> str:
    """Return what in the first rows makes a table plainly a survey of this library; empty where nothing does.

    Args:
        rows: The rows.
        owned: Whether it is known of which country the table is.

    Example:
        >>> survey_signs([["Country", "TEC-1.1a", "TEC-1.1b"], ["Cuba", "yes", "no"]])
        'whose heads or questions are criteria'
        >>> survey_signs([["País", "Pregunta", "Respuesta"]]), survey_signs([["Country", "Law?"]])
        ('whose heads say country, question and answer', '')
    """
    texts = [list(map(cell_text, cells)) for cells in rows[:_TOP]]
    for number, heads in enumerate(texts):
        found = [(column, said) for column, head in enumerate(heads) if head and (said := head_meaning(head))]
        roles = {said.role for _, said in found}
        if (owned or Role.COUNTRY in roles) and sum(map(is_criterion_id, heads)) > 1:
            return "whose heads or questions are criteria"
        asked = [column for column, said in found if said.role is Role.QUESTION and said.rank <= _QUESTION]
        below = [row[asked[0]] for row in texts[number + 1 :] if asked and len(row) > asked[0]]
        if below and 2 * sum(map(is_criterion_id, below)) > len(below):
            return "whose heads or questions are criteria"
        plainly = any(said.role is Role.ANSWER and said.rank == 0 for _, said in found)
        if plainly and asked and Role.COUNTRY in roles:
            return "whose heads say country, question and answer"
    return ""
