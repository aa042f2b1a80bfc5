"""Names of `capbuild.reports`, for type checkers. Written by: uv run python -m tools.public_api"""

from capbuild.disclosure.control import list_disclosed
from capbuild.escaping import escape_formula
from capbuild.reports.builder import build, list_message_keys
from capbuild.reports.cells import (
    Band,
    Bar,
    Cell,
    Gauge,
    Heat,
    Lines,
    Segment,
    Spread,
    Square,
    Style,
    Tally,
    Timeline,
    Track,
    Words,
)
from capbuild.reports.country_names import get_country_name
from capbuild.reports.explanation import Explanation, explain
from capbuild.reports.explorer import Explorer, make_explorer
from capbuild.reports.forms.actions import ACTION_FORM_COLUMNS, make_action_form
from capbuild.reports.forms.decisions import DECISION_COLUMNS, DecisionForm, make_decision_form
from capbuild.reports.forms.nominations import NOMINATION_COLUMNS, NominationForm, make_nomination_form
from capbuild.reports.forms.reviews import REVIEW_COLUMNS, ReviewForm, ReviewRow, make_review_form
from capbuild.reports.i18n import get_translator
from capbuild.reports.languages import LanguageTexts, language_template, list_languages, use_languages
from capbuild.reports.links import LinkTargets, make_page_link
from capbuild.reports.model import (
    Block,
    Bullets,
    Column,
    Definitions,
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
from capbuild.reports.tidy.tables import TidyCell, TidyTable, tidy_tables
from capbuild.reports.writers import NominationOptions

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
