"""Mixins for notebook displays and data frames."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import field, frozen

from capbuild._atomic import write_atomic
from capbuild._lazy import provided

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas
    import polars

__all__ = ["HtmlPage", "counted"]

K = TypeVar("K")


def counted(count: int, one: str, other: str = "") -> str:
    """Return a count with its noun, in English.

    Args:
        count: The count.
        one: The singular.
        other: The plural; by default the singular with an `s`.

    Example:
        >>> counted(1, "sheet"), counted(1200, "sheet"), counted(2, "country", "countries")
        ('1 sheet', '1,200 sheets', '2 countries')
    """
    return f"{count:,} {one if count == 1 else other or one + 's'}"


def name_some(names: "Iterable[str]", most: int = 5) -> str:
    """Return the first names, and how many follow.

    Example:
        >>> name_some(["a", "b", "c"], 2)
        'a, b and 1 more'
    """
    listed = list(dict.fromkeys(names))
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more


def list_columns(rows: "Iterable[Mapping[K, object]]") -> list[K]:
    """Return the columns with a value, in order of appearance.

    Example:
        >>> list_columns([{"country": "Cuba", "cost": None, "seats": None}, {"country": "Peru", "seats": 2}])
        ['country', 'seats']
    """
    listed = list(rows)
    known = {name for row in listed for name, value in row.items() if value is not None}
    return [name for name in dict.fromkeys(name for row in listed for name in row) if name in known]


@frozen
class HtmlPage:
    """Page of HTML for a notebook or a file.

    Attributes:
        title: Title.
        html: The whole page, without scripts and network access.
        fragment: The part for a notebook.
    """

    title: str
    html: str = field(repr=False)
    fragment: str = field(repr=False)

    def save(self, path: str | Path) -> Path:
        """Write the page to a file, and return its path.

        Raises:
            WriteError: The file cannot be written.
        """
        target = Path(path)
        write_atomic(target, self.html)
        return target

    def _repr_html_(self) -> str:
        return self.fragment


class NotebookDisplay:
    """Mixin for displays in notebooks, terminals and rich.

    A class without a `__repr__` of its own also prints as its display.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return self._repr_mimebundle_()["text/plain"]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002 - IPython passes them
        bundle: dict[str, str] = provided("mimebundle")(self)
        return bundle

    def __rich_console__(self, console: Any, options: Any) -> "Iterator[Any]":
        from rich.text import Text  # only rich calls this

        yield Text(provided("plain_text")(self, options.max_width))

    def __rich_repr__(self) -> "Iterator[str]":
        """Yield the title, for an object inside others."""
        yield provided("plain_text")(self).partition("\n")[0]

    def display(self) -> None:
        """Show the object as HTML in notebooks, else as text."""
        provided("display")(self)


class TextDisplay:
    """Mixin for objects that a prompt shows as `print` does."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class FrameConversion:
    """Mixin for conversion to data frames."""

    __slots__ = ()

    def to_polars(self, table: str | None = None) -> "polars.DataFrame":
        """Return the object as a tidy polars frame.

        Tables and columns are in `docs/reference/frames.md`.
        """
        frame: polars.DataFrame = provided("to_polars")(self, table)
        return frame

    def to_pandas(self, table: str | None = None) -> "pandas.DataFrame":
        """Return the object as a tidy pandas frame.

        Tables and columns are in `docs/reference/frames.md`.
        """
        frame: pandas.DataFrame = provided("to_pandas")(self, table)
        return frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return provided("arrow_stream")(self, requested_schema)
