"""Text that goes to spreadsheets: no cell of a CSV file becomes a formula."""

__all__ = ["guard", "unguard"]

#: Characters that make a spreadsheet take a cell for a formula, or hide one behind white space.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


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
