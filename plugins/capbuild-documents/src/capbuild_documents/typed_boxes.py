"""Check boxes and their labels."""

import re
from collections.abc import Iterable

from capbuild_docx.xml import clean

from capbuild_documents.blocks import Field, FieldKind, Paragraph

#: Boxes as typed and printed.
_BOX = re.compile(r"([☐□○◻⬜☒☑✓✔✗✘⊠■●]|\[\s*[xX✓]?\s*\]|\(\s*[xX✓]?\s*\))")
_EMPTY = frozenset("☐□○◻⬜[(")


def fold(text: str) -> str:
    r"""Normalise a text for comparison.

    The result has lower case and single spaces, and no punctuation at its ends.

    Example:
        >>> fold(" Country  or\nterritory: ")
        'country or territory'
    """
    return " ".join(clean(text).casefold().split()).strip(" .:;,*-–•·")


def split_boxes(paragraphs: Iterable[Paragraph]) -> list[tuple[bool, str, Field | None]]:
    """Return the check boxes of some paragraphs.

    Each is True if ticked, followed by its label and its field.

    Args:
        paragraphs: Paragraphs, such as those of a cell.
    """
    split: list[tuple[bool, str, Field | None]] = []
    for paragraph in paragraphs:
        fields = iter([field for field in paragraph.fields if field.kind is FieldKind.TICK])
        text = "".join(
            "\0"
            if isinstance(field, Field) and field.kind is FieldKind.TICK
            else field.displayed
            if isinstance(field, Field)
            else field
            for field in paragraph.pieces
            if isinstance(field, str | Field)
        )
        pieces = re.split(_BOX.pattern + r"|(\0)", text)
        before, boxes, labels = pieces[0].strip(), [], [piece.strip() for piece in pieces[3::3]]
        for typed, box in zip(pieces[1::3], pieces[2::3], strict=True):
            control = next(fields, None) if box else None
            ticked = control.ticked if control is not None else typed is not None and _is_full(typed)
            boxes.append((ticked, control))
        if boxes and before and not labels[-1]:
            labels = [before, *labels[:-1]]  # labels precede their boxes
        split += [(ticked, label, control) for (ticked, control), label in zip(boxes, labels, strict=True)]
    return split


def _is_full(box: str) -> bool:
    return box[0] not in _EMPTY or any(mark in box for mark in "xX✓")
