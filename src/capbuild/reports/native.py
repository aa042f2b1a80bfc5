"""Assessments as native documents."""

from collections.abc import Iterable

from capbuild.disclosure import disclose
from capbuild.documents import dumps
from capbuild.errors import WriteError
from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import NoOptions, RenderContext


def write_json(subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions) -> Iterable[str]:
    """Write the native document, for audiences that see sources.

    It has all findings and can be read back.

    Raises:
        WriteError: The audience may not see sources. Code CB703.
    """
    subject, context = disclose(subject, context)
    if not context.disclosure.sources:
        raise WriteError(
            f"the native document includes every answer with its source, and is not written for {context.audience!r}",
            code="CB703",
            remedy="use csv, md or html for this audience",
        )
    return [dumps(subject)]
