"""Colours of levels and marks in Word."""

from attrs import frozen
from docx.oxml.xmlchemy import BaseOxmlElement

from capbuild_docx.xml import w

__all__ = ["ABSENT", "ACCENT", "DEEP", "HAIR", "INK", "RULE", "SECOND", "TLP", "CellColour"]

INK, SECOND, RULE, DEEP, ACCENT = "14212B", "4C5C68", "2B6F9C", "124064", "A64A18"
HAIR, ABSENT, SLOT, HATCH = "D3DBE1", "76848F", "EBF0F3", "B9C9D4"
#: Fills of the five levels, lowest first.
LEVELS = ("E8F2F7", "B2D5E9", "73AFD1", "2B6F9C", "124064")
#: Letters of the Traffic Light Protocol 2.0 on black.
TLP = {"TLP:RED": "FF2B2B", "TLP:AMBER": "FFC000", "TLP:AMBER+STRICT": "FFC000", "TLP:GREEN": "33FF00"}


@frozen(kw_only=True)
class CellColour:
    """Background of a drawn cell.

    Attributes:
        shade: 1 (lightest) to 5 (darkest); None for no level.
        open: Whether it is hatched: a range that the evidence leaves open.
        empty: Whether it is a step that nothing stands on.
    """

    shade: int | None = None
    open: bool = False
    empty: bool = False

    @property
    def letters(self) -> str:
        """Letter colour: white from the fourth level on, for contrast."""
        return "FFFFFF" if self.shade is not None and self.shade >= 4 else INK

    def shading(self) -> BaseOxmlElement | None:
        """Return Word's shading; None for plain paper."""
        if self.shade is not None:
            return w("shd", val="clear", color="auto", fill=LEVELS[self.shade - 1])
        if self.open:
            return w("shd", val="thinDiagStripe", color=HATCH, fill="FFFFFF")
        return w("shd", val="clear", color="auto", fill=SLOT) if self.empty else None
