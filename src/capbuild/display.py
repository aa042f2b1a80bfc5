"""How a model object shows itself, in a notebook and in words, and how it becomes a frame."""

from typing import Any

from capbuild.lazy import provided

__all__ = ["Displayed", "Framed", "counted"]


def counted(count: int, one: str, other: str = "") -> str:
    """Return a count with its noun, in English.

    Args:
        count: How many.
        one: The noun for one.
        other: The noun for any other number; with an `s` where none is given.

    Example:
        >>> counted(1, "sheet"), counted(1200, "sheet"), counted(2, "country", "countries")
        ('1 sheet', '1,200 sheets', '2 countries')
    """
    return f"{count:,} {one if count == 1 else other or one + 's'}"


class Displayed:
    """Mixin: in a notebook, an object is drawn by the function that the package's face provides."""

    __slots__ = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        bundle: dict[str, str] = provided("mimebundle")(self)
        return bundle


class Framed:
    """Mixin: an object becomes a frame through the functions that the package's face provides."""

    __slots__ = ()

    def to_polars(self, table: str | None = None) -> Any:
        """Return the object as a polars frame, tidy; its tables and columns are in `docs/reference/frames.md`."""
        return provided("to_polars")(self, table)

    def to_pandas(self, table: str | None = None) -> Any:
        """Return the object as a pandas frame, tidy; its tables and columns are in `docs/reference/frames.md`."""
        return provided("to_pandas")(self, table)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return provided("arrow_stream")(self, requested_schema)
