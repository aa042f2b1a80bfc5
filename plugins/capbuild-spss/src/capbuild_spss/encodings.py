"""Text encodings of files.

A file is opened in its declared encoding or a better one.
"""

import contextlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from capbuild.errors import ModelError, ReadError
from capbuild.formats import IssueLog
from capbuild.model import Severity
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild_spss.options import SasOptions, StatisticsFileOptions
from capbuild_spss.subprocess_parser import Container, ParsedFile, find_container, parse_file
from capbuild_spss.variables import FileFacts

#: Parses the file in an encoding.
Attempt = Callable[[str | None], ParsedFile]

#: Parts of parser messages for bytes that do not fit the declared encoding.
_MISFIT = ("requested encoding", "can't decode", "unsupported character set")
#: Header of Stata's format from version 118 on.
_STATA_UNICODE = re.compile(rb"<stata_dta><header><release>1(?:1[89]|[2-9]\d)<")
#: Encodings tried in turn; the last accepts any byte.
_FALLBACKS = ("windows-1252", "ISO-8859-1")


def is_mangled(text: str) -> bool:
    """True if UTF-8 was decoded as Windows-1252, as in `EspaÃ±a`.

    Example:
        >>> is_mangled("EspaÃ±a"), is_mangled("España"), is_mangled("Spain")
        (True, False, False)
    """
    if text.isascii():
        return False
    try:
        return text.encode("cp1252").decode("utf-8") != text
    except UnicodeError:
        return False


def _is_mangled(facts: FileFacts) -> bool:
    """True if all texts with accents are mangled.

    A single intact text shows that the encoding is right.
    """
    accented = [text for text in facts.texts if not text.isascii()]
    return bool(accented) and all(is_mangled(text) for text in accented)


def _find_catalog_path(options: StatisticsFileOptions, stack: contextlib.ExitStack) -> Path | None:
    """Return the path of the SAS catalogue in the options.

    A catalogue given as bytes is written to a temporary file.
    """
    input_file = options.catalog if isinstance(options, SasOptions) else None
    if input_file is None or input_file.path is not None:
        return None if input_file is None else input_file.path
    path = Path(stack.enter_context(TemporaryDirectory(prefix="capbuild-")), "catalog.sas7bcat")
    path.write_bytes(input_file.content)
    return path


@contextlib.contextmanager
def open_file(source: InputFile, options: StatisticsFileOptions, log: IssueLog) -> Iterator[ParsedFile]:
    """Open a file.

    If its texts do not fit the declared encoding, others are tried, with an issue.

    Args:
        source: The file.
        options: Options in force.
        log: Receives the issue.

    Raises:
        ReadError: SPSS1, it cannot be parsed in any encoding, its content is not a valid table, or it is not an SPSS,
            Stata or SAS file.
    """
    container = find_container(source)
    if container is None:
        raise source.error("is no SPSS, Stata or SAS file", "SPSS1", "name another reader with format=")
    with contextlib.ExitStack() as stack:
        catalog = _find_catalog_path(options, stack) if container is Container.SAS else None

        def attempt(encoding: str | None) -> ParsedFile:
            file = parse_file(source, container, encoding=encoding, seconds=options.seconds, catalog=catalog)
            return stack.enter_context(file)

        if _is_cut_off(source, container):
            message = "the file ends before its end, and labels or rows may be lost"
            log.add("SPSS4", Severity.WARNING, message, remedy="ask for the file again")
        try:
            unicode = _STATA_UNICODE.match(source.head(64)) is not None
            yield _parse_checked(attempt, container, options, log, unicode=unicode)
        except (ModelError, UnicodeError, OverflowError) as error:
            raise ReadError(
                f"{source.name} cannot be parsed: {error}", code="SPSS1", origin=Origin(source.name)
            ) from error


def _is_cut_off(source: InputFile, container: Container) -> bool:
    """True for a truncated file.

    Labels are at the end of the file, so the parser does not notice that they are missing.
    """
    if container is Container.TRANSPORT:
        return source.size % 80 != 0  # it consists of records of 80 bytes
    if container is not Container.STATA or not source.head(64).startswith(b"<stata_dta>"):
        return False
    with source.open() as stream:
        stream.seek(max(0, source.size - 64))
        return not stream.read().rstrip().endswith(b"</stata_dta>")


def _parse_checked(
    attempt: Attempt, container: Container, options: StatisticsFileOptions, log: IssueLog, *, unicode: bool
) -> ParsedFile:
    """Return the file in the encoding that fits.

    `unicode` is True for versions of the format whose texts are UTF-8.
    """
    try:
        table = attempt(options.encoding)
    except ReadError as error:
        if options.encoding is not None or error.code != "SPSS1" or not any(part in error.message for part in _MISFIT):
            raise
        return _parse_with_fallbacks(attempt, container, log, error)
    if options.encoding is None and container is not Container.PORTABLE:
        if _is_mangled(table.facts) and not unicode:
            return _parse_as_utf8(attempt, table, log)
        if container is Container.STATA and not unicode:
            _note_undeclared(table.facts, log)
    return table


def _note_undeclared(facts: FileFacts, log: IssueLog) -> None:
    """Report letters beyond ASCII without a declared encoding."""
    accented = list(dict.fromkeys(text for text in facts.texts if not text.isascii()))
    if accented:
        shown = ", ".join(repr(text[:40]) for text in accented[:3])
        message = f"the file declares no encoding, and its texts were read as windows-1252, such as {shown}"
        log.add("CB119", Severity.WARNING, message, remedy="check letters with accents; name the encoding if wrong")


def _parse_with_fallbacks(attempt: Attempt, container: Container, log: IssueLog, error: ReadError) -> ParsedFile:
    undeclared = container in (Container.PORTABLE, Container.TRANSPORT)
    misfit = "are no UTF-8" if undeclared else "do not fit the encoding the file declares"
    for encoding in _FALLBACKS:
        with contextlib.suppress(ReadError):
            table = attempt(encoding)
            message = f"the texts {misfit}, and were read as {encoding}"
            log.add("CB119", Severity.WARNING, message, remedy="check letters with accents; options take an encoding")
            return table
    raise error


def _parse_as_utf8(attempt: Attempt, table: ParsedFile, log: IssueLog) -> ParsedFile:
    declared = table.facts.encoding or "windows-1252"
    with contextlib.suppress(ReadError):
        reparsed = attempt("UTF-8")
        declaration = f"the file declares {declared}" if table.facts.encoding else "the file declares no encoding"
        message = f"{declaration}, but its texts are UTF-8 and were read as that"
        log.add("CB119", Severity.WARNING, message, remedy=f'encoding = "{declared}" reads them as declared')
        return reparsed
    message = f"labels look like UTF-8 that was read as {declared}"
    log.add("CB119", Severity.WARNING, message, remedy="name the encoding in the options")
    return table
