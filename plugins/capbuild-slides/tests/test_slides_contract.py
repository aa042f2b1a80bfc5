"""The writer of slides keeps the writing contract."""

import io

import capbuild_slides
from pptx import Presentation

from capbuild.testing import WriterConformance


class TestSlides(WriterConformance):
    plugin = capbuild_slides
    writer = "pptx"

    waived = {"escapes everywhere": "points are shortened to what a room can read; notes hold them whole"}

    def visible(self, name, content):
        return "\n".join(words for slide in Presentation(io.BytesIO(content)).slides for words in _words(slide))


def _words(slide):
    """Yield what stands on a slide, in its charts and in its notes."""
    for shape in slide.shapes:
        if shape.has_text_frame:
            yield shape.text_frame.text
        if shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)
        if shape.has_chart:
            part = shape.chart.part._element
            yield " ".join(node.text or "" for node in part.iter() if node.tag.endswith(("}v", "}t")))
    if slide.has_notes_slide:
        yield slide.notes_slide.notes_text_frame.text
