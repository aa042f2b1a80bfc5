"""Load YAML files within limits."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field, frozen

from capbuild.checks import to_map
from capbuild.errors import CapbuildError, LimitError, ReadError
from capbuild.frozen import FrozenMap
from capbuild.origin import Origin
from capbuild.plugins import InputFile

#: Plain scalars that are not text. Numbers, dates and `no` stay texts: 1.10 keeps its zero.
_WORDS: Mapping[str, object] = {"": None, "~": None, "null": None, "true": True, "false": False}
_TAGS = tuple(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq")
)
_Path = tuple[str | int, ...]


@frozen
class YamlFile:
    """Value in a YAML file.

    Attributes:
        value: The value: objects, lists, texts, true, false and None.
        lines: Line, from 1, of each object and list, by its path of keys and positions.
    """

    value: object
    lines: FrozenMap[_Path, int] = field(converter=to_map, repr=False)


def load_yaml(source: InputFile) -> YamlFile:
    r"""Load a YAML file with one document.

    Aliases are followed. Numbers and dates stay texts.

    Raises:
        CapbuildError: CB501, PyYAML is not installed.
        ReadError: CB119, it is not UTF-8; CB014, it is not YAML, has a duplicate key, or uses tags of a programming
            language.
        LimitError: CB118, it is nested too deeply; CB133, its aliases repeat too much.

    Example:
        >>> load_yaml(InputFile("a.yaml", data=b"ref_id: 1.10\nusable: true\nparts: [&p {id: a}, *p]")).value
        {'ref_id': '1.10', 'usable': True, 'parts': [{'id': 'a'}, {'id': 'a'}]}
    """
    try:
        import yaml
    except ModuleNotFoundError as error:
        raise CapbuildError(
            f"{source.name} needs PyYAML, which is not installed",
            code="CB501",
            origin=Origin(source.name),
            remedy="pip install pyyaml",
        ) from error
    try:
        text = source.content.decode("utf-8-sig")
        # The C parser only emits events, so no other code constructs objects.
        return _Composer(source).compose(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8 at byte {error.start:,}"
        raise _error(source, problem, None, "save the file as UTF-8", "CB119") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise _error(source, f"is not valid YAML: {problem}", None if mark is None else mark.line + 1) from error


def _error(
    source: InputFile, problem: str, line: int | None, remedy: str = "ask for the file again", code: str = "CB014"
) -> ReadError:
    return ReadError(f"{source.name} {problem}", code=code, origin=Origin(source.name, row=line), remedy=remedy)


@define
class _Open:
    """Object or list that is not complete."""

    made: dict[str, object] | list[object]
    path: _Path
    anchor: str | None
    before: int
    key: str | None = None


@define
class _Composer:
    """Builder of a value from parser events.

    Attributes:
        source: The file.
    """

    source: InputFile
    _open: list[_Open] = field(factory=list, init=False)
    _anchors: dict[str, tuple[object, int]] = field(factory=dict, init=False)
    _lines: dict[_Path, int] = field(factory=dict, init=False)
    _values: list[object] = field(factory=list, init=False)
    _count: int = field(default=0, init=False)

    def compose(self, events: Iterator[Any]) -> YamlFile:
        """Return the value of the only document."""
        for event in events:
            kind, line = type(event).__name__, event.start_mark.line + 1
            if kind == "AliasEvent":
                self._repeat(event.anchor, line)
            elif kind == "ScalarEvent":
                self._check_tag(event, line)
                value = _WORDS.get(event.value, event.value) if event.implicit[0] else event.value
                if event.anchor is not None:
                    self._anchors[event.anchor] = (value, 1)
                self._add(value, 1, line)
            elif kind in ("MappingStartEvent", "SequenceStartEvent"):
                self._check_tag(event, line)
                self._begin({} if kind == "MappingStartEvent" else [], event.anchor, line)
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                open_ = self._open.pop()
                if open_.anchor is not None:
                    self._anchors[open_.anchor] = (open_.made, self._count - open_.before)
        if len(self._values) != 1:
            raise _error(
                self.source, f"contains {len(self._values)} documents, not one", None, "save one document a file"
            )
        return YamlFile(self._values[0], self._lines)

    def _check_tag(self, event: Any, line: int) -> None:
        if event.tag not in (None, "!", *_TAGS):
            raise _error(self.source, f"has the tag {event.tag!r}, which is not read", line, "write plain values")

    def _begin(self, made: dict[str, object] | list[object], anchor: str | None, line: int) -> None:
        before = self._count
        path = self._place()
        self._add(made, 1, line)
        self._lines[path] = line
        self._open.append(_Open(made, path, anchor, before))
        if len(self._open) > self.source.limits.nesting:
            raise LimitError(
                f"{self.source.name} nests deeper than {self.source.limits.nesting} levels",
                code="CB118",
                origin=Origin(self.source.name, row=line),
                remedy="check that it is a framework file",
            )

    def _place(self) -> _Path:
        """Return the path of the next value."""
        if not self._open:
            return ()
        above = self._open[-1]
        return (*above.path, len(above.made) if isinstance(above.made, list) else above.key or "")

    def _repeat(self, anchor: str, line: int) -> None:
        """Repeat the value of an anchor.

        Its size counts each time, against the limit.
        """
        if anchor not in self._anchors:
            raise _error(self.source, f"repeats {anchor!r}, which is not complete before", line)
        value, size = self._anchors[anchor]
        self._add(value, size, line)

    def _add(self, value: object, size: int, line: int) -> None:
        self._count += size
        self.source.limits.check_cells(self.source.name, self._count)
        if not self._open:
            self._values.append(value)
            return
        above = self._open[-1]
        if isinstance(above.made, list):
            above.made.append(value)
        elif above.key is None:
            if not isinstance(value, str | bool | None) or value == "<<":
                raise _error(self.source, f"has the key {value!r}, which is no text", line, "write plain keys")
            above.key = str(value)
            if above.key in above.made:
                raise _error(self.source, f"has the key {above.key!r} twice in one object", line, "delete one of them")
        else:
            above.made[above.key] = value
            above.key = None
