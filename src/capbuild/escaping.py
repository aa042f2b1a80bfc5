"""Escaping of spreadsheet formulas and of characters invalid in XML."""

import re

__all__ = ["escape_formula", "unescape_formula", "xml_text"]

#: Characters that make a spreadsheet take a cell for a formula, or hide one behind white space.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

#: What XML 1.0 cannot hold, lone halves of a pair among it.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def escape_formula(value: str | int | float | None) -> str:
    """Return a cell with an apostrophe before a possible formula.

    Numbers stay numbers, negative ones too.

    Example:
        >>> escape_formula("=cmd|' /C calc'!A0"), escape_formula(-1.5), escape_formula(None), escape_formula("plain")
        ("'=cmd|' /C calc'!A0", '-1.5', '', 'plain')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:.12g}"
    text = value.replace("\x00", "\ufffd")
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def unescape_formula(text: str) -> str:
    """Return a cell without the apostrophe of `escape_formula`.

    Example:
        >>> unescape_formula("'-0.5 since May"), unescape_formula("'tis so")
        ('-0.5 since May', "'tis so")
    """
    return text[1:] if text.startswith("'") and escape_formula(text[1:]) == text else text


def xml_text(text: str) -> str:
    r"""Return a text with characters invalid in XML 1.0 replaced.

    Markup is not escaped.

    Example:
        >>> xml_text("a\x00b<c>") == "a\ufffdb<c>"
        True
    """
    return _NOT_XML.sub("\ufffd", text)
