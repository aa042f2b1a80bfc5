"""Files recognised by bytes, parsed in a child process.

A crash of the parser becomes an error.
"""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from capbuild.errors import LimitError, ReadError
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, InputFile, child_environment
from capbuild_spss.portable import DamagedPortableError, read_portable
from capbuild_spss.sav_dictionary import Dictionary, add_dictionary, read_dictionary
from capbuild_spss.stata_languages import add_languages
from capbuild_spss.variables import FileFacts, RawColumn, Value, parse_facts


class Container(StrEnum):
    """File formats, each with its own parser."""

    SYSTEM = "sav"
    PORTABLE = "por"
    STATA = "dta"
    SAS = "sas7bdat"
    TRANSPORT = "xport"


#: First bytes of the binary Stata versions that parsers know; later versions begin with a tag.
_STATA_VERSIONS = frozenset((*range(102, 106), 108, *range(110, 116)))

#: First bytes of a SAS data set.
_SAS = bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011")

#: First bytes of the two versions of SAS transport files.
_TRANSPORT = (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!")

#: The second splash line of a portable file; the first may be in EBCDIC.
_PORTABLE_SPLASH = b"SPSS PORT FILE"


def find_container(source: InputFile) -> Container | None:
    r"""Return the file format by first bytes, or None.

    Example:
        >>> find_container(InputFile("x", data=b"$FL2@(#) SPSS DATA FILE")).value
        'sav'
        >>> find_container(InputFile("x.sav", data=b"country,age\n")) is None
        True
    """
    head = source.head(512)
    if head.startswith((b"$FL2", b"$FL3")):
        return Container.SYSTEM
    if _PORTABLE_SPLASH in head.replace(b"\r", b"").replace(b"\n", b"")[:240]:
        return Container.PORTABLE
    if head.startswith(_SAS):
        return Container.SAS
    if head.startswith(_TRANSPORT):
        return Container.TRANSPORT
    if head.startswith(b"<stata_dta>"):
        return Container.STATA
    if len(head) > 4 and head[0] in _STATA_VERSIONS and head[1] in (1, 2) and head[2:4] == b"\x01\x00":
        return Container.STATA
    return None


def sniff_spss(source: InputFile) -> Claim | None:
    """Claim SPSS system files and portable files."""
    container = find_container(source)
    if container is Container.SYSTEM:
        packed = "zsav" if source.head(4) == b"$FL3" else "sav"
        return Claim(Confidence.SIGNATURE, f"the mark of an SPSS system file ({packed})")
    if container is Container.PORTABLE:
        return Claim(Confidence.SIGNATURE, "the mark of an SPSS portable file")
    return None


def sniff_stata(source: InputFile) -> Claim | None:
    """Claim Stata data files."""
    if find_container(source) is Container.STATA:
        return Claim(Confidence.SIGNATURE, "the mark of a Stata data file")
    return None


def sniff_sas(source: InputFile) -> Claim | None:
    """Claim SAS data sets and transport files."""
    container = find_container(source)
    if container is Container.SAS:
        return Claim(Confidence.SIGNATURE, "the mark of a SAS data set")
    if container is Container.TRANSPORT:
        return Claim(Confidence.SIGNATURE, "the mark of a SAS transport file")
    return None


_SCRIPT = Path(__file__).with_name("parser_process.py")

_MEBIBYTE = 1 << 20

#: A parsed file takes about forty times its size; the interpreter and its libraries need the rest.
_MEMORY_BASE, _MEMORY_FACTOR = 1024 * _MEBIBYTE, 64


@frozen(eq=False)
class ParsedFile:
    """File during parsing.

    Attributes:
        facts: Facts that precede its columns.
        columns: Its columns, one a variable; can be iterated once.
    """

    facts: FileFacts
    columns: Iterator[RawColumn]

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """Yield the rows, one value for each variable."""
        for blocks in zip(*[column.blocks() for column in self.columns], strict=True):
            yield from zip(*blocks, strict=True)


def _request(
    source: InputFile,
    container: Container,
    encoding: str | None,
    seconds: int,
    want: str,
    *,
    catalog: Path | None = None,
) -> str:
    return json.dumps(
        {
            "path": str(source.path.resolve()) if source.path is not None else None,
            "container": container.value,
            "packed": source.head(4) == b"$FL3" or container is Container.SAS,
            "catalog": str(catalog.resolve()) if catalog is not None else None,
            "encoding": encoding,
            "size": source.size,
            "cells": source.limits.cells,
            "want": want,
            "memory": min(_MEMORY_BASE + _MEMORY_FACTOR * source.size, source.limits.unpacked_size + _MEMORY_BASE),
            "seconds": seconds,
        }
    )


def make_damaged_error(source: InputFile, why: str) -> ReadError:
    """Return the error for a file that cannot be parsed."""
    return source.error(
        f"cannot be parsed: {why}", "SPSS1", "ask for the file again, or for an export as CSV with labels"
    )


def _parse_error(source: InputFile, frame: dict[str, Any]) -> ReadError:
    what, message = frame["what"], frame["message"]
    if what == "cells":
        return LimitError(
            f"{source.name} announces {message}; the limit is {source.limits.cells:,}",
            origin=Origin(source.name),
            remedy="raise limits.cells, or ask for fewer variables",
        )
    if what == "memory":
        return LimitError(f"{source.name} cannot be parsed: {message}", origin=Origin(source.name))
    return make_damaged_error(source, message)


def _receive_columns(source: InputFile, child: "subprocess.Popen[bytes]") -> Iterator[RawColumn]:
    for frame, data in _check_frames(source, child):
        yield RawColumn(frame["form"], tuple(frame["cells"] or ()), data)


def _check_frames(source: InputFile, child: "subprocess.Popen[bytes]") -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield frames from the child.

    If the child ends without a final frame, an error is raised.
    """
    assert child.stdout is not None  # noqa: S101 - a pipe was asked for
    try:
        while line := child.stdout.readline():
            frame: dict[str, Any] = json.loads(line)
            data = child.stdout.read(frame["length"])
            if frame["kind"] == "end":
                return
            if frame["kind"] == "error":
                raise _parse_error(source, frame)
            yield frame, data
    except (ValueError, KeyError) as error:
        raise make_damaged_error(source, "the parser stopped in the middle of it") from error
    raise make_damaged_error(source, f"the parser stopped on it (status {child.wait()})")


def _feed(child: "subprocess.Popen[bytes]", data: bytes) -> None:
    """Send the bytes to the child.

    Errors are ignored: if the child has died, its exit status shows it.
    """
    with contextlib.suppress(OSError):
        if child.stdin is not None:
            child.stdin.write(data)
            child.stdin.close()


@contextlib.contextmanager
def _start_child(source: InputFile, request: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Start the parser; terminate it on exit."""
    child = subprocess.Popen(  # noqa: S603 - this interpreter, on a script of this package
        [sys.executable, "-P", str(_SCRIPT), request],
        stdin=subprocess.DEVNULL if source.path is not None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=child_environment(),
    )
    feeder = threading.Thread(target=_feed, args=(child, source.data or b""), daemon=True)
    try:
        feeder.start()
        yield child
    finally:
        child.kill()
        child.wait()
        feeder.join()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _receive_first_frame(source: InputFile, child: "subprocess.Popen[bytes]") -> dict[str, Any]:
    """Return the facts that precede the columns."""
    first = next(_check_frames(source, child), None)
    if first is None:
        raise make_damaged_error(source, "the parser found nothing in it")
    for number, variable in enumerate(first[0]["variables"], start=1):
        if not variable["name"]:
            raise make_damaged_error(source, f"variable {number} has no name")
    return first[0]


@contextlib.contextmanager
def parse_file(
    source: InputFile,
    container: Container,
    *,
    encoding: str | None,
    seconds: int,
    catalog: Path | None = None,
) -> Iterator[ParsedFile]:
    """Parse a file in a child process.

    Plain columns of an SPSS file are read here, with only the facts from the child.

    Args:
        source: The file.
        container: Its file format.
        encoding: Encoding of its texts; as it declares when None.
        seconds: Processor time it may take.
        catalog: The catalogue with the value labels of a SAS file.

    Raises:
        ReadError: SPSS1, it cannot be parsed.
        LimitError: It declares more cells than the limits allow.
    """
    if container is Container.PORTABLE:
        yield _parse_portable(source, encoding)
        return
    dictionary = read_dictionary(source) if container is Container.SYSTEM else Dictionary()
    quick = _read_directly(source, dictionary, encoding, seconds)
    if quick is not None:
        yield quick
        return
    request = _request(source, container, encoding, seconds, "columns", catalog=catalog)
    with _start_child(source, request) as child:
        first = _receive_first_frame(source, child)
        facts = parse_facts(first)
        if container is Container.SYSTEM:
            facts = add_dictionary(evolve(facts, accented=()), dictionary)  # its labels show the encoding
        elif container is Container.STATA:
            tables = {name: tuple((value, label) for value, label in pairs) for name, pairs in first["tables"]}
            facts = add_languages(facts, source, tables)
        elif container in (Container.SAS, Container.TRANSPORT):  # SPSS formats have the same names
            facts = evolve(facts, variables=tuple(evolve(v, format=f"SAS {v.format}") for v in facts.variables))
        yield ParsedFile(facts, _receive_columns(source, child))


def _parse_portable(source: InputFile, encoding: str | None) -> ParsedFile:
    """Read a portable file in this process."""

    def check(cells: int) -> None:
        if cells > source.limits.cells:
            raise _parse_error(source, {"what": "cells", "message": f"{cells:,} cells"})

    try:
        return ParsedFile(*read_portable(source, encoding, check))
    except DamagedPortableError as error:
        raise make_damaged_error(source, str(error)) from error
    except (UnicodeDecodeError, LookupError) as error:
        raise make_damaged_error(source, f"its texts are not in the requested encoding: {error}") from error


def _read_directly(source: InputFile, dictionary: Dictionary, encoding: str | None, seconds: int) -> ParsedFile | None:
    """Return a file with columns read by numpy.

    The result is None if the file needs the parser or is no plain system file.
    """
    from capbuild_spss.sav_rows import NeedsParserError
    from capbuild_spss.sav_text_columns import is_plain, read_columns

    layout = dictionary.layout
    if layout is None or not is_plain(source, layout):
        return None
    with _start_child(source, _request(source, Container.SYSTEM, encoding, seconds, "about")) as child:
        columns = read_columns(source, layout)  # while the parser starts
        if columns is None:
            return None
        first = _receive_first_frame(source, child)
    if first["rows"] != layout.rows:
        return None
    try:
        raw_columns = columns.finish(first["variables"], encoding or first["encoding"])
    except (NeedsParserError, MemoryError):
        return None
    return ParsedFile(add_dictionary(parse_facts(first), dictionary), iter(raw_columns))
