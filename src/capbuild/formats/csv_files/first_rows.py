"""First rows of a text file, for format detection."""

from collections.abc import Sequence

from capbuild.errors import ReadError
from capbuild.formats.answer_table import is_tidy
from capbuild.formats.csv_files.encoding import refuse_binary, sample_text
from capbuild.formats.csv_files.wrapped_records import start_records
from capbuild.formats.headers import Role, header_meaning, is_criterion_id
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.plugins import InputFile

#: Rows searched for headers.
_TOP = 40
#: Highest rank of a header that names a question explicitly.
_QUESTION = 3


def is_other_format(text: str) -> bool:
    """True if a text looks like JSON, XML or HTML rather than a table."""
    return text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[", "<")


def read_first_rows(source: InputFile) -> Sequence[list[str]]:
    r"""Return the first rows of a text table. Do not modify them.

    At most 200 rows; empty for other files.

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
    return () if is_other_format(text) else start_records(text)


def survey_evidence(rows: Sequence[Sequence[Cell]], *, owned: bool = False) -> str:
    """Return the evidence that a table is a survey of this library; empty if none.

    Args:
        rows: The first rows.
        owned: Whether the table's country is known.

    Example:
        >>> survey_evidence([["Country", "TEC-1.1a", "TEC-1.1b"], ["Cuba", "yes", "no"]])
        'whose heads or questions are criteria'
        >>> survey_evidence([["País", "Pregunta", "Respuesta"]]), survey_evidence([["Country", "Law?"]])
        ('whose heads say country, question and answer', '')
    """
    texts = [list(map(cell_text, cells)) for cells in rows[:_TOP]]
    if texts and is_tidy(texts[0]):
        return "whose heads are those of a survey in the long form"
    for number, heads in enumerate(texts):
        found = [(column, said) for column, head in enumerate(heads) if head and (said := header_meaning(head))]
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
