"""Every language says everything: same keys, same fields, both plural forms, nothing left in English."""

import re
from collections.abc import Mapping
from pathlib import Path
from string import Formatter

import capbuild_html
import pytest

import capbuild.charts
import capbuild.cli
import capbuild.notebook
import capbuild.reports
import capbuild.workspace
from capbuild.errors import CapbuildError
from capbuild.model import Capacity, Coverage, Scale, Score
from capbuild.reports.i18n import get_translator
from capbuild.reports.languages import BUILT_IN_LANGUAGES, load_texts
from capbuild.reports.score_text import ResultFormatter

ENGLISH = load_texts("en")
_FOLDERS = [
    Path(package.__file__).parent
    for package in (capbuild.reports, capbuild.charts, capbuild.workspace, capbuild.notebook, capbuild.cli)
]
_PAGE = Path(capbuild_html.__file__).parent
CODE = {path: path.read_text("utf-8") for folder in _FOLDERS for path in folder.rglob("*.py")}
CODE |= {
    path: path.read_text("utf-8")
    for path in (_PAGE / "explorer.py", _PAGE / "form.py", *(_PAGE / "templates").iterdir())
}
#: Prefixes of keys that code builds from the codes of an enum.
BUILT = {
    "activity.mode", "activity.provider", "form.head", "form.meta",
    "actions.check", "actions.col", "actions.head", "actions.sign", "logframe",
    "advice", "answer", "assumption", "audience", "basis", "change.why", "chart.move", "check", "col.move",
    "col.result", "col.step",
    "col.track", "decide", "doubt",
    "documents.col", "evaluation.col", "evaluation.level", "evaluation.moment", "external.col",
    "explorer.kind", "explorer.order", "explorer.state", "explorer.whom", "evidence.kind", "fact.money",
    "figure", "key.move", "kind", "known", "left_out", "likely", "map", "explain.by", "explain.state",
    "explain.status",
    "need.kind",
    "message.ask", "message.change", "message.sure", "message.unknown", "message.why",
    "network.col", "network.gap",
    "plan.cause", "plan.change", "plan.col", "plan.stopped", "plan.why", "policy", "round",
    "nominate", "reminder.instrument", "review",
    "respondent", "series.status", "result.kind", "returns", "route", "rule", "rounding",
    "silent", "source", "stand.lead", "state",
    "sure", "table",
    "undefined", "unusable", "unused",
    "unknown.not_verified", "unknown.no_figure", "unknown.reported", "urgency", "why",
}  # fmt: skip
#: Words that are spelt alike in both languages.
ALIKE = {
    "es": {
        "form.no",
        "actions.head.id", "money.rate",
        "answer.no", "date.first", "label", "list.clause", "list.comma", "method.state.count", "result.group",
        "series.status.provisional",
        "total", "unusable.named",
    },
    "fr": {
        "form.head.note", "form.meta.date", "list.comma",
        "actions.col.action", "actions.head.action", "actions.head.id", "actions.head.note", "actions.section",
        "actions.sign.date", "actions.sign.signature", "known.programme", "logframe.dac.impact", "money.rate",
        "check.D", "col.date", "col.source", "col.budget", "col.dimension", "count.sessions",
        "documents.col.date", "documents.col.title", "documents.title", "known.minutes", "known.places", "known.points",
        "known.sessions", "known.test",
        "evidence.kind.document", "explorer.kind.organisation", "explain.by.consensus", "explain.by.minimum",
        "evidence.kind.observation", "fact.money.amount", "fact.participants", "fact.sources", "figure.number",
        "key.budget", "method.absences", "respondent.police", "total", "chart.plan.title", "count.participants",
        "plan.col.session",
    },
    "nl": {
        "activity.mode.online", "form.head.evidence_link", "form.meta.respondent",
        "country_brief.col.area",
        "actions.head.id", "actions.head.status", "logframe.col.indicator", "logframe.dac.impact", "money.rate",
        "date.first", "label", "method.state.count",
        "chart.change.axis", "documents.col.title", "check.D",
        "col.indicator", "col.open_criteria", "col.open_in", "explorer.state.o", "evidence.kind.document",
        "list.comma",
        "known.criteria", "known.online", "list.clause", "money", "open", "pack.open", "explain.by.consensus",
        "explain.by.minimum", "explain.by.model", "explain.route",
        "plan.online", "quote", "result.group", "route.donor", "step.open", "unusable.named",
        "col.status", "need.kind.procedure", "result.kind.output",
    },
    "pt": {
        "form.head.evidence_link",
        "list.comma",
        "actions.head.id", "explorer.kind.class", "label", "list.clause", "method.state.count", "money", "money.rate",
        "nominate.email", "quote", "result.group", "total", "unusable.named",
    },
}  # fmt: skip


def fields(message: str | Mapping[str, str]) -> list[set[str]]:
    forms = [message] if isinstance(message, str) else [*message.values()]
    return [{name for _, name, _, _ in Formatter().parse(form) if name} for form in forms]


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_same_keys_in_every_language(language: str) -> None:
    assert sorted(load_texts(language)) == sorted(ENGLISH)


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_same_kind_and_no_unknown_field(language: str) -> None:
    for key, message in load_texts(language).items():
        assert isinstance(message, str) is isinstance(ENGLISH[key], str), key
        known = set().union(*fields(ENGLISH[key]))
        for used in fields(message):
            assert used <= known, key
        if not isinstance(message, str):
            assert {"one", "other"} <= set(message) <= {"=0", "one", "other"}, key
        missing = known - set().union(*fields(message)) - {"country", "count"}
        assert not missing, (key, missing)


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES[1:])
def test_nothing_is_left_in_english(language: str) -> None:
    same = {key for key, message in load_texts(language).items() if message == ENGLISH[key]}
    assert same <= ALIKE[language]


def test_every_key_that_code_names_exists() -> None:
    named = {
        key
        for text in CODE.values()
        for key in re.findall(r"\bsay\(\s*[\"']([\w.]+)[\"']", text)
        if not key.endswith(".")
    }
    named |= {f"{kind}.number" for kind in ("figure", "table")}
    assert named <= set(ENGLISH)


def test_no_message_is_unused() -> None:
    quoted = {text for code in CODE.values() for text in re.split(r"[\"']", code)[1:-1]}
    # Columns of tables may have another id or be numbers; sections are named, and their title is a text.
    quoted |= {text.removeprefix("#").rpartition("=")[2] for text in quoted}
    sections = re.compile(r"\.section\(\s*[\"'](\w+)[\"']")
    quoted |= {f"{name}.title" for code in CODE.values() for name in sections.findall(code)}
    # Words of their own for frameworks without criteria are found by the translator.
    plain = {key: key.removesuffix(".judged") if key.removesuffix(".judged") in ENGLISH else key for key in ENGLISH}
    literal = {key for key, base in plain.items() if base in quoted}
    built = {key for key in ENGLISH if any(key.startswith(f"{prefix}.") for prefix in BUILT)}
    unused = sorted(set(ENGLISH) - literal - built)
    assert unused == []


def test_a_missing_message_is_an_error() -> None:
    with pytest.raises(CapbuildError, match="no report message"):
        get_translator("en")("list.strenghts")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["not verified, L1 to L3", "claimed", "2 of 3 to L3", "1 lacking", "not settled"]),
        ("es", ["no verificado, L1 a L3", "declarado", "2 de 3 para L3", "falta 1", "sin resolver"]),
        ("fr", ["non vérifié, L1 à L3", "déclaré", "2 sur 3 pour L3", "1 manque", "non tranché"]),
        ("nl", ["niet geverifieerd, L1 tot L3", "opgegeven", "2 van 3 naar L3", "1 ontbreekt", "onbeslist"]),
        ("pt", ["não verificado, L1 a L3", "declarado", "2 de 3 para L3", "falta 1", "não definido"]),
    ],
)
def test_the_agreed_words(language: str, words: list[str]) -> None:
    t = get_translator(language)
    assert words == [
        t("level.open", low="L1", high="L3"),
        t("claimed"),
        t("step.progress", met=2, applicable=3, level="L3"),
        t("gap.lacking", count=1),
        t("gap.undecided"),
    ]


@pytest.mark.parametrize(("value", "words"), [
    (1, ["1 day", "1 día", "1 jour", "1 dag", "1 dia"]),
    (1.5, ["1.5 days", "1,5 días", "1,5 jour", "1,5 dagen", "1,5 dia"]),
    (12, ["12 days", "12 días", "12 jours", "12 dagen", "12 dias"]),
])  # fmt: skip
def test_units_of_figures_are_translated_with_their_plural(value: float, words: list[str]) -> None:
    scale = Scale(id="wait", kind="count", unit="days")
    asked = Capacity(id="A", title="A", kind="indicator", scale="wait")
    score = Score(capacity=asked, scale=scale, value=value, coverage=Coverage(answered=1, settled=1, applicable=1))
    formatters = [ResultFormatter(t=get_translator(language)) for language in BUILT_IN_LANGUAGES]
    assert [one.result(score) for one in formatters] == words
