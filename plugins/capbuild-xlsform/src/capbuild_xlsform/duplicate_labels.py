"""Duplicate label columns of one language in a form.

One is used, the other reported.
"""

from collections.abc import Iterator, Mapping

from attrs import define

from capbuild.formats import shorten
from capbuild.model import Issue, Severity
from capbuild.origin import Origin
from capbuild_xlsform.form import Form
from capbuild_xlsform.labels import find_duplicates
from capbuild_xlsform.rows import issue


@define
class _ColumnPair:
    """Two columns of one language.

    Attributes:
        rows: Number of rows in which they differ.
        texts: Their texts in the first such row: used, and unused.
        origin: Location of the first such row.
    """

    rows: int
    texts: tuple[str, str]
    origin: Origin | None


def find_duplicate_labels(form: Form) -> Iterator[Issue]:
    """Yield an issue for each pair of differing duplicate columns.

    Duplicates are label or hint columns of one language.

    Examples are `label` beside `label::English` if English is the default language, and `label::English` beside
    `label::English (en)`. The form keeps both columns, a questionnaire only the used one.

    Args:
        form: The form.
    """
    found: dict[tuple[str, str, str], _ColumnPair] = {}
    for what, labels, origin in _texts(form):
        for left, kept in find_duplicates(labels, form.default_language):
            pair = found.setdefault((what, left, kept), _ColumnPair(0, (labels[kept], labels[left]), origin))
            pair.rows += 1
    for (what, left, kept), pair in found.items():
        rows = "in one row" if pair.rows == 1 else f"in {pair.rows:,} rows"
        used, unused = (repr(shorten(text, 120)) for text in pair.texts)
        message = (
            f"{_head(what, kept)!r} and {_head(what, left)!r} are of one language and differ {rows}: "
            f"{used} counts, {unused} is kept with the form only"
        )
        remedy = "take one of the columns out, or give each a language of its own"
        yield issue("XF116", Severity.WARNING, message, pair.origin, remedy)


def _texts(form: Form) -> Iterator[tuple[str, Mapping[str, str], Origin | None]]:
    for item in form.items:
        yield "label", item.labels, item.origin
        yield "hint", item.hints, item.origin
    for group in form.groups:
        yield "label", group.labels, group.origin
    for choices in form.lists.values():
        for choice in choices:
            yield "label", choice.labels, choice.origin


def _head(what: str, language: str) -> str:
    return f"{what}::{language}" if language else what
