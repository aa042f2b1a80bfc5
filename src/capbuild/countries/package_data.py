"""Data files of this package, read once."""

import csv
import zlib
from functools import cache
from importlib.resources import files


@cache
def read_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a CSV file of the package.

    Example:
        >>> read_rows("countries.csv")[0]["alpha_3"]
        'AND'
    """
    text = (files(__package__) / "data" / name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


def compressed_text(name: str) -> str:
    """Return the text of a zlib-compressed file of the package."""
    return zlib.decompress((files(__package__) / "data" / name).read_bytes()).decode("utf-8")
