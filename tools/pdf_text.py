"""The text of PDF pages, by the engine of a browser: tests read hundreds of pages."""

__all__ = ["pages"]


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
