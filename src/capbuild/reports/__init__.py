"""Reports as data, built once and rendered by every writer.

    report = build(baseline, RenderContext(language="es", audience="regional", programme=programme))
    report.sections[0].title

    for table in tidy_tables(baseline, context): ...     # the same content as rows, for writers of tables

`capbuild.reports.writers` lists the built-in writers; others are plugins.
"""

from capbuild._lazy import lazy_exports

_NAMES = {
    "builder": "build list_message_keys",
    "capbuild.disclosure.control": "list_disclosed",
    "capbuild.escaping": "escape_formula",
    "cells": "Band Bar Cell Gauge Heat Lines Segment Spread Square Style Tally Timeline Track Words",
    "country_names": "get_country_name",
    "explanation": "Explanation explain",
    "explorer": "Explorer make_explorer",
    "forms.actions": "ACTION_COLUMNS ACTION_FORM_COLUMNS make_action_form",
    "forms.decisions": "DECISION_COLUMNS DecisionForm make_decision_form",
    "forms.nominations": "NOMINATION_COLUMNS NominationForm make_nomination_form",
    "forms.reviews": "REVIEW_COLUMNS ReviewForm ReviewRow make_review_form",
    "i18n": "get_translator",
    "languages": "LanguageTexts language_template list_languages use_languages",
    "links": "LinkTargets is_web_address make_page_link",
    "model": (
        "Block Bullets Column Definitions Figure FigureKind KeyItem List ListItem Paragraph Report "
        "ReportKind ReportSection Row RowGroup Tile TileMap"
    ),
    "tidy.tables": "TidyCell TidyTable tidy_tables",
    "writers": "NominationOptions",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
