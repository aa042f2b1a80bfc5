"""Reports as data, built once and rendered by every writer.

    report = build(baseline, RenderContext(language="es", audience="regional", programme=programme))
    report.sections[0].title

    for table in tidy_tables(baseline, context): ...     # the same content as rows, for writers of tables

The writers of Markdown, CSV and JSON are in `capbuild.reports.writers`; others are plugins.
"""

from capbuild.lazy import lazy_exports

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.disclosure import disclosed
    from capbuild.reports.building import build
    from capbuild.reports.cells import (
        Band,
        Bar,
        Cell,
        Gauge,
        Heat,
        Lines,
        MoveMark,
        Segment,
        Spread,
        Square,
        Stretch,
        Style,
        Tally,
        Track,
        Words,
    )
    from capbuild.reports.deciding import DECISION_COLUMNS, DecisionForm, decision_form
    from capbuild.reports.links import is_web_address
    from capbuild.reports.model import (
        Block,
        Bullets,
        Column,
        Definitions,
        Fact,
        Figure,
        FigureKind,
        KeyItem,
        List,
        ListItem,
        Paragraph,
        Report,
        ReportKind,
        ReportSection,
        Row,
        RowGroup,
        Tile,
        TileMap,
    )
    from capbuild.reports.nominating import (
        NOMINATION_COLUMNS,
        NominationForm,
        NominationOptions,
        nomination_form,
        sex_words,
    )
    from capbuild.reports.reviewing import REVIEW_COLUMNS, ReviewForm, ReviewRow, review_form
    from capbuild.reports.tidy import TidyColumn, TidyTable, escape_formula, tidy_tables

__all__ = [
    "DECISION_COLUMNS",
    "NOMINATION_COLUMNS",
    "REVIEW_COLUMNS",
    "Band",
    "Bar",
    "Block",
    "Bullets",
    "Cell",
    "Column",
    "DecisionForm",
    "Definitions",
    "Fact",
    "Figure",
    "FigureKind",
    "Gauge",
    "Heat",
    "KeyItem",
    "Lines",
    "List",
    "ListItem",
    "MoveMark",
    "NominationForm",
    "NominationOptions",
    "Paragraph",
    "Report",
    "ReportKind",
    "ReportSection",
    "ReviewForm",
    "ReviewRow",
    "Row",
    "RowGroup",
    "Segment",
    "Spread",
    "Square",
    "Stretch",
    "Style",
    "Tally",
    "TidyColumn",
    "TidyTable",
    "Tile",
    "TileMap",
    "Track",
    "Words",
    "build",
    "decision_form",
    "disclosed",
    "escape_formula",
    "is_web_address",
    "nomination_form",
    "review_form",
    "sex_words",
    "tidy_tables",
]

_NAMES = {
    "building": "build",
    "cells": "Band Bar Cell Gauge Heat Lines MoveMark Segment Spread Square Stretch Style Tally Track Words",
    "deciding": "DECISION_COLUMNS DecisionForm decision_form",
    "links": "is_web_address",
    "model": "Block Bullets Column Definitions Fact Figure FigureKind KeyItem List ListItem Paragraph Report "
    "ReportKind ReportSection Row RowGroup Tile TileMap",
    "nominating": "NOMINATION_COLUMNS NominationForm NominationOptions nomination_form sex_words",
    "reviewing": "REVIEW_COLUMNS ReviewForm ReviewRow review_form",
    "tidy": "TidyColumn TidyTable escape_formula tidy_tables",
}

__getattr__, __dir__ = lazy_exports(
    __name__,
    {n: f".{home}" for home, names in _NAMES.items() for n in names.split()} | {"disclosed": "capbuild.disclosure"},
)
