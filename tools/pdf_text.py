"""Text of PDF pages, by a browser's fast engine."""

import re

__all__ = ["pages", "squeezed", "text_of"]


def pages(data: bytes) -> list[str]:
    """Return the text of each page of a document."""
    import pypdfium2

    found = []
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            text = page.get_textpage()
            found.append(text.get_text_range())
            text.close()
            page.close()
    return found


def text_of(data: bytes) -> str:
    """Return the text of a document."""
    return "\n".join(pages(data))


def squeezed(text: str) -> str:
    """Return a text without blanks.

    Lines of a page break anywhere.
    """
    return re.sub(r"[\s\u200b]+", "", text)
