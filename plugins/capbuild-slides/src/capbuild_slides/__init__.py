"""Writer of reports as slides, with native charts, tables and notes."""

from collections.abc import Iterable

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import NoOptions, RenderContext, Writer, hookimpl

__all__ = ["CAPBUILD_API", "register_writers"]

#: Version of the hook interface.
CAPBUILD_API = 1


def _write(subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions) -> Iterable[bytes]:
    """Write slides; rendering is imported on demand."""
    from capbuild_slides.render import write

    return write(subject, context)


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer `pptx`."""
    return [
        Writer(
            name="pptx",
            title="Slides",
            accepts=(AssessmentSet, Assessment),
            write=_write,
            suffixes=(".pptx",),
            discloses=True,
            reports=True,
            aliases=("slides", "powerpoint"),
        )
    ]
