"""Pseudonyms of people in training: drawn from name and country with a key that stays in `private/`.

Two people who enrol offline, each in a copy of the folder, give one person the same pseudonym and two persons different
ones, so that nothing is lost when their copies are merged. Without the key nobody can try names against a pseudonym.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from pathlib import Path

from capbuild.atomic import write_atomic

__all__ = ["KEY", "draw_pseudonym", "pseudonym_key"]

KEY = "private/pseudonyms.key"
#: Letters and digits that nobody takes for one another, read aloud or by hand.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
#: Signs of a pseudonym: 500 people of one country draw two alike at odds of 1 to 7,000. In one copy of the folder the
#: second gets a sign more.
_LENGTH = 6


def pseudonym_key(folder: Path) -> bytes:
    """Return the key of a programme's folder; made where there is none, or a blank file, which would keep no secret."""
    path = folder / KEY
    key = path.read_bytes().strip() if path.exists() else b""
    if not key:
        key = secrets.token_hex(32).encode()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(path, key + b"\n")
        path.chmod(0o600)
    return key


def draw_pseudonym(key: bytes, name: str, place: str, used: Collection[str] = ()) -> str:
    """Return the pseudonym of a person.

    Args:
        key: The key of the folder.
        name: The name; letters' case and white space are no matter.
        place: Alpha-2 code of the country.
        used: Pseudonyms of others, which are not given again.

    Example:
        >>> draw_pseudonym(b"key", "Ana  Ruiz", "JM") == draw_pseudonym(b"key", "ana ruiz", "JM")
        True
    """
    said = "\x1f".join((" ".join(name.split()).casefold(), place))
    number = int.from_bytes(hmac.digest(key, said.encode(), hashlib.sha256))
    signs = ""
    while len(signs) < _LENGTH or f"{place}-{signs}" in used:
        number, sign = divmod(number, len(_SIGNS))
        signs += _SIGNS[sign]
    return f"{place}-{signs}"
