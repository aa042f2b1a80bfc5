"""Shares of criteria and of options: intervals, degrees of freedom, and what findings keep of them."""

import datetime
import itertools
import math

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.countries import country_by_code
from capbuild.documents import dumps, loads
from capbuild.errors import ModelError
from capbuild.frames import to_polars
from capbuild.frameworks import load_bundled
from capbuild.model import (
    Answer,
    Choice,
    Level,
    Missing,
    PersonalData,
    Question,
    QuestionMapping,
    Questionnaire,
    Response,
    Round,
    Scale,
    Source,
    Verdict,
)
from capbuild.notebook import mimebundle
from capbuild.tables import ResponseTable, SampleDesign, TallyCell, tally
from capbuild.undefined import Undefined, UndefinedReason
from tests.tables.estimators import survey_estimate

BARBADOS, JAMAICA = country_by_code("BB"), country_by_code("JM")
YES = [QuestionMapping(question="q", target="C-1")]
LIKERT = Scale(id="likert", levels=[Level(code=f"L{n}", order=n, label=str(n)) for n in range(1, 6)])


def table_of(rows, form=None):
    """A table of rows of answers by question; `country` is that of the response."""
    return ResponseTable.from_responses(
        [
            Response(
                id=str(number),
                country=row.get("country"),
                answers=[Answer(name, value) for name, value in row.items() if name != "country"],
            )
            for number, row in enumerate(rows, start=2)
        ],
        form,
    )


def on_each(engines, rows, form=None):
    table = table_of(rows, form)
    return [(name, table.on(put(table.frame))) for name, put in engines.items()]


def test_six_of_612_have_five_degrees_of_freedom(engines):
    rows = [{"country": BARBADOS, "q": "yes"}] * 6 + [
        {"country": JAMAICA, "q": "yes" if n % 2 else "no"} for n in range(606)
    ]
    for name, table in on_each(engines, rows):
        found = tally(table, YES)[BARBADOS, "C-1"].estimate
        assert (found.value, found.high, found.df, found.n) == (1.0, 1.0, 5, 6), name
        assert found.low == pytest.approx(0.05 ** (1 / 6)), name
    five = tally(table_of([{**rows[0], "q": "no"}, *rows[1:]]), YES)[BARBADOS, "C-1"].estimate
    # As Clopper and Pearson have it: P(5 or 6 of 6) is 0.05 at the lower end, P(5 or fewer) at the upper one.
    assert 6 * five.low**5 * (1 - five.low) + five.low**6 == pytest.approx(0.05)
    assert 1 - five.high**6 == pytest.approx(0.05)


@st.composite
def surveys(draw):
    """Rows with answers to a verdict and a choice, weights, strata and clusters, and a design that names some."""
    size = draw(st.integers(2, 40))
    rows = [
        {
            "country": draw(st.sampled_from([BARBADOS, JAMAICA])),
            "q": draw(st.sampled_from(["yes", "yes", "no", "partly", Missing.DONT_KNOW, Missing.NOT_ASKED])),
            "one": draw(st.sampled_from(["a", "b", "c", Missing.NO_ANSWER])),
            "w": draw(st.sampled_from([0.5, 1.0, 2.5, 40.0])),
            "s": draw(st.sampled_from(["north", "south"])),
            "c": draw(st.sampled_from("123456")),
        }
        for _ in range(size)
    ]
    names = {"weight": "w", "strata": ["s"], "cluster": "c"}
    design = {name: column for name, column in names.items() if draw(st.booleans())}
    return rows, SampleDesign(**design)


def figures(cells):
    """What of each cell must stay: by its key, counts and figures."""
    return {
        (*cell.domain, cell.target, cell.option): (
            cell.n,
            cell.mean,
            *((e.value, e.se, e.low, e.high, e.df) if (e := cell.estimate) else (e.reason,)),
        )
        for cell in cells
    }


def close(one, other):
    return one.keys() == other.keys() and all(
        a == pytest.approx(b, rel=1e-7, abs=1e-9) if isinstance(b, float) else a == b
        for key in one
        for a, b in itertools.zip_longest(one[key], other[key])
    )


ASKED = [*YES, "q", "one"]


@settings(max_examples=60)
@given(surveys(), st.randoms(use_true_random=False), st.sampled_from([0.001, 7.0, 1e5]))
def test_shares_lie_within_0_and_1_and_know_neither_order_nor_scale(survey, chance, scale):
    rows, design = survey
    given = {"design": design, "minimum_n": 1}
    cells = tally(table_of(rows), ASKED, **given).cells
    for cell in cells:
        if cell.estimate:
            assert 0 <= cell.estimate.low <= cell.estimate.value <= cell.estimate.high <= 1
            assert cell.estimate.low < cell.estimate.high
            assert cell.estimate.value == pytest.approx(cell.mean, abs=1e-12)
    wanted = figures(cells)
    assert close(figures(tally(table_of(chance.sample(rows, len(rows))), ASKED, **given)), wanted)
    assert close(figures(tally(table_of([{**row, "w": row["w"] * scale} for row in rows]), ASKED, **given)), wanted)


@settings(max_examples=60)
@given(surveys(), st.integers(1, 9))
def test_rows_without_answers_leave_every_value_as_it_was(survey, added):
    rows, design = survey
    gaps = {"q": Missing.NO_ANSWER, "one": Missing.NO_ANSWER}
    more = [*rows, *[{**row, **gaps} for row in rows[:added]]]
    one, two = (tally(table_of(part), ASKED, design=design, minimum_n=1) for part in (rows, more))
    values = [{key: cell[:2] for key, cell in figures(found).items()} for found in (one, two)]
    assert close(values[1], values[0])
    assert [c.effective for c in one] == pytest.approx([c.effective for c in two])


@settings(max_examples=60)
@given(surveys())
def test_options_are_shares_of_indicators(survey):
    """Each option is a criterion that is met by those who chose it."""
    rows, design = survey
    asked = {
        "weights": [row["w"] if design.weight else 1.0 for row in rows],
        "strata": [row["s"] for row in rows] if design.strata else None,
        "clusters": [row["c"] for row in rows] if design.cluster else None,
    }
    found = tally(table_of(rows), ["one"], design=design, minimum_n=1)
    for cell in found:
        holds = [float("nan") if isinstance(row["one"], Missing) else float(row["one"] == cell.option) for row in rows]
        wanted = survey_estimate(holds, [row["country"] == cell.domain[0] for row in rows], share=True, **asked)
        if wanted:
            got = cell.estimate
            assert (got.low, got.high, got.df, got.n) == pytest.approx(
                (wanted.low, wanted.high, wanted.df, wanted.n), rel=1e-7, abs=1e-9
            )
        else:
            assert cell.estimate == wanted
    for domain in {cell.domain for cell in found}:
        shares = [cell.mean for cell in found if cell.domain == domain]
        assert None in shares or math.fsum(shares) == pytest.approx(1)


@given(st.integers(2, 40), st.data())
def test_one_more_yes_never_lowers_an_end(size, data):
    yes = data.draw(st.integers(0, size - 1))
    one, two = (
        tally(table_of([{"q": "yes" if n < count else "no"} for n in range(size)]), YES, by=[], minimum_n=1)["C-1"]
        for count in (yes, yes + 1)
    )
    assert one.estimate.low <= two.estimate.low + 1e-12
    assert one.estimate.high <= two.estimate.high + 1e-12


FORM = Questionnaire(
    id="f",
    title="F",
    questions=[
        Question(
            id="pick",
            text="Pick",
            choices=[
                Choice(code="law", label="Law"),
                Choice(code="unit", label="Unit"),
                Choice(code="none", label="Never chosen"),
                Choice(code="dk", label="Do not know", missing=Missing.DONT_KNOW),
            ],
        ),
        Question(id="rate", text="Rate", choices=[Choice(code=str(n), label=f"{n}") for n in (1, 2, 3)]),
        Question(id="mail", text="Mail", personal=PersonalData.EMAIL),
    ],
)
PICKED = [
    {"pick": ("law",), "rate": 1, "flag": True, "mixed": 3, "plain": "x", "mail": "a@b.c"},
    {"pick": ("law", "unit"), "rate": 3, "flag": False, "mixed": "many", "plain": "y", "mail": "d@b.c"},
    {"pick": (), "rate": 3, "flag": True, "mixed": 3, "plain": "x", "mail": "e@b.c"},
    {"pick": ("dk",), "rate": 7, "flag": True, "mixed": 20, "plain": "x", "mail": "f@b.c"},
    {"pick": ("law", "dk"), "rate": Missing.REFUSED, "flag": Missing.NO_ANSWER, "mixed": 3, "plain": "z", "mail": "g"},
]


def test_options_of_every_kind_of_question_by_hand(engines):
    """Counts of five respondents: in the order of the form, then numbers by size, then words."""
    wanted = {
        "pick": [("law", 3, 4), ("unit", 1, 4), ("none", 0, 4)],
        "rate": [("1", 1, 4), ("2", 0, 4), ("3", 2, 4), ("7", 1, 4)],
        "flag": [("no", 1, 4), ("yes", 3, 4)],
        "mixed": [("3", 3, 5), ("20", 1, 5), ("many", 1, 5)],
        "plain": [("x", 3, 5), ("y", 1, 5), ("z", 1, 5)],
    }
    for name, table in on_each(engines, PICKED, FORM):
        found = tally(table, list(wanted), by=[], minimum_n=1)
        for question, options in wanted.items():
            cells = [cell for cell in found if cell.target == question]
            assert [(c.option, round(c.mean * c.n, 9), c.n) for c in cells] == options, (name, question)
            assert {c.rows for c in cells} == {5}
        assert dict(found["pick", "law"].missing) == {Missing.DONT_KNOW: 1}
        assert dict(found["rate", "7"].missing) == {Missing.REFUSED: 1}
        # Nobody chose it: the highest share that leaves four such answers a chance of 5 %.
        never = found["pick", "none"].estimate
        assert (never.value, never.low) == (0.0, 0.0)
        assert never.high == pytest.approx(1 - 0.05 ** (1 / 4))


def test_an_option_of_several_is_what_a_mapping_of_the_choice_counts():
    table = table_of(PICKED, FORM)
    mapped = tally(table, [QuestionMapping(question="pick", target="T", choice="unit"), "pick"], by=[], minimum_n=1)
    assert mapped["T"].estimate.value == 1 / 5  # the mapping takes `dk` for one more choice
    assert mapped["pick", "unit"].estimate.value == 1 / 4
    assert tally(table, "pick", by=[], minimum_n=1).cells == tally(table, ["pick"], by=[], minimum_n=1).cells


def test_a_block_answered_twice_counts_half_for_each_time():
    given = [
        Response(id=str(n), answers=[Answer("one", first, repeat=1), Answer("one", second, repeat=2)])
        for n, (first, second) in enumerate([("a", "b"), ("a", "a"), ("b", Missing.NO_ANSWER)])
    ]
    found = tally(ResponseTable.from_responses(given), ["one"], by=[], minimum_n=1)
    assert [(cell.option, cell.mean) for cell in found] == [("a", 0.5), ("b", 0.5)]


def test_options_on_sail(sail, on_spark):
    import warnings

    table = table_of(PICKED, FORM)
    asked = ["pick", "rate", "flag", "mixed", "plain"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = tally(on_spark(table, sail), asked, by=[], minimum_n=1)
    assert close(figures(found), figures(tally(table, asked, by=[], minimum_n=1)))


@pytest.mark.parametrize(("limit", "value"), [("minimum_n", 0), ("at_least", -0.1), ("at_least", 1.1)])
def test_a_limit_that_hides_nothing_or_all_is_refused(limit, value):
    with pytest.raises(ModelError, match=limit):
        tally(table_of(PICKED, FORM), ["pick"], by=[], **{limit: value})


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("nobody", "must name questions of the table"),
        ("mail", "must not reveal a person"),
        ("free", "must have options"),
    ],
)
def test_what_has_no_options_is_refused(question, said):
    rows = [{**PICKED[n % 5], "free": f"text {n}"} for n in range(300)]
    with pytest.raises(ModelError, match=said):
        tally(table_of(rows, FORM), [question], by=[])


def test_small_cells_of_options_are_suppressed():
    found = tally(table_of(PICKED[:4], FORM), ["rate"], by=[], minimum_n=5)
    assert all(cell.suppressed and cell.n is None and cell.mean is None and not cell.estimate for cell in found)


def test_words_that_stand_for_numbers_are_numbers_and_not_shares():
    rows = [{"country": JAMAICA, "q": "agree" if n < 4 else "disagree"} for n in range(6)]
    about = [QuestionMapping(question="q", target="T", answers={"agree": "4", "disagree": "2"})]
    cell = tally(table_of(rows), about)[JAMAICA, "T"]
    assert (cell.is_verdict, cell.finding_value) == (False, pytest.approx(20 / 6))
    assert cell.estimate.high - cell.mean == pytest.approx(cell.mean - cell.estimate.low)
    # On a scale a mean keeps within its ends; without one, the number says nothing of a criterion.
    on_scale = tally(table_of(rows), about, scales={"T": LIKERT})[JAMAICA, "T"]
    assert on_scale.mean == pytest.approx(20 / 6)
    criterion = tally(table_of(rows), about, scales={})[JAMAICA, "T"]
    assert (criterion.n, dict(criterion.missing)) == (0, {Missing.INVALID: 6})


def test_a_mean_on_a_scale_ends_with_it_and_has_no_interval_where_all_say_the_same():
    about, given = [QuestionMapping(question="q", target="T")], {"by": [], "scales": {"T": LIKERT}}
    high = tally(table_of([{"q": 5}] * 5 + [{"q": 1}]), about, **given)["T"].estimate
    assert high.high == 5
    assert high.low == pytest.approx(high.value - 2.015048 * high.se, rel=1e-6)  # Student's t with 5 degrees of freedom
    alike = tally(table_of([{"q": 5}] * 6), about, **given)["T"]
    assert (alike.mean, alike.estimate.reason) == (5.0, UndefinedReason.CONSTANT)
    assert "5" in mimebundle(tally(table_of([{"q": 5}] * 6), about, **given))["text/plain"]


def test_one_cluster_is_no_sample_and_a_lonely_stratum_is_no_matter_to_others(engines):
    rows = [{"country": c, "q": v, "s": s} for c, s in ((BARBADOS, "a"), (JAMAICA, "b")) for v in ("yes", "no", "yes")]
    rows.append({"country": None, "q": "yes", "s": "c"})
    for name, table in on_each(engines, rows):
        found = tally(table, YES, design=SampleDesign(strata=["s"]), minimum_n=1)
        assert found[BARBADOS, "C-1"].estimate.df == 2, name
        assert found[None, "C-1"].estimate.detail == "a stratum has one cluster only", name
        by_station = tally(table, YES, design=SampleDesign(cluster="s"), minimum_n=1)[JAMAICA, "C-1"]
        assert by_station.estimate.detail == "no degree of freedom is left", name
    alone = table_of([{"country": BARBADOS, "q": v} for v in ("yes", "no", "yes")])
    constant = tally(alone, YES, design=SampleDesign(cluster="country"), minimum_n=1)[BARBADOS, "C-1"]
    assert constant.estimate.detail == "a stratum has one cluster only"


def test_weights_and_populations_are_numbers_and_one_a_stratum():
    rows = [{"q": "yes", "w": "2", "p": 40 + n % 2, "s": f"s{n % 2}"} for n in range(8)]
    with pytest.raises(ModelError, match="weight must be a column of numbers"):
        tally(table_of(rows), YES, by=[], design=SampleDesign(weight="w"))
    with pytest.raises(ModelError, match="must be the same in all of stratum"):
        tally(table_of(rows), YES, by=[], design=SampleDesign(population="p"))
    by_stratum = tally(table_of(rows), YES, by=[], design=SampleDesign(population="p", strata=["s"]))["C-1"]
    assert by_stratum.estimate.low == pytest.approx(
        0.05 ** (1 / (64 / (4 * 0.9 + 4 * (1 - 4 / 41)) * t_ratio(7, 6) ** 2))
    )


def t_ratio(one, other):
    from scipy import stats

    return stats.t.ppf(0.95, one) / stats.t.ppf(0.95, other)


@pytest.fixture
def findings():
    rows = [{"country": c, "q": "no" if n == 0 else "yes", "r": n % 3} for c in (BARBADOS, JAMAICA) for n in range(6)]
    framework = load_bundled("police_cyber")
    (target, *_) = framework.criteria
    about = [QuestionMapping(question="q", target=target), QuestionMapping(question="r", target="R"), "q"]
    return framework, tally(table_of(rows), about).findings("survey")


def test_a_share_of_three_quarters_is_a_yes_however_it_was_added_up():
    estimate = Undefined(UndefinedReason.TOO_FEW)
    cell = TallyCell(domain=[], target="C-1", estimate=estimate, rows=8, n=8, is_verdict=True)
    for mean, verdict in ((0.75, Verdict.YES), (0.25, Verdict.PARTLY)):
        for near in (math.nextafter(mean, 0), mean, math.nextafter(mean, 1)):
            assert evolve(cell, mean=near).finding_value is verdict


def test_a_domain_without_an_answer_has_no_label():
    cell = TallyCell(domain=[None, 1], target="C-1", estimate=Undefined(UndefinedReason.TOO_FEW), rows=8, n=8)
    assert cell.domain_labels == (None, "1")


def test_findings_keep_the_interval(findings):
    _, found = findings
    assert [(f.country, f.value, f.sample) for f in found[:2]] == [(BARBADOS, Verdict.YES, 6), (BARBADOS, 1.0, 6)]
    assert len(found) == 4  # options make none
    share, mean = found[0].interval, found[1].interval
    assert (share.lower, share.upper, share.nominal) == (
        pytest.approx(0.4182, abs=1e-4),
        pytest.approx(0.9915, abs=1e-4),
        0.9,
    )
    assert mean.lower < 1 < mean.upper
    assert loads(dumps(found[0])) == found[0]
    few = tally(table_of([{"country": JAMAICA, "q": "yes"}] * 3), YES, minimum_n=5).findings("survey")
    assert few[0].interval is None


def test_intervals_of_findings_come_back_from_frames(findings):
    framework, found = findings
    criteria = [one for one in found if one.target in framework.criteria]
    table = to_polars(criteria)
    assert table["lower"].to_list() == [f.interval.lower for f in criteria]
    back = cb.read_findings(table, framework)
    assert [f.interval for f in back.findings] == [f.interval for f in criteria]
    wrong = cb.read_findings(table.with_columns(lower=table["upper"] + 1), framework)
    assert {issue.code for issue in wrong.issues} == {"CB208"}
    assert [f.interval for f in wrong.findings] == [None, None]


SAID = {
    "en": "yes (an estimated 42% to 99% say it is met)",
    "es": "sí (se estima que entre el 42\xa0% y el 99\xa0% dice que se cumple)",
    "fr": "oui (selon l’estimation, de 42\xa0% à 99\xa0% disent qu’il est rempli)",
    "nl": "ja (naar schatting zegt 42% tot 99% dat eraan is voldaan)",
}


def test_a_report_says_how_many_an_answer_stands_for(findings):
    framework, found = findings
    told = [one for one in found if one.target in framework.criteria]
    day = Round(id="r", kind="baseline", title="R", reference_date=datetime.date(2016, 3, 31))
    assessed = cb.assess(told, framework, round=day, sources=[Source(id="survey", kind="survey", title="Survey")])
    for language, words in SAID.items():
        assert words in cb.render(assessed["BB"], "md", kind="evidence", language=language)
    said = "yes (0.4182 to 0.9915 say it is met)"
    assert said in str(next(score for score in assessed["BB"].indicators if score.coverage.answered).explain())
    table = assessed.to_polars("findings")
    assert table["upper"].to_list() == [one.interval.upper for one in told]


@pytest.mark.parametrize("options", [{"by": "e-mail"}, {"quantiles": 50}, {"quantiles": ["median"]}])
def test_a_domain_names_no_person_and_a_quantile_is_a_probability(options):
    survey = cb.read(b"country,e-mail,n\nJamaica,a@example.org,1\nPeru,b@example.org,2\n", name="a.csv")
    assert survey.tally("n", by="country", quantiles=0.5)
    with pytest.raises(ModelError, match=r"must (not reveal a person|be between 0 and 1)"):
        survey.tally("n", **options)
