"""TOML files as parts: tables with comments, by header and id."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator

from attrs import evolve

from capbuild.workspace.versions.parts import Key, Part, Parts

_HEADER = re.compile(r"^\s*(\[\[?[^\]\n]+\]\]?)\s*(#.*)?$")
#: Fields that distinguish tables of one array.
_IDENTITY = ("id", "country", "audience", "item", "date")
#: Field names for the comments above a table, and for its header.
_ABOVE, _HEAD = "#above", "#header"


def read_blocks(text: str) -> Parts | None:
    """Return a TOML file as parts; None if invalid.

    Args:
        text: Its text, without a byte order mark.
    """
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
    seen: Counter[Key] = Counter()
    parts: list[Part] = []
    for above, header, body in _split_blocks(text.splitlines(keepends=True)):
        fields = dict(_split_fields(body))
        key = _make_key(header, fields)
        seen[key] += 1
        key = key if seen[key] == 1 else (*key, f"({seen[key]})")
        parts.append(Part(key, {_ABOVE: above, _HEAD: header, **fields}))
    return Parts(opening="", names=(), parts=parts, closing="", write=_write_file)


def _split_blocks(lines: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each header with the lines before and after.

    The first block has no header.
    """
    above, header, body = "", "", list[str]()
    waiting: list[str] = []
    inside = ""
    for line in lines:
        inside = _find_open_string(inside, line)
        plain = not line.strip() or line.lstrip().startswith("#")
        if not inside and _HEADER.match(line):
            yield above, header, body
            above, header, body, waiting = "".join(waiting), line, [], []
        elif plain and not inside:
            waiting.append(line)
        else:
            body += [*waiting, line]
            waiting = []
    yield above, header, [*body, *waiting]


def _find_open_string(inside: str, line: str) -> str:
    """Return the quotes of a multi-line string open after a line."""
    for mark in ('"""', "'''"):
        if inside in ("", mark) and line.count(mark) % 2:
            return "" if inside else mark
    return inside


def _split_fields(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield every `key = value` with the comments above, unchanged."""
    chunk = ""
    for line in lines:
        chunk += line
        try:
            found = tomllib.loads(chunk)
        except tomllib.TOMLDecodeError:
            continue  # a multi-line value is not yet complete
        if found:
            yield _get_name(chunk), chunk
            chunk = ""
    if chunk:
        yield "#below", chunk


def _get_name(chunk: str) -> str:
    first = next(line for line in chunk.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    return first.partition("=")[0].strip()


def _make_key(header: str, fields: dict[str, str]) -> Key:
    name = header.partition("#")[0].strip()
    if not name.startswith("[["):
        return (name,)
    return (name, *(_get_value(fields[part]) for part in _IDENTITY if part in fields))


def _get_value(chunk: str) -> str:
    return str(next(iter(tomllib.loads(chunk).values())))


def _write_file(file: Parts) -> str:
    return "".join(_write_block(part) for part in file.parts)


def _write_block(part: Part) -> str:
    texts = [part.fields.get(_ABOVE, ""), part.fields.get(_HEAD, "")]
    texts += [text for name, text in part.fields.items() if name not in (_ABOVE, _HEAD)]
    # The last line of a file has no line end, and may now be elsewhere.
    return "".join(text if not text or text.endswith("\n") else f"{text}\n" for text in texts)


def remove_comments(part: Part) -> Part:
    """Return a part without comments, for comparison."""
    return evolve(part, fields={name: text for name, text in part.fields.items() if not name.startswith("#")})
