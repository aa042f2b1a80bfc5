"""Raw text, comment and citations of an answer in a response workbook."""

from collections.abc import Sequence

from capbuild.model import Answer, Citation

#: Kinds of extra columns. Each exists if any response has one, and the column's mark names its kind.
BESIDE = ("raw", "comment", "citations")


def format_extra(answer: Answer, what: str) -> str:
    """Return an extra of an answer as text; empty for none.

    Example:
        >>> print(format_extra(Answer("q", "yes", citations=(Citation("Act 5", "https://a.org"), Citation("Act 6"))), "citations"))
        Act 5 <https://a.org>
        Act 6
    """  # noqa: E501 - the shown value is what a reader of the page needs
    if what == "raw":
        return answer.raw or ""
    return (answer.comment or "") if what == "comment" else _cited(answer.citations)


def _cited(citations: Sequence[Citation]) -> str:
    return "\n".join(
        f"{one.title} <{one.link}>" if one.link or one.title.endswith(">") else one.title for one in citations
    )


def parse_citations(text: str) -> tuple[Citation, ...]:
    """Return the citations of a cell, one per line.

    Example:
        >>> parse_citations("Act 5 <https://a.org>")
        (Citation(title='Act 5', link='https://a.org'),)
    """
    found = []
    for line in text.splitlines():
        title, mark, link = line.rpartition(" <")
        linked = bool(mark) and link.endswith(">")
        found.append(Citation(title, link.removesuffix(">")) if linked else Citation(line))
    return tuple(found)
