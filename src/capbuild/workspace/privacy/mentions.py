"""Mentions of a person in files, archives and git history."""

import base64
import hashlib
import html
import io
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import unicodedata
import urllib.parse
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import IO

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.io.containers import open_tar, unpacked_stream
from capbuild.plugins import ReadLimits
from capbuild.plugins.limits import UnpackedTotal, unpack_member
from capbuild.workspace.paths import FolderPaths

#: Maximum depth of nested archives.
_DEEPEST = 6
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\u\{([0-9a-fA-F]{1,6})\}")
#: Bytes as programs, mail and RTF write them.
_BYTES = re.compile(r"(?:(?:\\x|=|\\')[0-9a-fA-F]{2})+")
#: Attachments of mail and data in pages and JSON; shorter runs are words.
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4}[\r\n]{0,2}){5,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
#: Invisible characters, and typesetting hyphens.
_UNSEEN: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff")),
    **dict.fromkeys(range(0x2010, 0x2014), "-"),
}
_SEPARATORS = r"[\s,;_.+\-]+"
#: A value of CSV, JSON, TOML or a page, or a line. A word of a sentence has a space on one side.
_VALUE = r"""(?:,|(?:^|[\n\r\t;|"'>])[ \t]*){}[ \t]*(?:[\n\r,;|"'<]|$)"""
#: Fewest digits of a telephone number that is searched for.
_DIGITS = 7
_BLOCK = 1_048_576
#: Reason for pictures, sounds and films: only a person can see or hear who is in them.
PICTURE = "a picture, sound or film"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"RIFF", b"II*\0", b"MM\0*", b"ID3", b"OggS", b"\0\0\0\x0cjP  ")
#: File types whose compression hides text from a search.
_OPAQUE = (".zsav", ".7z", ".rar", ".msg", ".accdb", ".mdb", ".pst")


@frozen(kw_only=True)
class Mention:
    """Place that mentions a person.

    Attributes:
        file: Name of the file in the folder, or `.git` for its history.
        part: Location in it: a member of an archive, a page, a table, a commit; `name` for the name of the file.
        pseudonym: True for the pseudonym, False for only a name, address or number.
        value: True if the pseudonym is a whole value there, such as a cell, and no word of a sentence.
        unreadable: Why the part could not be searched; empty if it was searched.
    """

    file: str
    part: str = ""
    pseudonym: bool = True
    value: bool = False
    unreadable: str = ""

    def __str__(self) -> str:
        return f"{self.file}, {self.part}" if self.part else self.file


def _simplify(text: str) -> str:
    """Return a text without accents, in lower case."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.translate(_UNSEEN)).translate(_UNSEEN)
    for mark in filter(unicodedata.combining, set(plain)):
        plain = plain.replace(mark, "")
    return plain.casefold()


def _list_views(text: str) -> Iterator[str]:
    """Yield a text, and its form with escapes resolved."""
    yield text
    if '""' in text:  # a quotation mark in CSV
        yield text.replace('""', '"')
    if "&" in text:
        yield html.unescape(text)
    if "%" in text:
        yield urllib.parse.unquote_plus(text)
    if "\\" in text or "=" in text:
        whole = text.replace("=\r\n", "").replace("=\n", "").replace("?= =?", "")
        yield _ESCAPE.sub(_decode_character, _BYTES.sub(_decode_bytes, whole))


def _decode_character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number <= sys.maxunicode else match[0]


def _decode_bytes(match: re.Match[str]) -> str:
    data = bytes.fromhex(re.sub(r"\\x|=|\\'", "", match[0]))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _list_encodings(data: bytes) -> Iterator[str]:
    """Yield bytes decoded in every possible encoding."""
    try:
        yield data.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield data.decode("utf-8", "ignore")
        yield data.decode("latin-1")
    if b"\0" in data:
        yield data.replace(b"\0\0\0", b"").decode("latin-1")  # UTF-32
        for start in (0, 1):
            yield data[start:].decode("utf-16-le", "ignore")
            yield data[start:].decode("utf-16-be", "ignore")


@frozen(kw_only=True)
class Searcher:
    """Searches files for a person.

    Attributes:
        pseudonym: The pseudonym.
        names: Names, addresses and telephone numbers of the person.

    Files searched before are not searched again.
    """

    pseudonym: str
    names: tuple[str, ...] = field(default=(), converter=to_tuple)
    _searched: dict[tuple[str, str, bytes], list[Mention]] = field(init=False, repr=False, eq=False, factory=dict)
    _own: re.Pattern[str] = field(init=False, repr=False, eq=False)
    _named: re.Pattern[str] | None = field(init=False, repr=False, eq=False)

    @_own.default
    def _make_own(self) -> re.Pattern[str]:
        return re.compile(_as_word(re.escape(_simplify(self.pseudonym))))

    @_named.default
    def _make_named(self) -> re.Pattern[str] | None:
        patterns = [pattern for name in self.names for pattern in _list_patterns(_simplify(name))]
        return re.compile("|".join(map(_as_word, patterns))) if patterns else None

    def is_person(self, cell: str) -> bool:
        """True if the pseudonym is a value of a cell.

        Values in a cell are separated by semicolons.
        """
        wanted = _simplify(self.pseudonym)
        return wanted in (_simplify(value.strip()) for value in (cell, *cell.split(";")))

    def find_in(self, text: str) -> bool | None:
        """Find the pseudonym or a name in a text.

        The result is true for the pseudonym, false for a name, and None for neither.
        """
        views = [_simplify(view) for view in _list_views(text)]
        if any(self._own.search(view) for view in views):
            return True
        named = self._named
        return False if named is not None and any(named.search(view) for view in views) else None

    def _is_value(self, text: str) -> bool:
        pattern = _VALUE.format(re.escape(_simplify(self.pseudonym)))
        return any(re.search(pattern, _simplify(view)) for view in _list_views(text))

    def search(self, name: str, data: bytes, file: str = "") -> list[Mention]:
        """Return mentions in a file's name, bytes and packed contents.

        Args:
            name: Its name.
            data: Its bytes.
            file: The folder's file that contains it; itself by default.
        """
        place = file or name
        key = name, place, hashlib.sha256(data).digest()
        if key not in self._searched:
            self._searched[key] = self._search(name, data, place)
        return self._searched[key]

    def _search(self, name: str, data: bytes, place: str) -> list[Mention]:
        mentions = [Mention(file=place, part="name", pseudonym=own)] if (own := self.find_in(name)) is not None else []
        # Files of statistics packages keep values between control characters and blanks.
        packed = any(data.startswith(magic) for magic, _ in _PACKED)
        is_binary = b"\0" in data and not packed
        for part, text, why in _unpack(
            name.rsplit("/", 1)[-1], data, _Level(UnpackedTotal(name, len(data), ReadLimits()))
        ):
            if why:
                mentions.append(Mention(file=place, part=part, unreadable=why))
            elif (own := self.find_in(text)) is not None:
                is_value = own and (is_binary or self._is_value(text))
                mentions.append(Mention(file=place, part=part, pseudonym=own, value=is_value))
        return list(dict.fromkeys(mentions))

    def search_folder(self, folder: Path, skip: Iterable[str] = ()) -> tuple[list[Mention], int]:
        """Return mentions in a folder, and the number of files.

        Linked folders, shared inputs and the git history are searched as well.

        Args:
            folder: The folder.
            skip: Files to skip.
        """
        left_out, mentions, number = set(skip), [], 0
        for name, path in _list_files(folder):
            if name in left_out:
                continue
            if path.is_dir():
                mentions.append(Mention(file=name, unreadable="a link to a folder elsewhere"))
                continue
            number += 1
            try:
                mentions += self.search(name, path.read_bytes())
            except OSError as error:
                mentions.append(Mention(file=name, unreadable=error.strerror or str(error)))
        return [*mentions, *list_history(folder, self)], number


def _list_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield name and path of each file, also those of shared inputs, and of links to folders elsewhere."""
    shared = {name: place for name, place in FolderPaths.load(folder).shared.items() if place.exists()}
    allowed, seen = [folder.resolve(), *shared.values()], set[Path]()
    for root, start in ((folder, PurePosixPath()), *((place, PurePosixPath(name)) for name, place in shared.items())):
        if root.is_file():
            yield start.as_posix(), root
        for name, folders, files in os.walk(root, followlinks=True):
            place, known = Path(name), Path(name).resolve() in seen
            seen.add(place.resolve())
            inside = [] if known else [place / folder_name for folder_name in sorted(folders) if folder_name != ".git"]
            away = {
                path
                for path in inside
                if not any(path.resolve().is_relative_to(folder_name) for folder_name in allowed)
            }
            folders[:] = [path.name for path in inside if path not in away]
            linked = [] if known else [path for folder_name in sorted(files) if (path := place / folder_name).is_file()]
            yield from (((start / path.relative_to(root)).as_posix(), path) for path in [*linked, *sorted(away)])


def make_searcher(pseudonym: str, facts: Iterable[str]) -> Searcher:
    """Make a searcher.

    Args:
        pseudonym: The pseudonym.
        facts: Names, addresses and numbers of the person; single words are too common to search for.
    """
    names = dict.fromkeys(fact.strip() for fact in facts)
    return Searcher(pseudonym=pseudonym, names=[name for name in names if list(_list_patterns(_simplify(name)))])


def _as_word(pattern: str) -> str:
    """Return a pattern for a whole word.

    `bb-police-1` is not part of `bb-police-12`. The pattern begins with the first letter and then looks behind it, so
    that the search can skip to that letter.
    """
    first = pattern[: 2 if pattern.startswith("\\") else 1]
    return rf"{first}(?<![\w-]{first}){pattern[len(first) :]}(?![\w-])"


def _list_patterns(name: str) -> Iterator[str]:
    digits = re.sub(r"\D", "", name)
    words = [re.escape(word) for word in re.split(r"[\s,;]+", name) if word]
    if "@" in name:
        yield re.escape(name)
    elif len(digits) >= _DIGITS and not re.search(r"[^\d\s()+./-]", name):
        yield r"[\s().\-/]*".join(digits)
    elif len(words) > 1:
        yield _SEPARATORS.join(words)
        yield _SEPARATORS.join([words[-1], *words[:-1]])


_Part = tuple[str, str, str]


@frozen
class _Level:
    """Depth in nested archives, and total size unpacked so far."""

    total: UnpackedTotal
    depth: int = 0

    def deeper(self) -> "_Level":
        """Return the level of the members."""
        return evolve(self, depth=self.depth + 1)


def _unpack(name: str, data: bytes, level: _Level) -> Iterator[_Part]:
    """Yield the parts of a file.

    A part is decoded text, packed contents, or the reason why it is unreadable.
    """
    yield from (("", text, "") for text in _list_encodings(data))
    for match in _BASE64.finditer(data) if level.depth < _DEEPEST else ():
        for part in match[0].split(b"\n\n"):  # the header of a mail may end in four letters
            yield from _unpack("", base64.b64decode(part + b"=="), level.deeper())
    if data.startswith(_PICTURES) or data[4:8] == b"ftyp" or (data[:2] == b"BM" and data[6:10] == b"\0\0\0\0"):
        yield "", "", PICTURE
        return
    if name.lower().endswith(_OPAQUE):
        yield "", "", "its packing cannot be read"
        return
    look = next((look for magic, look in _PACKED if data.startswith(magic)), None)
    if look is None:
        look = _unpack_tar if data[257:262] == b"ustar" else None
    if look is None:
        return
    if level.depth >= _DEEPEST:
        yield "", "", "archives are packed too deep"
        return
    try:
        yield from look(name, data, level)
    except Exception as error:  # noqa: BLE001 - each way of packing raises its own
        yield "", "", f"it cannot be unpacked: {getattr(error, 'message', error)}"


def _list_inner(part: str, name: str, data: bytes, level: _Level) -> Iterator[_Part]:
    yield part, name, ""
    for deeper, text, why in _unpack(name.rsplit("/", 1)[-1], data, level.deeper()):
        yield f"{part}, {deeper}" if deeper else part, text, why


def _unpack_zip(name: str, data: bytes, level: _Level) -> Iterator[_Part]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        ReadLimits().check_archive(name, archive.infolist())
        yield "", archive.comment.decode("latin-1"), ""
        for member in archive.infolist():
            if member.flag_bits & 1:
                yield member.filename, "", "it has a password"
            else:
                level.total.add(member.file_size)
                content = unpack_member(archive, member)
                yield from _list_inner(member.filename, member.filename, content, level)
                # Word splits a name into runs, and Excel into parts of a cell.
                yield from _join_runs(member.filename, content)


def _join_runs(name: str, data: bytes) -> Iterator[_Part]:
    if name.endswith((".xml", ".rels")):
        text = data.decode("utf-8", "ignore")
        ends = re.sub(r"</(?:w:p|a:p|text:p|text:h|si|is|row|table:table-cell)>", "\n", text)
        yield name, re.sub(r"<[^>]*>", "", ends), ""


def _unpack_tar(name: str, data: bytes, level: _Level) -> Iterator[_Part]:
    with open_tar(name, io.BytesIO(data)) as archive:
        for member in archive:
            level.total.add(member.size)
            stream = archive.extractfile(member) if member.isfile() else None
            yield from _list_inner(member.name, member.name, _read_blocks(stream, level, 0) if stream else b"", level)


def _read_blocks(stream: IO[bytes], level: _Level, counted: int) -> bytes:
    """Return the unpacked content of a stream.

    The size of each block counts `counted` times towards the limit.
    """
    unpacked = io.BytesIO()
    while block := stream.read(_BLOCK):
        level.total.add(counted * len(block))
        unpacked.write(block)
    return unpacked.getvalue()


def _unpack_stream(name: str, data: bytes, level: _Level) -> Iterator[_Part]:
    whole = _read_blocks(unpacked_stream(io.BytesIO(data)), level, 1)
    yield from _list_inner("unpacked", name.rsplit(".", 1)[0], whole, level)


def _unpack_sqlite(_name: str, data: bytes, _level: _Level) -> Iterator[_Part]:
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(data)
        base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(len(data), _BLOCK))  # a column may be computed
        base.text_factory = lambda raw: raw.decode("utf-8", "replace")
        for (table,) in base.execute("select name from sqlite_master where type = 'table'").fetchall():
            quoted = table.replace('"', '""')
            for row in base.execute(f'select * from "{quoted}"'):  # noqa: S608 - the name is quoted
                for cell in row:
                    if isinstance(cell, bytes):
                        yield from ((f"table {table}", text, "") for text in _list_encodings(cell))
                yield f"table {table}", "\n".join(str(cell) for cell in row if cell is not None), ""


def _unpack_columns(_name: str, data: bytes, _level: _Level) -> Iterator[_Part]:
    import polars

    scan = polars.scan_parquet if data.startswith(b"PAR1") else polars.scan_ipc
    frame = scan(io.BytesIO(data))
    for column in frame.collect_schema().names():
        yield f"column {column}", column, ""
        values = frame.select(polars.col(column).unique()).collect(engine="streaming").to_series()
        yield f"column {column}", "\n".join(str(value) for value in values.to_list()), ""


def _unpack_pdf(_name: str, data: bytes, _level: _Level) -> Iterator[_Part]:
    import pypdf

    document = pypdf.PdfReader(io.BytesIO(data))
    yield "properties", "\n".join(str(value) for value in (document.metadata or {}).values()), ""
    for number, page in enumerate(document.pages, start=1):
        yield f"page {number}", page.extract_text(), ""
        if "/XObject" in page.get("/Resources", {}):  # such as a scanned page, a photograph or a signature
            yield f"page {number}", "", PICTURE


_PACKED: tuple[tuple[bytes, Callable[[str, bytes, _Level], Iterator[_Part]]], ...] = (
    (b"PK", _unpack_zip),
    (b"\x1f\x8b", _unpack_stream),
    (b"BZh", _unpack_stream),
    (b"\xfd7zXZ", _unpack_stream),
    (b"SQLite format 3\0", _unpack_sqlite),
    (b"PAR1", _unpack_columns),
    (b"ARROW1", _unpack_columns),
    (b"%PDF", _unpack_pdf),
)


def list_history(folder: Path, searcher: Searcher) -> list[Mention]:
    """Return the mentions in the git history.

    All objects are searched, including those on no branch.

    Args:
        folder: The folder.
        searcher: The searcher.
    """
    if not (folder / ".git").exists():
        return []
    if shutil.which("git") is None:
        return [Mention(file=".git", unreadable="git is not installed")]
    try:
        names = dict(line.partition(" ")[::2] for line in _list_objects(folder).splitlines())
        mentions: list[Mention] = []
        for key, kind, data in _read_objects(folder):
            label = names.get(key, "") or f"{kind} {key[:10]}"
            own = searcher.search(label, b"" if kind == "tree" else data)
            mentions += [evolve(mention, file=".git", part=label) for mention in own]
        return list(dict.fromkeys(mentions))
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        return [Mention(file=".git", unreadable=f"git cannot read it: {error}")]


def _make_command(folder: Path, *words: str) -> list[str]:
    return ["git", "-c", "core.fsmonitor=false", "--no-pager", "-C", str(folder), *words]


def _list_objects(folder: Path) -> str:
    words = _make_command(folder, "rev-list", "--all", "--objects")
    done = subprocess.run(words, check=True, capture_output=True)  # noqa: S603 - no shell, and no word of a file
    return done.stdout.decode("utf-8", "surrogateescape")


def _read_objects(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield every object of a repository: key, kind and content."""
    words = _make_command(folder, "cat-file", "--batch-all-objects", "--batch")
    with subprocess.Popen(words, stdout=subprocess.PIPE) as git:  # noqa: S603 - as above
        stream = git.stdout
        while stream is not None and (header := stream.readline()):
            key, kind, size = header.decode("ascii").split()
            yield key, kind, stream.read(int(size))
            stream.read(1)
