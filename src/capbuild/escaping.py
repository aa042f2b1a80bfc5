"""Text that goes into other formats: no cell of a CSV file becomes a formula, no letter breaks an XML document."""

import re

__all__ = ["guard", "unguard", "xml_text"]

#: Characters that make a spreadsheet take a cell for a formula, or hide one behind white space.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

#: What XML 1.0 cannot hold, lone halves of a pair among it.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def guard(value: str | int | float | None) -> str:
    """Return a cell that no spreadsheet runs as a formula: an apostrophe stands before what could be one.

    Numbers stay numbers, negative ones too.

    Example:
        >>> guard("=cmd|' /C calc'!A0"), guard(-1.5), guard(None), guard("plain")
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


def unguard(text: str) -> str:
    """Return a cell without the apostrophe that `guard` put before it.

    Example:
        >>> unguard("'-0.5 since May"), unguard("'tis so")
        ('-0.5 since May', "'tis so")
    """
    return text[1:] if text.startswith("'") and guard(text[1:]) == text else text


def xml_text(text: str) -> str:
    r"""Return a text that XML 1.0 can hold: what it cannot becomes a replacement character. Nothing is escaped.

    Example:
        >>> xml_text("a\x00b<c>") == "a\ufffdb<c>"
        True
    """
    return _NOT_XML.sub("\ufffd", text)
