"""Documents plugin: Word questionnaires to send, returned Word and PDF forms to read."""

from collections.abc import Iterable, Iterator

from capbuild.model import Questionnaire
from capbuild.plugins import Claim, Companion, InputFile, Reader, ReadItem, RenderContext, Writer, hookimpl
from capbuild_documents.options import DocumentOptions, WordFormOptions

__all__ = ["CAPBUILD_API", "DocumentOptions", "WordFormOptions", "register_readers", "register_writers"]

#: Version of the hook interface.
CAPBUILD_API = 1


def _sniff_word(source: InputFile) -> Claim | None:
    from capbuild_documents.package import sniff

    return sniff(source)


def _read_word(source: InputFile, options: DocumentOptions) -> Iterator[ReadItem]:
    from capbuild_documents.reader import read_word

    yield from read_word(source, options)


def _sniff_pdf(source: InputFile) -> Claim | None:
    from capbuild_documents.pdf import sniff

    return sniff(source)


def _read_pdf(source: InputFile, options: DocumentOptions) -> Iterator[ReadItem]:
    from capbuild_documents.reader import read_pdf

    yield from read_pdf(source, options)


def _write(form: Questionnaire, context: RenderContext, options: WordFormOptions) -> Iterator[bytes]:
    from capbuild_documents.writer import write_form

    yield from write_form(form, context, options)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Return the readers of Word and PDF forms."""
    word = Reader(
        name="word-form",
        title="Filled-in Word form (DOCX)",
        sniff=_sniff_word,
        read=_read_word,
        options=DocumentOptions,
        companions=(Companion(option="definition"),),
        experimental=True,
        suffixes=(".docx", ".docm"),
    )
    pdf = Reader(
        name="pdf-form",
        title="Filled-in PDF form",
        sniff=_sniff_pdf,
        read=_read_pdf,
        options=DocumentOptions,
        companions=(Companion(option="definition"),),
        experimental=True,
        suffixes=(".pdf",),
    )
    return [word, pdf]


@hookimpl
def register_writers() -> Iterable[Writer]:
    """Return the writer of Word questionnaires."""
    return [
        Writer(
            name="docx-form",
            title="Questionnaire to fill in (Word)",
            accepts=(Questionnaire,),
            write=_write,
            suffixes=(".docx",),
            options=WordFormOptions,
        )
    ]
