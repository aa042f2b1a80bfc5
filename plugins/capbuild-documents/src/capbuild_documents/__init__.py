"""Documents plugin: Word and PDF questionnaires.

It writes Word questionnaires to send, and reads returned Word and PDF forms.
"""

from collections.abc import Iterable

from capbuild.model import Questionnaire
from capbuild.plugins import Companion, LazyFunction, Reader, Writer, hookimpl
from capbuild_documents.options import DocumentOptions, WordFormOptions

__all__ = ["CAPBUILD_API", "DocumentOptions", "WordFormOptions", "register_readers", "register_writers"]

#: Version of the hook interface.
CAPBUILD_API = 1


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Return the readers of Word and PDF forms."""
    word = Reader(
        name="word-form",
        title="Filled-in Word form (DOCX)",
        sniff=LazyFunction("capbuild_documents.package:sniff_word"),
        read=LazyFunction("capbuild_documents.reader:read_word"),
        options=DocumentOptions,
        companions=(Companion(option="definition"),),
        experimental=True,
        suffixes=(".docx", ".docm"),
    )
    pdf = Reader(
        name="pdf-form",
        title="Filled-in PDF form",
        sniff=LazyFunction("capbuild_documents.package:sniff_pdf"),
        read=LazyFunction("capbuild_documents.reader:read_pdf"),
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
            write=LazyFunction("capbuild_documents.writer:write_form"),
            suffixes=(".docx",),
            options=WordFormOptions,
            loses=(),
        )
    ]
