"""Files as ordered parts: rows or blocks with key and fields."""

from collections.abc import Callable, Mapping

from attrs import field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.frozen import FrozenMap

__all__ = ["Key", "Part", "Parts"]

Key = tuple[str, ...]


@frozen
class Part:
    """One row or block.

    Attributes:
        key: What makes it one of its kind within the file.
        fields: Its fields by name, as they are written.
    """

    key: Key
    fields: FrozenMap[str, str] = field(converter=to_map)


@frozen
class Parts:
    """Parts of a file.

    Attributes:
        opening: What stands above the parts.
        names: Names of the fields that every part has, in order; empty where each has its own.
        parts: The parts.
        closing: What stands below them.
        write: Makes a file of such parts again.
        whole: Whether a part is known by all that it holds: one that was rewritten is another one then.
    """

    opening: str
    names: tuple[str, ...] = field(converter=to_tuple)
    parts: tuple[Part, ...] = field(converter=to_tuple)
    closing: str
    write: Callable[["Parts"], str] = field(eq=False, repr=False)
    whole: bool = False

    @property
    def by_key(self) -> Mapping[Key, Part]:
        """The parts by key."""
        return {part.key: part for part in self.parts}
