"""Dictionaries in the INI syntax of CSPro before 8.

They are read into the later JSON structure.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from attrs import define, field

Json = dict[str, Any]
_TOKEN = re.compile(r"""'([^']*)'|"([^"]*)"|([^\s:'"]+)|(:)""")
_NUMBERS = {"Start": "start", "Len": "length", "Decimal": "decimals"}
_WORDS = {"Name": "name", "DataType": "contentType", "Link": "link", "CaptureDateFormat": "captureFormat"}
#: Keys unrelated to answers.
_IGNORED = frozenset(
    (
        *(
            "Alias",
            "Positions",
            "RecordLen",
            "ZeroFill",
            "SecurityOptions",
            "ValueSetImages",
            "Image",
            "TextColor",
            "Primary",
        ),
        *("PrimaryLink", "Secondary", "SecondaryLink", "Required"),
    )
)


def _number(text: str) -> int:
    return int(text) if text.strip().isdecimal() and len(text) < 10 else 0


@define
class _IniParser:
    """Parses the lines of a dictionary.

    Attributes:
        top: The dictionary.
        target: Part for the keys.
        items: Items of the record, or of the ids.
        ignored: Unknown keys.
    """

    top: Json
    target: Json = field(factory=dict[str, Any])
    level: Json = field(factory=dict[str, Any])
    items: list[Json] = field(factory=list[Json])
    item: Json = field(factory=dict[str, Any])
    values: Json = field(factory=dict[str, Any])
    section: str = ""
    ignored: Counter[str] = field(factory=Counter[str])

    def start(self, section: str) -> None:
        """Begin a section."""
        self.section = section.casefold()
        if self.section == "[dictionary]":
            self.target = self.top
        elif self.section == "[level]":
            self.target = self.level = {"ids": {"items": []}, "records": []}
            self.top["levels"].append(self.level)
        elif self.section == "[iditems]":
            self.items = self.level.setdefault("ids", {"items": []})["items"]
        elif self.section == "[record]":
            self.items = []
            self.target = {"items": self.items}
            self.level.setdefault("records", []).append(self.target)
        elif self.section == "[item]":
            self.target = self.item = {"valueSets": []}
            self.items.append(self.item)
        elif self.section == "[valueset]":
            self.target = self.values = {"values": []}
            self.item.setdefault("valueSets", []).append(self.values)
        else:
            self.target = {}  # relations, and [NoEdit]

    def put(self, key: str, text: str) -> None:
        """Store a key in its part."""
        if key == "Value":
            self.target = self.value(text)
            self.values.setdefault("values", []).append(self.target)
        elif key == "Name" and "pairs" in self.target:
            self.target["special"] = text.split(maxsplit=1)[0] if text.split() else ""
        elif key == "Label":
            self.target["labels"] = self.labels(text)
        elif key == "Note":
            self.target["note"] = " ".join(f"{self.target.get('note', '')} {text.replace(chr(92) + 'r', ' ')}".split())
        elif key in _NUMBERS:
            self.target[_NUMBERS[key]] = _number(text)
        elif key in _WORDS:
            self.target[_WORDS[key]] = text
        else:
            self.rest(key, text)

    def rest(self, key: str, text: str) -> None:
        """Store a key with its own structure."""
        target = self.target
        if key in ("RecordTypeStart", "RecordTypeLen"):
            target.setdefault("recordType", {})["start" if key.endswith("Start") else "length"] = _number(text)
        elif key == "RecordTypeValue":
            target["recordType"] = text.strip().strip("'\"")
        elif key in ("Occurrences", "MaxRecords"):
            target.setdefault("occurrences", {})["maximum"] = _number(text)
        elif key in ("OccurrenceLabel", "OccurenceLabel"):
            number, _, label = text.replace(":", ",", 1).partition(",")
            listed = target.setdefault("occurrences", {}).setdefault("labels", [])
            listed.append({"occurrence": _number(number), "labels": self.labels(label)})
        elif key == "ItemType":
            target["subitem"] = text.casefold() == "subitem"
        elif key == "DecimalChar":
            yes = text[:1] in ("Y", "y")
            target.update({"defaults": {"decimalMark": yes}} if target is self.top else {"decimalMark": yes})
        elif key == "CaptureType":
            target["capture"] = {"type": text}
        elif key == "Version":
            target["version"] = text.removeprefix("CSPro").strip()
        elif key not in _IGNORED and self.section != "[relation]":
            self.ignored[key] += 1

    def labels(self, text: str) -> list[Json]:
        """Return a label by language, separated by `|`."""
        names = [language["name"] for language in self.top["languages"]] or [""]
        parts = text.split("|") if len(names) > 1 else [text]
        return [{"text": part, "language": name} for part, name in zip(parts, names, strict=False)]

    def value(self, text: str) -> Json:
        """Return an entry of a value set: `1:3 9;Label`."""
        codes, _, label = text.partition(";")
        pairs: list[Json] = []
        is_joined = False
        for match in _TOKEN.finditer(codes):
            if match[4]:
                is_joined = bool(pairs)
                continue
            code = next(group for group in match.groups() if group is not None)
            if is_joined:
                pairs[-1] = {"range": [pairs[-1].get("value", ""), code]}
            else:
                pairs.append({"value": code})
            is_joined = False
        return {"labels": self.labels(label), "pairs": pairs}


def _list_languages(pairs: Iterable[tuple[str, str]]) -> Iterator[Json]:
    """Yield the languages, also from labels before their section."""
    section = ""
    for key, value in pairs:
        section = key.casefold() if key.startswith("[") else section
        if section == "[languages]" and value:
            yield {"name": key, "label": value}


def parse_ini(text: str) -> tuple[Json, Counter[str]]:
    r"""Return a dictionary as JSON, and its unknown keys.

    Example:
        >>> text = "[Dictionary]\nName=D\n[Level]\nName=L\n[IdItems]\n[Item]\nName=ID\nStart=1\nLen=2\n"
        >>> parse_ini(text)[0]["levels"][0]["ids"]["items"]
        [{'valueSets': [], 'name': 'ID', 'start': 1, 'length': 2}]
    """
    pairs = [(key.strip(), value.strip()) for line in text.splitlines() for key, _, value in [line.partition("=")]]
    parser = _IniParser({"levels": [], "languages": list(_list_languages(pairs))})
    for key, value in pairs:
        if key.startswith("["):
            parser.start(key)
        elif value and parser.section != "[languages]":
            parser.put(key, value)
    return parser.top, parser.ignored
