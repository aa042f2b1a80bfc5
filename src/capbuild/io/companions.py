"""Companion files of a data file: dictionaries and definitions, named as an option or found beside it."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import Any

import attrs
from attrs import evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.errors import ReadError
from capbuild.frozen import FrozenMap
from capbuild.io.format_detection import is_input, open_input
from capbuild.model import Issue, Severity
from capbuild.origin import Origin
from capbuild.plugins import Companion, InputFile, Reader, make_options

__all__ = ["PreparedOptions", "prepare_options"]


@frozen(kw_only=True)
class PreparedOptions:
    """Options of a reader with the companion files opened.

    Attributes:
        options: An instance of the reader's options class.
        companions: The companion files by option.
        issues: Companions that were found, or not chosen, beside the file.
    """

    options: Any
    companions: FrozenMap[str, InputFile] = field(factory=FrozenMap, converter=to_map)
    issues: tuple[Issue, ...] = field(default=(), converter=to_tuple)

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of each companion file by its name."""
        return {one.name: one.digest() for one in self.companions.values()}


def prepare_options(reader: Reader, options: Mapping[str, Any] | object | None, source: InputFile) -> PreparedOptions:
    """Return the options for one file, with its companion files opened.

    Args:
        reader: The reader.
        options: Its options, as a mapping or an instance of its options class. A companion is a path, bytes, a stream
            or an opened file; a relative path counts from `source.folder` where that is set.
        source: The data file.

    Raises:
        OptionError: CB116, an option is unknown, missing or refused by the class.
        ReadError: CB108, a named companion does not exist, or lies outside `source.folder`.
    """
    given = dict(options or {}) if options is None or isinstance(options, Mapping) else None
    made: Any = options
    named = dict(given) if given is not None else attrs.asdict(made, recurse=False)
    found: dict[str, InputFile] = {}
    issues: list[Issue] = []
    for companion in reader.companions:
        value = named.get(companion.option)
        if value is not None:
            found[companion.option] = _open_named(companion, value, source)
            continue
        beside = list(_find_beside(companion, source))
        if len(beside) == 1:
            found[companion.option] = InputFile(_name_beside(beside[0], source), path=beside[0], limits=source.limits)
        if beside:
            issues.append(_beside_issue(companion, beside, source))
    if given is not None:
        made = make_options(reader.options, {**given, **found}, reader.name)
    elif found:
        made = evolve(made, **found)
    return PreparedOptions(options=made, companions=found, issues=issues)


def _open_named(companion: Companion, value: Any, source: InputFile) -> InputFile:
    """Return a companion that the user names."""
    if not isinstance(value, str | Path):
        name = "" if is_input(value) and hasattr(value, "name") else companion.option
        return open_input(value, name=name or None, limits=source.limits)
    path = Path(value)
    if source.folder is None:
        return _open_path(companion, path, Path(value).name, source)
    inside = (source.folder / path).resolve()
    if not inside.is_relative_to(source.folder.resolve()):
        raise ReadError(
            f"the {companion.option} {value} lies outside the folder",
            code="CB108",
            origin=Origin(source.name),
            remedy=f"copy it into the folder, and name it from there: {companion.option} = {path.name!r}",
        )
    return _open_path(companion, inside, path.as_posix(), source)


def _open_path(companion: Companion, path: Path, name: str, source: InputFile) -> InputFile:
    if not path.is_file():
        raise ReadError(
            f"the {companion.option} {name} of {source.name} does not exist",
            code="CB108",
            origin=Origin(source.name),
            remedy="check the path",
        )
    return open_input(path, name=name, limits=source.limits)


def _find_beside(companion: Companion, source: InputFile) -> Iterator[Path]:
    """Yield the files beside the data that fit the first pattern which any fits."""
    if source.path is None or source.path.is_dir():
        return
    names = [path.name for path in source.path.parent.iterdir() if path.name != source.path.name and path.is_file()]
    for pattern in companion.patterns:
        wanted = pattern.replace("{stem}", _escape(PurePath(source.path.name).stem)).casefold()
        fitting = sorted(name for name in names if fnmatchcase(name.casefold(), wanted))
        if fitting:
            yield from (source.path.parent / name for name in fitting)
            return


def _escape(stem: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in stem)


def _name_beside(path: Path, source: InputFile) -> str:
    return PurePath(source.name).with_name(path.name).as_posix()


def _beside_issue(companion: Companion, beside: list[Path], source: InputFile) -> Issue:
    """Return a note of the companion that is used, or one of several that may be meant."""
    names = ", ".join(path.name for path in beside)
    if len(beside) == 1:
        return Issue(
            code="CB126",
            severity=Severity.NOTE,
            message=f"{source.name} is read with {names}, found beside it",
            origin=Origin(source.name),
            remedy=f"if it belongs to another file, name the right one in the option {companion.option}",
        )
    return Issue(
        code="CB126",
        severity=Severity.NOTE,
        message=f"{len(beside)} files beside {source.name} may describe it: {names}; none is used",
        origin=Origin(source.name),
        remedy=f"name the right one in the option {companion.option}, such as {beside[0].name!r}",
    )
