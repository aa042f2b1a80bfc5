"""Words of a report, to compare a written file with its model."""

import re
from collections import Counter
from collections.abc import Iterator

from attrs import evolve

from capbuild.errors import WriteError
from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import RenderContext
from capbuild.reports import Report, ReportKind, build

#: Fields with words that every format shows, by class; others depend on how a format draws.
_SHOWN = {
    "Report": ("label", "title", "subtitle", "lead", "facts", "lists", "sections"),
    "Fact": ("label", "value", "unit"),
    "List": ("title", "items"),
    "ListItem": ("title", "detail"),
    "ReportSection": ("title", "lead", "blocks"),
    "Paragraph": ("text", "strong"),
    "Bullets": ("points",),
    "Definitions": ("entries",),
    "Figure": ("groups", "total", "caption"),
    "RowGroup": ("title", "rows"),
    "Row": ("cells",),
    "Lines": ("lines",),
    "Words": ("words",),
}


def build_reports(subject: AssessmentSet | Assessment, context: RenderContext) -> Iterator[tuple[str, Report]]:
    """Yield name and content of each report on a subject.

    Args:
        subject: A round's assessments, or one country's.
        context: Programme and dossier.
    """
    for kind in ReportKind:
        try:
            yield kind.value, build(subject, evolve(context, kind=kind.value))
        except WriteError:
            continue  # there is no such kind of this subject, or nothing to report


def list_texts(part: object) -> Iterator[str]:
    """Yield the texts of a report's part in all formats.

    Example:
        >>> from capbuild.reports import Words
        >>> list(list_texts(Words(text="no law", before="LAW-1", refs=[("[2]", "#note")])))
        ['LAW-1 no law [2]']
    """
    if isinstance(part, str):
        yield part
    for inner in part if isinstance(part, tuple) else ():
        yield from list_texts(inner)
    for name in _SHOWN.get(type(part).__name__, ()):
        yield from list_texts(getattr(part, name))


def count_words(texts: Iterator[str]) -> Counter[str]:
    """Count the words of texts."""
    return Counter(word for text in texts for word in re.findall(r"[^\W\d_]+|\d+", text))
