"""Companion files of a data file: dictionaries and definitions."""

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

import attrs
from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import CapbuildError, ReadError
from capbuild.io.containers import choose_input
from capbuild.io.format_detection import Input, is_input, open_input
from capbuild.model import Issue
from capbuild.origin import Origin
from capbuild.plugins import Companion, Host, InputFile, Reader, make_options
from capbuild.plugins.types import list_companions


@frozen(kw_only=True)
class PreparedOptions:
    """Options of a reader with the companion files opened.

    Attributes:
        options: An instance of the reader's options class.
        companions: The companion files.
        issues: Notes on companions found next to the file, used or not.
    """

    options: Any
    companions: tuple[InputFile, ...] = field(default=(), converter=to_tuple)
    issues: tuple[Issue, ...] = field(default=(), converter=to_tuple)

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of each companion file by its name."""
        digests: dict[str, str] = {}
        for companion in self.companions:
            name = companion.name if companion.name not in digests else f"{companion.name} ({len(digests) + 1})"
            digests[name] = companion.digest()
        return digests


def prepare_options(reader: Reader, options: Mapping[str, Any] | object | None, source: InputFile) -> PreparedOptions:
    """Prepare a reader's options and open their companion files.

    Args:
        reader: The reader.
        options: Its options, as a mapping or an instance of its options class. A companion is a path, bytes, a stream
            or an opened file, or several of them as a list or by name; a text of several lines is content. A relative
            path counts from `source.folder` where that is set.
        source: The data file.

    Raises:
        OptionError: CB116, an option is unknown, missing or refused by the class.
        ReadError: CB108, a named companion does not exist, or is outside `source.folder`.
    """
    given = dict(options or {}) if options is None or isinstance(options, Mapping) else None
    prepared: Any = options
    named = dict(given) if given is not None else attrs.asdict(prepared, recurse=False)
    opened_options: dict[str, Any] = {}
    opened: list[InputFile] = []
    issues: list[Issue] = []
    for companion in reader.companions:
        value = named.get(companion.option)
        if value is not None and value != "":
            opened_options[companion.option] = _open_all(companion.option, value, source, opened)
            continue
        nearby = list_companions(companion, source)
        if len(nearby) == 1:
            opened += nearby
            opened_options[companion.option] = nearby[0]
        if nearby:
            issues.append(_make_companion_issue(companion, nearby, source))
    if given is not None:
        prepared = make_options(reader.options, {**given, **opened_options}, reader.name)
    elif opened_options:
        prepared = evolve(prepared, **opened_options)
    return PreparedOptions(options=prepared, companions=opened, issues=issues)


def find_companions(
    source: InputFile,
    host: Host,
    *,
    format: str | None = None,  # noqa: A002 - the field's word
    options: Any = None,
    **_others: Any,
) -> dict[str, str]:
    """Return the SHA-256 of each companion file of a file that failed to be read, by name.

    Args:
        source: The file.
        host: Plugin host.
        format: Name of the reader; sniffed when None.
        options: The reader's options.
    """
    try:
        opened, chosen = choose_input(source, host, format)
        return prepare_options(chosen.reader, options, opened).digests()
    except CapbuildError:
        return {}


def _open_all(option: str, value: Any, source: InputFile, opened: list[InputFile]) -> Any:
    """Open the files in an option value.

    A string of several lines is content, not a path.
    """
    if isinstance(value, Mapping):
        return {name: _open_all(str(name), item, source, opened) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(
            _open_all(f"{option} {position}", item, source, opened) for position, item in enumerate(value, start=1)
        )
    if not is_input(value) or (isinstance(value, str) and "\n" in value):
        return value
    opened.append(_open_named(option, value, source))
    return opened[-1]


def _open_named(option: str, value: Input, source: InputFile) -> InputFile:
    """Return a companion named by the user."""
    if not isinstance(value, str | Path):
        named = isinstance(getattr(value, "name", None), str)
        return open_input(value, name=None if named else option, limits=source.limits)
    path = Path(value)
    if source.folder is None:
        return _open_path(option, path, path.as_posix(), source)
    inside = (source.folder / path).resolve()
    if not inside.is_relative_to(source.folder.resolve()):
        raise ReadError(
            f"the {option} {value} lies outside the folder",
            code="CB108",
            origin=Origin(source.name),
            remedy=f"copy it into the folder, and name it from there: {option} = {path.name!r}",
        )
    return _open_path(option, inside, path.as_posix(), source)


def _open_path(option: str, path: Path, name: str, source: InputFile) -> InputFile:
    if not path.is_file():
        raise ReadError(
            f"the {option} {name} of {source.name} does not exist",
            code="CB108",
            origin=Origin(source.name),
            remedy="check the path",
        )
    return open_input(path, name=name, limits=source.limits)


def _make_companion_issue(companion: Companion, nearby: Sequence[InputFile], source: InputFile) -> Issue:
    """Report the companion used, or several candidates."""
    names = ", ".join(PurePath(input_file.name).name for input_file in nearby[:3]) + (", …" if len(nearby) > 3 else "")
    if len(nearby) == 1:
        return Issue.note(
            "CB126",
            f"{source.name} is read with {names}, found beside it",
            Origin(source.name),
            f"if it belongs to another file, name the right one in the option {companion.option}",
        )
    return Issue.note(
        "CB126",
        f"{len(nearby)} files beside {source.name} may describe it: {names}; none is used",
        Origin(source.name),
        f"name the right one in the option {companion.option}, such as {PurePath(nearby[0].name).name!r}",
    )
