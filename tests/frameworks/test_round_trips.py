"""A framework written as TOML or as the template workbook, and read again, is the same framework."""

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.frameworks import framework_from_toml, framework_to_toml, load_bundled
from capbuild.frameworks.spreadsheets.drafting import draft_framework
from capbuild.frameworks.spreadsheets.template import SHEETS, TEMPLATE_HELP, sample_framework, template_sheets
from capbuild.model import (
    AgreementRule,
    AnswerOption,
    AnswerScale,
    Band,
    Capacity,
    Check,
    ConsistencyRule,
    Criterion,
    Elsewhere,
    Framework,
    JudgementRules,
    Level,
    Method,
    Missing,
    RoundingRule,
    Scale,
    ScaleKind,
    TargetProfile,
    Verdict,
    ZeroMeaning,
)
from capbuild.plugins import CellTable
from capbuild.text import Text, Translation, TranslationStatus

WORDS = st.text("abcXYZ éñ字ж'\"\\=#,;[]{}/-_%0123456789\n", min_size=1, max_size=14).map(str.strip).filter(bool)
NUMBERS = st.integers(0, 50) | st.floats(0, 1000, allow_nan=False)
LANGUAGES = ("en", "es", "pt-BR")


@st.composite
def texts(draw, languages, reviewed):
    """Texts in the source language and perhaps in others; without a language where there is one alone."""
    if draw(st.integers(0, 3)) == 0:
        return Text(draw(WORDS))
    others = {}
    for tag in languages[1:]:
        if draw(st.booleans()):
            status = (
                draw(st.sampled_from((TranslationStatus.DRAFT, TranslationStatus.REVIEWED))) if reviewed else "draft"
            )
            others[tag] = Translation(
                draw(WORDS), TranslationStatus(status), draw(st.sampled_from(("", "83c7711f"))) if reviewed else ""
            )
    return Text(draw(WORDS), languages[0], others)


judgements = st.builds(
    JudgementRules,
    agreement=st.none() | st.sampled_from(AgreementRule),
    evidence_from=st.none() | st.just(1),
    max_spread=st.sampled_from((0, 0.5, 1.0, 2)),
    source=st.just("") | WORDS,
)


@st.composite
def profiles(draw, roots, scales):
    """Target profiles with a target for some indicators, on their scales."""
    ends = {scale.id: scale.ends for scale in scales}
    leaves = [leaf for root in roots for leaf in root.leaves]
    some = draw(st.lists(st.sampled_from(leaves), max_size=3, unique_by=lambda node: node.id))
    targets = {node.id: draw(st.sampled_from(ends[node.scale or scales[0].id])) for node in some}
    title = Text(draw(WORDS), "en")
    return TargetProfile(id="basic", title=title, targets=targets, default=draw(st.none() | st.integers(1, 2)))


@st.composite
def frameworks(draw, reviewed=False):
    """Frameworks that hold together: steps and targets on their scales, methods that suit their nodes."""
    languages = LANGUAGES[: draw(st.integers(1, 3))]
    text = texts(languages, reviewed)
    maybe = st.none() | text
    scales = []
    for number in range(draw(st.integers(1, 2))):
        first = draw(st.integers(0, 1))
        count = draw(st.integers(2, 5))
        levels = [
            Level(code=f"L{n}", order=n, label=draw(text), definition=draw(maybe)) for n in range(first, first + count)
        ]
        scales.append(Scale(id=f"s {number}", levels=levels, unit=draw(st.sampled_from(("", "level")))))
    scales.append(Scale(id="percent", kind=ScaleKind.PERCENT, minimum=0, maximum=draw(st.sampled_from((100, 99.5)))))

    def node(name, depth):
        fixed = {"id": name, "title": draw(text), "short": draw(maybe), "definition": draw(maybe), "why": draw(maybe)}
        fixed |= {"weight": draw(NUMBERS), "evidence": draw(maybe)}
        children = [node(f"{name}.{n}", depth - 1) for n in range(1, draw(st.integers(1, 3)))] if depth else []
        if children:
            method = draw(st.none() | st.just(Method(name="mean", parameters={"minimum_share": 0.5})))
            return Capacity(**fixed, kind="group", children=children, method=method)
        scale = draw(st.sampled_from(scales[:-1]))
        orders = st.sampled_from(scale.orders)
        fixed |= {"scale": scale.id, "target": draw(st.none() | orders)}
        fixed |= {"respondents": draw(st.lists(st.sampled_from(("police", "courts")), unique=True))}
        fixed |= {"sources": draw(st.dictionaries(st.sampled_from(("survey", "visit")), st.integers(1, 3)))}
        if draw(st.booleans()):
            codes = [level.code for level in scale.levels]
            return Capacity(**fixed, level_texts={code: draw(text) for code in codes if draw(st.booleans())})
        criteria = [
            Criterion(
                id=f"{name}/{n}",
                step=draw(st.sampled_from([order for order in scale.orders if order])),
                text=draw(text),
                action=draw(maybe),
                small=draw(maybe),
                check=draw(st.sampled_from(Check)),
                elsewhere=draw(st.sampled_from(Elsewhere)),
                no_cases=draw(st.booleans()),
                public=draw(st.booleans()),
                sample=draw(st.none() | st.integers(1, 9)),
                points=draw(NUMBERS),
                implies=[f"{name}/0"] if n else (),
            )
            for n in range(draw(st.integers(1, 3)))
        ]
        return Capacity(**fixed, criteria=criteria, answers=draw(st.none() | st.just("met")))

    verdicts = st.sampled_from([*Verdict, Missing.NOT_APPLICABLE, Missing.DONT_KNOW])
    options = [AnswerOption(code=f"o{n}", label=draw(text), counts=draw(verdicts)) for n in range(3)]
    answers = [AnswerScale(id="met", options=options)]
    if draw(st.booleans()):
        numbers = [AnswerOption(code=f"n{n}", label=draw(text), counts=n) for n in range(2)]
        answers.append(AnswerScale(id="levels", options=numbers))
    roots = [node(f"D{number}", draw(st.integers(0, 2))) for number in range(draw(st.integers(1, 2)))]
    kinds = {one.kind for root in roots for one in root.walk()}
    return Framework(
        id=draw(st.sampled_from(("f", "my framework"))),
        edition=draw(st.sampled_from(("1", "2.10"))),
        provider=draw(st.just("") | WORDS),
        licence=draw(st.just("") | WORDS),
        title=draw(text),
        description=draw(maybe),
        languages=languages,
        scales=scales,
        roots=roots,
        methods={"group": Method(name="mean")} if "group" in kinds and draw(st.booleans()) else {},
        rounding={kind: RoundingRule(digits=1) for kind in kinds if draw(st.booleans())},
        bands=[
            Band(code="low", label=draw(text), lower=0, upper=50.5),
            Band(code="high", label=draw(text), lower=50.5),
        ],
        answers=answers,
        judgement=draw(judgements),
        profiles=[draw(profiles(roots, scales))] if draw(st.booleans()) else [],
        zero=draw(st.none() | st.just(ZeroMeaning.POINTS)),
        labels={"answer.yes": draw(text)},
        notes={"rule.one": draw(text)},
        rules=[ConsistencyRule(condition="D0 >= 0 and D0 < 9", expected="D0 >= 9", text=draw(text))],
    )


@given(frameworks(reviewed=True))
@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
def test_toml_keeps_a_framework(framework):
    text = framework_to_toml(framework)
    again = framework_from_toml(text)
    assert (again, again.rules) == (framework, framework.rules)
    assert framework_to_toml(again) == text


def cells(framework):
    """Return the sheets of the template as a spreadsheet gives them back: numbers as texts."""
    for sheet in template_sheets(framework):
        rows = [["" if cell is None else str(cell).strip() for cell in row] for row in sheet.rows]
        yield CellTable(sheet.name, [("A title",), (), sheet.header, *map(tuple, rows)])


@given(frameworks())
@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
def test_the_template_keeps_a_framework(framework):
    draft = draft_framework(cells(framework), "f.xlsx")
    assert [one for one in draft.issues if "is the name of two" not in one.message] == []
    assert (draft.framework, draft.framework.rules) == (framework, framework.rules)


@given(frameworks())
@settings(max_examples=8, suppress_health_check=list(HealthCheck), deadline=None)
def test_the_workbook_keeps_a_framework(tmp_path_factory, framework):
    place = tmp_path_factory.mktemp("book") / "f.xlsx"
    cb.write(framework, place, format="framework-xlsx")
    draft = cb.read_framework(place)
    assert [one for one in draft.issues if "is the name of two" not in one.message] == []
    assert (draft.framework, draft.framework.rules) == (framework, framework.rules)


@pytest.mark.parametrize("title", ["=1+1", "'=1+1", "''-a", "'tis so", "-5"])
def test_the_workbook_keeps_apostrophes_and_signs(title, tmp_path):
    framework = evolve(load_bundled("police_cyber"), title=title)
    cb.write(framework, tmp_path / "f.xlsx", format="framework-xlsx")
    assert cb.read_framework(tmp_path / "f.xlsx").framework.title == framework.title


@given(frameworks())
@settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
def test_a_draft_as_toml_is_the_same_framework(framework):
    draft = draft_framework(cells(framework), "f.xlsx")
    assert framework_from_toml(draft.to_toml()) == framework


def test_the_bundled_framework_is_kept_by_both(tmp_path):
    framework = load_bundled("police_cyber")
    assert framework_from_toml(framework_to_toml(framework)) == framework
    cb.write(framework, tmp_path / "f.xlsx", format="framework-xlsx")
    again = cb.read_framework(tmp_path / "f.xlsx").require()
    assert [node.id for node in again.walk()] == [node.id for node in framework.walk()]
    assert again.criteria["COO-1.2a"].text.get("nl") == framework.criteria["COO-1.2a"].text.get("nl")
    # A translation in a workbook is a draft until somebody reviews it.
    assert again.criteria["COO-1.2a"].text.status("es") is TranslationStatus.DRAFT


def test_the_help_of_the_template_names_every_column():
    assert {name: list(columns) for name, columns in TEMPLATE_HELP.items()} == {
        name: list(columns) for name, columns in SHEETS.items()
    }
    assert not draft_framework(cells(sample_framework()), "f.xlsx").issues
