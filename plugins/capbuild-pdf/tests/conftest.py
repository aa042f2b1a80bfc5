"""The writer under test, as a function from a subject to the bytes of its PDF."""

from collections.abc import Callable

import pytest
from capbuild_pdf import PdfOptions, register_writers

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import RenderContext, make_options


@pytest.fixture(scope="session")
def pdf() -> Callable[..., bytes]:
    (writer,) = register_writers()

    def render(subject: AssessmentSet | Assessment, context: RenderContext, **options: object) -> bytes:
        return b"".join(writer.write(subject, context, make_options(PdfOptions, options, "pdf")))

    return render
