"""Reports as data, built once and rendered by every writer.

    report = build(baseline, RenderContext(language="es", audience="regional", programme=programme))
    report.sections[0].title

    for table in tidy_tables(baseline, context): ...     # the same content as rows, for writers of tables

`capbuild.reports.writers` lists the built-in writers; others are plugins.
"""

from capbuild._lazy import lazy_exports

__all__ = [
    "ACTION_FORM_COLUMNS",
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
    "Explanation",
    "Explorer",
    "Figure",
    "FigureKind",
    "Gauge",
    "Heat",
    "KeyItem",
    "LanguageTexts",
    "Lines",
    "LinkTargets",
    "List",
    "ListItem",
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
    "Style",
    "Tally",
    "TidyCell",
    "TidyTable",
    "Tile",
    "TileMap",
    "Timeline",
    "Track",
    "Words",
    "build",
    "escape_formula",
    "explain",
    "get_country_name",
    "get_translator",
    "language_template",
    "list_disclosed",
    "list_languages",
    "list_message_keys",
    "make_action_form",
    "make_decision_form",
    "make_explorer",
    "make_nomination_form",
    "make_page_link",
    "make_review_form",
    "tidy_tables",
    "use_languages",
]

_NAMES = {
    "builder": "build list_message_keys",
    "capbuild.disclosure.control": "list_disclosed",
    "capbuild.escaping": "escape_formula",
    "cells": "Band Bar Cell Gauge Heat Lines Segment Spread Square Style Tally Timeline Track Words",
    "country_names": "get_country_name",
    "explanation": "Explanation explain",
    "explorer": "Explorer make_explorer",
    "forms.actions": "ACTION_FORM_COLUMNS make_action_form",
    "forms.decisions": "DECISION_COLUMNS DecisionForm make_decision_form",
    "forms.nominations": "NOMINATION_COLUMNS NominationForm make_nomination_form",
    "forms.reviews": "REVIEW_COLUMNS ReviewForm ReviewRow make_review_form",
    "i18n": "get_translator",
    "languages": "LanguageTexts language_template list_languages use_languages",
    "links": "LinkTargets make_page_link",
    "model": (
        "Block Bullets Column Definitions Figure FigureKind KeyItem List ListItem Paragraph Report "
        "ReportKind ReportSection Row RowGroup Tile TileMap"
    ),
    "tidy.tables": "TidyCell TidyTable tidy_tables",
    "writers": "NominationOptions",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
