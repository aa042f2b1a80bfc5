"""Migrations of documents from earlier versions.

A model change that breaks old documents raises `VERSION`, and adds a step to `MIGRATIONS`. Fixtures of every released
version stay in `tests/data/schema`, and are read by the tests.
"""

import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

from attrs import field, frozen

from capbuild.errors import ModelError

_FORM = re.compile(r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})")


@frozen(order=True)
class Version:
    """Version of the document format, independent of the package.

    Attributes:
        major: Raised if earlier readers cannot read new documents.
        minor: Raised if fields are added.

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
            ModelError: The form is invalid.
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
        before: Version before the step.
        after: Version after the step.
        kinds: Affected kinds of documents; empty for all.
        why: Change and reason, for readers of the code in ten years.
        change: Function from old to new data of a document. It gets a copy, and may change it in place.

    Raises:
        ModelError: `after` is not later than `before`.
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


#: Version of written documents.
VERSION = Version(1, 0)

#: All steps, in order. 1.0 is the first version, so there is none yet.
MIGRATIONS: tuple[Migration, ...] = ()


def migrate(
    data: dict[str, Any],
    kind: str,
    version: Version,
    steps: Sequence[Migration] = MIGRATIONS,
) -> dict[str, Any]:
    """Return the data of a document in the current version.

    Does not change the given data.

    Args:
        data: The original data.
        kind: Kind of the document.
        version: Its version.
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
