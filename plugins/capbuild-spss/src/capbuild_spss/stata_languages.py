"""Labels of a Stata file in further languages.

`label language` stores the labels of all languages except the current one as characteristics: `_lang_v_fr` of a
variable is its label in `fr`, `_lang_l_fr` the name of the table of its value labels. Only this part of the file is
read, within its bounds.
"""

import re
import struct
from collections.abc import Iterator, Mapping

from attrs import evolve

from capbuild.formats import fold_header, language_tag
from capbuild.plugins import InputFile
from capbuild_spss.variables import FileFacts, OtherLabels, Value, Variable

#: Limit of bytes of characteristics that are searched: no real file has as many.
_MOST = 1 << 26
_FILE, _LIST, _CURRENT, _LABEL, _TABLE = "_dta", "_lang_list", "_lang_c", "_lang_v_", "_lang_l_"
_RELEASE = re.compile(rb"<release>(\d{3})</release><byteorder>(LSF|MSF)</byteorder>")
#: Width of a display format in the layouts before 117; names take 33 bytes there, labels 81.
_FORMATS = {113: 12, 114: 49, 115: 49}
_HEADER, _NAME, _LABELS = 109, 33, 81
_Found = dict[tuple[str, str], str]


def add_languages(
    facts: FileFacts, source: InputFile, tables: Mapping[str, tuple[tuple[float | str, str], ...]]
) -> FileFacts:
    """Add the labels in all languages to the facts.

    Args:
        facts: Facts from the parser.
        source: The file.
        tables: All tables of value labels in it, by name.
    """
    records: _Found = {}
    try:
        for owner, name, data in _read_characteristics(source):
            records[owner, name] = _decode_text(data, facts.encoding)
    except (EOFError, struct.error, ValueError):
        pass  # facts found so far are valid, and the parser reports the error
    names = records.get((_FILE, _LIST), "").split()
    current = records.get((_FILE, _CURRENT), "")
    others = [name for name in names if name != current]
    if not others:
        return facts
    tags = {name: _tag(name) for name in others}
    variables = [_add_labels(variable, records, tags, tables) for variable in facts.variables]
    return evolve(facts, variables=tuple(variables), language=_tag(current))


def _add_labels(
    variable: Variable,
    found: _Found,
    tags: Mapping[str, str],
    tables: Mapping[str, tuple[tuple[float | str, str], ...]],
) -> Variable:
    """Return a variable with labels in other languages.

    A value without a label in the main language gets the first of the others.
    """
    others, borrowed = [], dict[Value, tuple[str, str]]()
    own = dict(variable.labels)
    for name, tag in tags.items():
        labels = {
            value: label.strip() for value, label in tables.get(found.get((variable.name, _TABLE + name), ""), ())
        }
        others.append(OtherLabels(tag, found.get((variable.name, _LABEL + name), "").strip(), labels))
        for value, label in labels.items():
            if value not in own:
                borrowed.setdefault(value, (label, tag))
    more = tuple((value, label) for value, (label, _) in borrowed.items() if value is not None)
    return evolve(
        variable,
        labels=(*variable.labels, *more),
        others=tuple(others),
        borrowed={value: tag for value, (_, tag) in borrowed.items()},
    )


def _tag(name: str) -> str:
    """Return the language tag of a Stata language name.

    An unknown language gets a private tag.
    """
    tag = language_tag(name) or ""
    if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
        return tag
    letters = fold_header(name).replace(" ", "")
    if letters in ("", "default"):
        return "und"
    return "x-" + "-".join(letters[start : start + 8] for start in range(0, min(len(letters), 40), 8))


def _decode_text(data: bytes, encoding: str) -> str:
    text = data.partition(b"\0")[0]
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return text.decode(encoding or "cp1252", "replace")
        except LookupError:
            return text.decode("cp1252", "replace")


def _make_plain(data: bytes) -> str:
    return _decode_text(data, "")


def _read_characteristics(source: InputFile) -> Iterator[tuple[str, str, bytes]]:
    """Yield the owner, name and content of each characteristic."""
    head = source.head(1024)
    if head.startswith(b"<stata_dta>"):
        yield from _read_sections(source, head)
    elif head and head[0] in _FORMATS:
        yield from _read_records(source, head)


def _read_sections(source: InputFile, head: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Yield characteristics of formats from 117 on.

    A map in the file gives their position.
    """
    release = _RELEASE.search(head)
    if release is None:
        return
    order, width = ("<" if release[2] == b"LSF" else ">"), 33 if release[1] == b"117" else 129
    begin, end = struct.unpack_from(f"{order}2Q", head, head.index(b"<map>") + 5 + 8 * 8)
    if not 0 < begin <= end <= source.size or end - begin > _MOST:
        return
    with source.open() as stream:
        stream.seek(begin)
        data = stream.read(end - begin)
    at = len(b"<characteristics>")
    while data.startswith(b"<ch>", at):
        (length,) = struct.unpack_from(f"{order}I", data, at + 4)
        body = data[at + 8 : at + 8 + length]
        yield _make_plain(body[:width]), _make_plain(body[width : 2 * width]), body[2 * width :]
        at += 8 + length + len(b"</ch>")


def _read_records(source: InputFile, head: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Yield characteristics of formats before 117.

    They follow the descriptions of variables.
    """
    order, width = ("<" if head[1] == 2 else ">"), _FORMATS[head[0]]
    (count,) = struct.unpack_from(f"{order}H", head, 4)
    begin = _HEADER + count * (1 + _NAME + width + _NAME + _LABELS) + 2 * (count + 1)
    left = min(_MOST, source.size - begin)
    with source.open() as stream:
        stream.seek(begin)
        while left > 0:
            kind, length = struct.unpack(f"{order}Bi", stream.read(5))
            left -= 5 + length
            if not kind or not 0 <= length <= left + length:
                return
            body = stream.read(length)
            if kind == 1:
                yield _make_plain(body[:_NAME]), _make_plain(body[_NAME : 2 * _NAME]), body[2 * _NAME :]
