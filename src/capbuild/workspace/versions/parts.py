"""Files as ordered parts.

A part is a row or block, with key and fields.
"""

from collections.abc import Callable, Mapping

from attrs import field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.frozen import FrozenMap

Key = tuple[str, ...]


@frozen
class Part:
    """One row or block.

    Attributes:
        key: Unique key in the file.
        fields: Its fields by name, as written.
    """

    key: Key
    fields: FrozenMap[str, str] = field(converter=to_map)


@frozen
class Parts:
    """Ordered parts of a file.

    Attributes:
        opening: Text above the parts.
        names: Field names of every part, in order; empty if each has its own.
        parts: The parts.
        closing: Text below the parts.
        write: Function that writes parts to a file.
        whole: Whether the whole content is the key, so that a rewritten part is another part.
    """

    opening: str
    names: tuple[str, ...] = field(converter=to_tuple)
    parts: tuple[Part, ...] = field(converter=to_tuple)
    closing: str
    write: Callable[["Parts"], str] = field(eq=False, repr=False)
    whole: bool = False

    @property
    def by_key(self) -> Mapping[Key, Part]:
        """Parts by key."""
        return {part.key: part for part in self.parts}
