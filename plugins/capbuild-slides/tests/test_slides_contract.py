"""The writer of slides keeps the writing contract."""

import io

import capbuild_slides
from pptx import Presentation

from capbuild.testing import WriterConformance


class TestSlides(WriterConformance):
    plugin = capbuild_slides
    writer = "pptx"
    waived = {"whole report": "slides have the main points of a report"}

    def visible(self, name, content):
        return "\n".join(words for slide in Presentation(io.BytesIO(content)).slides for words in _words(slide))


def _words(slide):
    """Yield what stands in a slide's notes, and on it and in its charts what the notes do not say, cut or whole."""
    notes = slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else ""
    yield notes
    for shape in slide.shapes:
        if shape.has_text_frame:
            lines = [line.text for line in shape.text_frame.paragraphs]
            yield "\n".join(line for line in lines if line.lstrip("• ").removesuffix("…") not in notes)
        if shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)
        if shape.has_chart:
            part = shape.chart.part._element
            yield " ".join(node.text or "" for node in part.iter() if node.tag.endswith(("}v", "}t")))
