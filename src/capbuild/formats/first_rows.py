"""The first rows of a file of text, by which readers tell whose it is."""

from collections.abc import Sequence

from capbuild.errors import ReadError
from capbuild.formats.encoding import refuse_binary, sample_text
from capbuild.formats.wrapped import start_records
from capbuild.plugins import InputFile

__all__ = ["first_rows", "looks_like_another"]


def looks_like_another(text: str) -> bool:
    """Tell whether a text is JSON, XML or a program's rather than a table."""
    return text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[", "<")


def first_rows(source: InputFile) -> Sequence[list[str]]:
    r"""Return the first rows of a text file, 200 at most, not to be changed; nothing where it is no table of text.

    Example:
        >>> first_rows(InputFile("a.csv", data=b"country;P1\nCuba;yes\n")), first_rows(InputFile("a", data=b"[1, 2]"))
        ((['country', 'P1'], ['Cuba', 'yes']), ())
    """
    try:
        refuse_binary(source)
    except ReadError:
        return ()
    text = sample_text(source)
    return () if looks_like_another(text) else start_records(text)
