"""Writer of reports as slides.

Slides have native charts, tables and notes.
"""

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import LazyFunction, Writer, hookimpl

__all__ = ["CAPBUILD_API", "register_writers"]

#: Version of the hook interface.
CAPBUILD_API = 1


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer `pptx`."""
    return [
        Writer(
            name="pptx",
            title="Slides",
            accepts=(AssessmentSet, Assessment),
            write=LazyFunction("capbuild_slides.render:write"),
            suffixes=(".pptx",),
            discloses=True,
            reports=True,
            aliases=("slides", "powerpoint"),
        )
    ]
