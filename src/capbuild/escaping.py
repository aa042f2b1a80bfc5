"""Escaping of formulas, markup, terminal codes and changes of direction."""

import csv
import datetime
import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from types import SimpleNamespace

__all__ = [
    "escape_formula",
    "format_csv",
    "isolate_direction",
    "readable_text",
    "source_hash",
    "terminal_text",
    "unescape_formula",
    "xml_text",
]

#: Characters that make a spreadsheet take a cell for a formula, or hide one behind white space.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: A negative number, or a dash alone: nothing that a spreadsheet calculates.
_NUMBER = re.compile(r"-(\d+(\.\d+)?)?", re.ASCII)

#: Characters invalid in XML 1.0, including lone surrogates.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

#: Characters that a terminal would interpret or show differently: control characters but tab and line feed, changes of
#: direction, separators of lines, surrogates.
_NOT_SHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

#: Control characters but tab and line feed, surrogates, and characters invalid in XML.
_NOT_READ = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

#: Embeddings, overrides and isolates, and what ends them.
_DIRECTED = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OPENING, _CLOSING = "\u2066\u2067\u2068", "\u2069"


def escape_formula(value: str | int | float | datetime.date | None) -> str:
    """Return a cell with an apostrophe before a possible formula.

    Numbers, including negative ones, are not escaped. `unescape_formula` restores every text.

    Example:
        >>> escape_formula("=cmd|' /C calc'!A0"), escape_formula(-1.5), escape_formula(None), escape_formula("plain")
        ("'=cmd|' /C calc'!A0", '-1.5', '', 'plain')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, int | float):
        return f"{value:.12g}"
    text = value.replace("\x00", "\ufffd")
    return f"'{text}" if _begins_formula(text.lstrip("'")) else text


def _begins_formula(text: str) -> bool:
    begins = text.startswith(_FORMULA) or text.lstrip(" \u00a0").startswith(_FORMULA)
    return begins and _NUMBER.fullmatch(text) is None


def unescape_formula(text: str) -> str:
    """Return a cell without the apostrophe of `escape_formula`.

    Example:
        >>> unescape_formula("'-0.5 since May"), unescape_formula("'tis so")
        ('-0.5 since May', "'tis so")
    """
    return text[1:] if text.startswith("'") and _begins_formula(text.lstrip("'")) else text


def format_csv(
    rows: Iterable[Iterable[str | int | float | datetime.date | None]],
    *,
    delimiter: str = ",",
    end: str = "\n",
    guarded: bool = True,
) -> str:
    r"""Write rows as CSV without formulas.

    Spreadsheets would run cells that begin like a formula.

    Args:
        rows: Cells of each row.
        delimiter: Character between cells.
        end: End of each row.
        guarded: False for programs other than spreadsheets: texts are written unchanged.

    Example:
        >>> format_csv([("country", "comment"), ("Jamaica", "=1+1")])
        "country,comment\nJamaica,'=1+1\n"
    """
    lines: list[str] = []
    # Until Python 3.13 the csv module quotes only those line ends in cells that also end its rows.
    writer = csv.writer(SimpleNamespace(write=lines.append), delimiter=delimiter, lineterminator="\r\n")
    writer.writerows(map(escape_formula, row) if guarded else row for row in rows)
    return "".join(line.removesuffix("\r\n") + end for line in lines)


def xml_text(text: str) -> str:
    r"""Return a text with characters invalid in XML 1.0 replaced.

    Markup is not escaped.

    Example:
        >>> xml_text("a\x00b<c>") == "a\ufffdb<c>"
        True
    """
    return _NOT_XML.sub("\ufffd", text)


def terminal_text(text: str) -> str:
    r"""Return a text with its control characters escaped.

    A terminal would obey them.

    Example:
        >>> print(terminal_text("a\x1b[2J\u202eb"))
        a\x1b[2J\u202eb
    """
    return _NOT_SHOWN.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def isolate_direction(text: str) -> str:
    r"""Return a text that ends its own changes of direction.

    A text with directional characters is enclosed in a first-strong isolate, and an unmatched end is dropped. Other
    texts are returned unchanged.

    Example:
        >>> isolate_direction("Peru\u202e") == "\u2068Peru\u202e\u2069", isolate_direction("Peru")
        (True, 'Peru')
    """
    if _DIRECTED.search(text) is None:
        return text
    kept, depth = [], 0
    for letter in text:
        depth += letter in _OPENING
        if letter == _CLOSING:
            if not depth:
                continue
            depth -= 1
        kept.append(letter)
    return f"\u2068{''.join(kept)}{_CLOSING * (depth + 1)}"


def readable_text(text: str) -> str:
    r"""Return a text for a document that people read.

    Control characters other than tab and line feed are replaced, and changes of direction end with their line.

    Example:
        >>> readable_text("a\x1b[2J\r\nb\u202e\nc") == "a\ufffd[2J\n\u2068b\u202e\u2069\nc"
        True
    """
    if text.isprintable():  # neither a control character nor a change of direction is
        return text
    clean = _NOT_READ.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(map(isolate_direction, clean.split("\n")))


def source_hash(text: str) -> str:
    """Return a style's or script's hash for Content-Security-Policy.

    Example:
        >>> source_hash("p{margin:0}")
        "'sha256-QRQPRLGyxt3RJiKpYNjpkgHcmHU2PywsfL2e8oI0LQA='"
    """
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}'"
