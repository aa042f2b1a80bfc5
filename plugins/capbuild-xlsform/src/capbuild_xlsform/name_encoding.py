"""Encoding of criterion ids as question names of letters, digits and `_`.

`TEC-2.2a` becomes `TEC_2_2a`, which is still readable. Other characters are written as code points, such as `_x2e_`.
Every id has one name, and every encoded name has one id.
"""

import re

#: Hidden question that marks a form with encoded names, and stores the form's id.
MARK = "capbuild_form"

_CRITERION = re.compile(r"([A-Z]{2,6})-(\d{1,3})(?:\.(\d{1,3}[a-z]?))?")
_ENCODED = re.compile(r"([A-Z]{2,6})_(\d{1,3})(?:_(\d{1,3}[a-z]?))?")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_ESCAPE = re.compile(r"_x([0-9a-f]+)_")


def is_plain_name(name: str) -> bool:
    """Return True if a text is a valid question name unchanged.

    Example:
        >>> is_plain_name("country"), is_plain_name("TEC-2.2a")
        (True, False)
    """
    return _PLAIN.fullmatch(name) is not None and not _ENCODED.fullmatch(name) and not _ESCAPE.search(name)


def _escaped(character: str) -> str:
    return f"_x{ord(character):x}_"


def encode_name(identifier: str) -> str:
    """Return the name of a question for an id.

    Example:
        >>> encode_name("TEC-2.2a"), encode_name("GDB 3"), encode_name("2nd")
        ('TEC_2_2a', 'GDB_x20_3', '_x32_nd')
    """
    match = _CRITERION.fullmatch(identifier)
    if match:
        return "_".join(part for part in match.groups() if part is not None)
    if is_plain_name(identifier):
        return identifier
    parts = []
    for place, character in enumerate(identifier):
        # The first character is escaped if the name would otherwise decode to another id.
        plain = character.isascii() and (
            character.isalnum() or (character == "_" and not _needs_escape(identifier, place))
        )
        parts.append(character if plain and not (place == 0 and not character.isalpha()) else _escaped(character))
    return "".join(parts)


def _needs_escape(identifier: str, place: int) -> bool:
    """Return True if an underscore must be escaped.

    It would be decoded as part of an escape or of a criterion's name.
    """
    return identifier[place + 1 : place + 2] == "x" or _ENCODED.fullmatch(identifier) is not None


def decode_name(name: str) -> str:
    """Return the id encoded by `encode_name`; other names are returned unchanged.

    Example:
        >>> decode_name("TEC_2_2a"), decode_name("GDB_x20_3"), decode_name("country")
        ('TEC-2.2a', 'GDB 3', 'country')
    """
    match = _ENCODED.fullmatch(name)
    if match:
        family, number, step = match.groups()
        return f"{family}-{number}" + (f".{step}" if step is not None else "")
    return _ESCAPE.sub(_unescaped, name)


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return chr(code) if code < 0x110000 else match[0]


_CODE_UNSAFE = re.compile(r"[\s'\",]|_(?=x[0-9a-f]+_)")


def escape_code(code: str) -> str:
    """Escape white space, quotes and commas in a choice code.

    Example:
        >>> escape_code("yes"), escape_code("don't know"), decode_code("don_x27_t_x20_know")
        ('yes', 'don_x27_t_x20_know', "don't know")
    """
    return _CODE_UNSAFE.sub(lambda match: _escaped(match[0]), code)


def decode_code(code: str) -> str:
    """Reverse `escape_code`."""
    return _ESCAPE.sub(_unescaped, code)
