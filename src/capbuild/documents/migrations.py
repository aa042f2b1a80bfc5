"""Migrations of documents from earlier versions.

A change of the model that old documents do not fit raises `VERSION` and adds one step to `MIGRATIONS`. The fixtures
of every version ever released stay under `tests/data/schema` and are read by the tests.
"""

import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

from attrs import field, frozen

from capbuild.errors import ModelError

__all__ = ["MIGRATIONS", "VERSION", "Migration", "Version", "migrate"]

_FORM = re.compile(r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})")


@frozen(order=True)
class Version:
    """Version of the document format, independent of the package.

    Attributes:
        major: Raised when earlier readers cannot read what is written.
        minor: Raised when fields are added.

    Example:
        >>> Version.parse("1.2") < Version.parse("1.10"), str(Version(1, 0))
        (True, '1.0')
    """

    major: int
    minor: int

    @classmethod
    def parse(cls, text: object) -> "Version":
        """Parse a version such as `1.0`.

        Raises:
            ModelError: It has another form.
        """
        match = _FORM.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise ModelError("version", text, "must be two numbers such as '1.0'")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


@frozen(kw_only=True)
class Migration:
    """One migration step.

    Attributes:
        before: Version it reads.
        after: Version it makes.
        kinds: Kinds of documents it concerns; empty for all.
        why: What changed and why, for those who read the code in ten years.
        change: The data of a document before to the data after. It works on a copy and may change it in place.

    Raises:
        ModelError: It does not lead to a later version.
    """

    before: Version
    after: Version = field()
    kinds: tuple[str, ...] = ()
    why: str
    change: Callable[[dict[str, Any]], dict[str, Any]]

    @after.validator
    def _is_later(self, _: object, value: Version) -> None:
        if value <= self.before:
            raise ModelError("Migration.after", str(value), f"must be later than {self.before}")


#: Version that is written.
VERSION = Version(1, 0)

#: Every step, in order. 1.0 is the first version, so there is none yet.
MIGRATIONS: tuple[Migration, ...] = ()


def migrate(
    data: dict[str, Any],
    kind: str,
    version: Version,
    steps: Sequence[Migration] = MIGRATIONS,
) -> dict[str, Any]:
    """Return the data of a document in the current version.

    The given data are not changed.

    Args:
        data: The data as found.
        kind: Kind of the document.
        version: Version it was written in.
        steps: The chain.

    Example:
        >>> step = Migration(before=Version(1, 0), after=Version(1, 1), why="label became title",
        ...                  change=lambda data: {"title": data.pop("label"), **data})
        >>> migrate({"label": "Access"}, "capacity", Version(1, 0), [step])
        {'title': 'Access'}
    """
    due = [step for step in sorted(steps, key=lambda s: s.before) if step.before >= version]
    for step in due:
        if not step.kinds or kind in step.kinds:
            data = step.change(deepcopy(data))
    return data
