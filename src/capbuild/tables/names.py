"""Column names that every engine takes: lower case ASCII, digits, underscores, unique."""

import re

from capbuild.text import numbered_name

_LONGEST = 60
_OTHER = re.compile(r"[^a-z0-9]+")


class ColumnNames:
    """Unique column names for questions.

    Spark treats `Q1` and `q1` as one column, and a dot as access to a field of a structure.

    Example:
        >>> names = ColumnNames()
        >>> names.make("TEC-2.2a"), names.make("Q1"), names.make("q1"), names.make("¿Qué?", repeat=2)
        ('tec_2_2a', 'q1', 'q1_2', 'qu_r2')
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def make(self, question: str, *, repeat: int = 0, prefix: str = "") -> str:
        """Return a new name for a question and the number of its repeat."""
        plain = _OTHER.sub("_", question.lower()).strip("_")[:_LONGEST].strip("_")
        if not plain or plain[0].isdigit() or plain.startswith("response_"):
            plain = f"q_{plain}".rstrip("_")
        wanted = f"{prefix}{plain}_r{repeat}" if repeat else f"{prefix}{plain}"
        made = numbered_name(wanted, self._taken.__contains__, "{}_{}")
        self._taken.add(made)
        return made
