"""Counts of survey content that a questionnaire cannot store."""

from collections import Counter
from collections.abc import Mapping

from capbuild_limesurvey.definition import Part, Survey
from capbuild_limesurvey.markup import clean
from capbuild_limesurvey.question_types import Layout, find_layout
from capbuild_limesurvey.questionnaire import NOTE_ABOVE
from capbuild_limesurvey.xml_dump import TableDump

#: Texts shown before and after the questions.
TEXTS_BESIDE = ("surveyls_description", "surveyls_welcometext", "surveyls_endtext")
_RULES = (
    "preg",
    "validation",
    "em_validation_q",
    "em_validation_sq",
    "min_answers",
    "max_answers",
    "min_num_value",
    "max_num_value",
    "equals_num_value",
    "date_min",
    "date_max",
    "maximum_chars",
    "array_filter",
    "array_filter_exclude",
)
#: Tables with their content, and the columns that identify one item.
_TABLES = (
    ("quota", "quotas", ("id",)),
    ("assessments", "rules of assessment", ("id",)),
    ("defaultvalues", "answers given beforehand", ("qid", "sqid", "scale_id", "specialtype")),
    ("survey_url_parameters", "answers taken from the address", ("id",)),
)


def count_table_contents(dump: TableDump) -> Mapping[str, int]:
    """Count unmapped content in separate tables of a dump."""
    found = Counter({label: len({tuple(row[k] for k in key) for row in dump.rows(t)}) for t, label, key in _TABLES})
    for row in dump.rows("surveys_languagesettings")[:1]:
        found["texts around the questions"] = sum(bool(clean(row[name])) for name in TEXTS_BESIDE)
    return found


def _in_part(part: Part) -> Counter[str]:
    found: Counter[str] = Counter()
    given = {name for name in _RULES if part.attributes.get(name, "").strip()}
    found["rules for valid answers"] = len(given)
    found["calculations"] = part.type == "*" and bool(part.attributes.get("equation", "").strip())
    found["questions that are never shown"] = part.attributes.get("hidden") == "1"
    if find_layout(part.type) is Layout.TICKS:
        found["conditions of choices"] = sum(bool(row.relevance) for row in part.parts)
    return found


def describe_unmapped(survey: Survey) -> str:
    """Describe survey content that a questionnaire cannot store; empty if none.

    Example:
        >>> from capbuild_limesurvey.definition import Part
        >>> describe_unmapped(Survey(questions=(Part(key="1", code="q", attributes={"preg": "/x/"}),)))
        '1 rules for valid answers'
    """
    found = Counter(survey.unmapped)
    own = {part.section for part in survey.questions if NOTE_ABOVE in part.attributes.get("cssclass", "")}
    others = (group for group in survey.sections if group.key not in own)
    found["descriptions of groups"] = sum(any(map(clean, group.descriptions.values())) for group in others)
    for part in survey.questions:
        found += _in_part(part)
    return ", ".join(f"{count} {what}" for what, count in found.items() if count)
