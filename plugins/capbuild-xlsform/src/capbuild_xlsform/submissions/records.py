"""Submissions of any format, and those of JSON.

JSON has flat keys in KoboToolbox and Ona, and nested objects in ODK Central.
"""

from collections.abc import Mapping
from typing import Any

from attrs import define, field, frozen

from capbuild.errors import ModelError
from capbuild.model import GeoPoint
from capbuild.origin import Origin
from capbuild_xlsform.definitions.asset_content import format_scalar
from capbuild_xlsform.submissions.metadata import VERSIONS, is_asked, is_meta

#: Stored answer: text, codes from split columns, or a location from split columns.
Stored = str | tuple[str, ...] | GeoPoint


@define(eq=False)
class Entry:
    """Stored answer.

    It is never modified, but not frozen: there are millions, and freezing costs time.

    Attributes:
        path: Path of the question, without positions.
        places: Each repeat around it, outer ones first: path and position from 1.
        stored: Stored value; an empty text for nothing.
        origin: Location of the answer.
        filler: Filler text of the exporter for nothing, such as `n/a`.
        raw: Text as found, if the stored value was combined from several cells.
        doubt: Message on contradictory cells.
    """

    path: str
    places: tuple[tuple[str, int], ...]
    stored: Stored
    origin: Origin | None = None
    filler: str = ""
    raw: str | None = None
    doubt: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing is stored."""
        return self.stored == ""


@frozen(eq=False)
class Record:
    """One submission.

    Attributes:
        entries: Stored answers in order.
        meta: Metadata by name.
        origin: Location of the submission.
        form: Id of the form, if given.
        version: Version of the form, if given.
        whole: Whether it is complete, so that absent questions have no answer.
        absent_is_unasked: Whether unanswered questions are present as blanks, so that absent ones were not asked.
        counts: Instances of repeats by path, empty ones included.
        where: Location of each metadata.
    """

    entries: list[Entry]
    meta: Mapping[str, str] = field(factory=dict)
    origin: Origin | None = None
    form: str = ""
    version: str = ""
    whole: bool = False
    absent_is_unasked: bool = False
    counts: dict[str, list[tuple[int, ...]]] = field(factory=dict)
    where: Mapping[str, Origin] = field(factory=dict)


_Places = tuple[tuple[str, int], ...]

_SKIPPED = ("@odata.",)


@define(eq=False)
class JsonCollector:
    """Collector of one submission's entries.

    Attributes:
        file: Name of the file.
        asked: Paths of the questions of the definition.
        entries: Answers in order.
        meta: Metadata by name.
        counts: Instances of repeats by path.
        where: Location of each metadata.
    """

    file: str
    asked: frozenset[str] = frozenset()
    entries: list[Entry] = field(factory=list)
    meta: dict[str, str] = field(factory=dict)
    counts: dict[str, list[tuple[int, ...]]] = field(factory=dict)
    where: dict[str, Origin] = field(factory=dict)

    def take(self, value: Mapping[str, Any], prefix: str, places: _Places, at: str) -> None:
        """Add an object.

        Args:
            value: The object.
            prefix: Path of its group or repeat.
            places: Positions in the repeats around it.
            at: JSON path in the file.
        """
        for raw_key, part in value.items():
            key = "/".join(step.strip() for step in str(raw_key).split("/") if step.strip()) or "unnamed"
            if any(mark in key for mark in _SKIPPED):
                continue
            path = key if not prefix or key == prefix or key.startswith(f"{prefix}/") else f"{prefix}/{key}"
            here = _join_path(at, raw_key)
            if self._is_meta(key, path, prefix) or (key == "meta" and isinstance(part, Mapping)):
                self._add_metadata(
                    path if not prefix or path.startswith(("__system", "meta")) else key,
                    part,
                    inside=bool(places),
                    at=here,
                )
            elif key == "__system" and isinstance(part, Mapping):
                self._add_metadata(key, part, inside=bool(places), at=here)
            else:
                self._add_part(part, path, places, here)

    def _is_meta(self, key: str, path: str, prefix: str) -> bool:
        """True if a key is server metadata.

        Inside groups and repeats, a key must begin with `_` or have a path.
        """
        if path.startswith(("__system/", "meta/")):
            return True
        own = not prefix and not is_asked(key, self.asked)
        return is_meta(key) and (own or key.startswith("_") or "/" in key)

    def _add_metadata(self, name: str, value: Any, *, inside: bool, at: str) -> None:
        """Store metadata of the submission.

        Inside a repeat, metadata repeats the submission's and is left out.
        """
        if isinstance(value, Mapping) and name in ("meta", "__system", "formhub"):
            for key, part in value.items():
                self._add_metadata(
                    f"{name}/{str(key).strip() or 'unnamed'}", part, inside=inside, at=_join_path(at, key)
                )
        elif not inside and value not in (None, "", [], {}, [None, None]):
            self.meta.setdefault(name, format_scalar(value))
            self.where.setdefault(name, Origin(self.file, path=at))

    def _add_part(self, value: Any, path: str, places: _Places, at: str) -> None:
        if isinstance(value, list) and value and all(isinstance(part, Mapping) for part in value):
            for number, part in enumerate(value, start=1):
                inner = (*places, (path, number))
                self.counts.setdefault(path, []).append(tuple(count for _, count in inner))
                self.take(part, path, inner, f"{at}[{number - 1}]")
        elif isinstance(value, list):
            codes = tuple(text for part in value if (text := format_scalar(part)))
            self._add(path, places, codes or "", at)
        elif isinstance(value, Mapping):
            point = _parse_geojson(value)
            if point is not None:
                self._add(path, places, point, at)
            elif "coordinates" in value and "type" in value:
                self._add(path, places, format_scalar(value), at)
            else:
                self.take(value, path, places, at)
        else:
            self._add(path, places, format_scalar(value), at)

    def _add(self, path: str, places: _Places, stored: "str | tuple[str, ...] | GeoPoint", at: str) -> None:
        raw = format_scalar(stored) if isinstance(stored, str) else None
        self.entries.append(Entry(path, places, stored, Origin(self.file, path=at), "", raw))


def _join_path(at: str, key: object) -> str:
    """Return the JSON path of a key."""
    return f"{at}.{key}" if str(key).isidentifier() else f"{at}[{str(key)!r}]"


def _parse_geojson(value: Mapping[str, Any]) -> GeoPoint | None:
    """Return a GeoJSON point's location; longitude comes first."""
    numbers = value.get("coordinates")
    if value.get("type") != "Point" or not isinstance(numbers, list) or len(numbers) < 2:
        return None
    properties = value.get("properties")
    accuracy = properties.get("accuracy") if isinstance(properties, Mapping) else None
    if not all(isinstance(n, int | float) and abs(n) < 1e12 for n in numbers[:3] if n is not None):
        return None
    try:
        return GeoPoint(
            float(numbers[1]),
            float(numbers[0]),
            float(numbers[2]) if len(numbers) > 2 and numbers[2] is not None else None,
            float(accuracy) if isinstance(accuracy, int | float) else None,
        )
    except (ModelError, TypeError):
        return None


def make_json_record(value: Mapping[str, Any], file: str, at: str, version: str, asked: frozenset[str]) -> Record:
    """Return the submission of a JSON object.

    Args:
        value: The object.
        file: Name of the file.
        at: JSON path of the object in it.
        version: Default form version.
        asked: Paths of the questions of the definition.
    """
    walk = JsonCollector(file, asked)
    walk.take(value, "", (), at)
    plain = VERSIONS[-1]
    if plain not in asked and isinstance(value.get(plain), str) and not any(walk.meta.get(name) for name in VERSIONS):
        walk.meta[plain] = value[plain].strip()
        walk.entries[:] = [entry for entry in walk.entries if entry.path != plain]
    return Record(
        walk.entries,
        walk.meta,
        Origin(file, path=at),
        form=walk.meta.get("_xform_id_string", ""),
        version=version,
        whole=True,
        counts=walk.counts,
        where=walk.where,
    )
