"""Text encodings: files are opened in the declared encoding or a better one."""

import contextlib
from collections.abc import Callable, Iterator

from capbuild.errors import ModelError, ReadError
from capbuild.formats import IssueLog
from capbuild.model import Severity
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild_spss.options import StatisticsFileOptions
from capbuild_spss.sniffer import Container, find_container
from capbuild_spss.subprocess_parser import ParsedFile, parse_file
from capbuild_spss.variables import FileFacts

__all__ = ["is_mangled", "open_file"]

#: Parses the file with its texts in some encoding.
Attempt = Callable[[str | None], ParsedFile]

#: What a parser says where bytes do not fit the encoding that a file declares.
_MISFIT = ("requested encoding", "can't decode", "unsupported character set")
#: Tried in turn; the last takes any byte.
_FALLBACKS = ("windows-1252", "ISO-8859-1")


def is_mangled(text: str) -> bool:
    """Tell whether UTF-8 was read as Windows-1252, as in `EspaÃ±a`.

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


def _looks_mangled(facts: FileFacts) -> bool:
    """Tell whether all texts with accents in a file are mangled; one that is not shows the encoding to be right."""
    accented = [text for text in facts.texts if not text.isascii()]
    return bool(accented) and all(is_mangled(text) for text in accented)


def _is_misfit(error: ReadError) -> bool:
    return error.code == "SPSS1" and any(part in error.message for part in _MISFIT)


@contextlib.contextmanager
def open_file(
    source: InputFile, options: StatisticsFileOptions, log: IssueLog, *, whole: bool = False
) -> Iterator[ParsedFile]:
    """Open a file; if its texts do not fit the declared encoding, try others and report it.

    Args:
        source: The file.
        options: Options in force.
        log: Takes the issue.
        whole: Whether columns are wanted, not rows.

    Raises:
        ReadError: SPSS1, it cannot be parsed in any encoding, or what it says makes no table; or it is no SPSS or
            Stata file.
    """
    container = find_container(source)
    if container is None:
        raise ReadError(
            f"{source.name} is no SPSS or Stata file",
            code="SPSS1",
            origin=Origin(source.name),
            remedy="name another reader with format=",
        )
    with contextlib.ExitStack() as stack:

        def attempt(encoding: str | None) -> ParsedFile:
            found = parse_file(source, container, encoding=encoding, seconds=options.seconds, whole=whole)
            return stack.enter_context(found)

        try:
            yield _parse_checked(attempt, container, options, log)
        except (ModelError, UnicodeError, OverflowError) as error:
            raise ReadError(
                f"{source.name} cannot be parsed: {error}", code="SPSS1", origin=Origin(source.name)
            ) from error


def _parse_checked(attempt: Attempt, container: Container, options: StatisticsFileOptions, log: IssueLog) -> ParsedFile:
    try:
        table = attempt(options.encoding)
    except ReadError as error:
        if options.encoding is not None or not _is_misfit(error):
            raise
        return _parse_with_fallbacks(attempt, container, log, error)
    if options.encoding is None and container is Container.SYSTEM and _looks_mangled(table.facts):
        return _parse_as_utf8(attempt, table, log)
    return table


def _parse_with_fallbacks(attempt: Attempt, container: Container, log: IssueLog, error: ReadError) -> ParsedFile:
    misfit = "are no UTF-8" if container is Container.PORTABLE else "do not fit the encoding the file declares"
    for encoding in _FALLBACKS:
        with contextlib.suppress(ReadError):
            table = attempt(encoding)
            message = f"the texts {misfit}, and were read as {encoding}"
            log.add("CB119", Severity.WARNING, message, remedy="check letters with accents; options take an encoding")
            return table
    raise error


def _parse_as_utf8(attempt: Attempt, table: ParsedFile, log: IssueLog) -> ParsedFile:
    declared = table.facts.encoding or "another encoding"
    with contextlib.suppress(ReadError):
        reparsed = attempt("UTF-8")
        message = f"the file declares {declared}, but its labels are UTF-8 and were read as that"
        log.add("CB119", Severity.WARNING, message, remedy=f'encoding = "{declared}" reads them as declared')
        return reparsed
    message = f"labels look like UTF-8 that was read as {declared}"
    log.add("CB119", Severity.WARNING, message, remedy="name the encoding in the options")
    return table
