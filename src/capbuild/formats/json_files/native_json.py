"""Built-in plugin: read and write native JSON documents."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from capbuild.errors import DocumentError, ReadError
from capbuild.model import Questionnaire, Response, Survey
from capbuild.plugins import (
    Claim,
    Confidence,
    InputFile,
    NoOptions,
    ProgrammeDraft,
    Reader,
    ReadItem,
    RenderContext,
    Writer,
    hookimpl,
)

_KINDS = ("questionnaire", "response", "survey")
_ENVELOPE = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"capbuild"\s*:\s*"[^"]{1,20}"\s*,\s*"kind"\s*:\s*"([a-z -]{1,40})"')


def _kind(source: InputFile) -> str:
    """Return a native document's kind, empty for other files."""
    match = _ENVELOPE.match(source.head(1024))
    return match[1].decode() if match is not None else ""


def _sniff(source: InputFile) -> Claim | None:
    kind = _kind(source)
    return Claim(Confidence.SIGNATURE, f"a capbuild document of kind {kind!r}") if kind in _KINDS else None


def _document(source: InputFile) -> Any:
    from capbuild.documents import loads

    try:
        return loads(source.content.decode("utf-8-sig"), name=source.name)
    except UnicodeDecodeError as error:
        raise source.error(f"is not UTF-8 at byte {error.start:,}", "CB013", "save the document as UTF-8") from error
    except DocumentError as error:
        raise ReadError(error.message, code=error.code, origin=error.origin, remedy=error.remedy) from error


def _read(source: InputFile, _options: NoOptions) -> Iterator[ReadItem]:
    source.limits.check_json_nesting(source.name, source.content)
    document = _document(source)
    if isinstance(document, Survey):
        yield from (document.questionnaire,) if document.questionnaire is not None else ()
        yield from document.responses
        yield from document.issues
        yield from document.reconciliation.sheets
    elif isinstance(document, Questionnaire | Response):
        yield document
    else:
        kind = type(document).__name__
        raise source.error(
            f"holds a {kind}, which is no survey data", "CB012", "capbuild.load reads every kind of document"
        )


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of native documents."""
    return [
        Reader(
            name="capbuild-json",
            title="capbuild document (JSON)",
            sniff=_sniff,
            read=_read,
            suffixes=(".json",),
        )
    ]


@hookimpl
def read_programmes(source: InputFile) -> Iterable[ProgrammeDraft] | None:
    """Read a programme from its native document."""
    if _kind(source) != "programme":
        return None
    source.limits.check_json_nesting(source.name, source.content)
    return [ProgrammeDraft(programme=_document(source))]


def _write(subject: Survey | Questionnaire | Response, _context: RenderContext, _options: NoOptions) -> Iterator[str]:
    from capbuild.documents import dumps

    yield dumps(subject)


@hookimpl
def register_writers() -> Iterable[Writer]:
    """Register the writer of native documents."""
    return [
        Writer(
            name="capbuild-json",
            title="capbuild document (JSON)",
            accepts=(Survey, Questionnaire, Response),
            write=_write,
            suffixes=(".json",),
            loses=(),
        )
    ]
