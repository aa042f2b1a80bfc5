"""Tallies of tables made at random: questions of all kinds, numbers that mean something else, any design and scale.

What polars finds is what every other engine finds, counts to the one and figures within 1e-9. That polars is right is
shown beside, against objects.
"""

import random
import warnings

import pytest

from capbuild.countries import country_by_code
from capbuild.model import Answer, Level, Missing, QuestionMapping, Response, Scale
from capbuild.tables import ResponseTable, SampleDesign, tally

KINDS = list(Missing)
STEPS = Scale(
    id="steps", levels=[Level(code=f"L{order}", order=order, label=f"Level {order}") for order in range(1, 6)]
)
SCALES = (None, {}, {"A": STEPS, "B": Scale(id="share", kind="percent")})
DESIGNS = (
    {},
    {"weight": "weight"},
    {"weight": "weight", "cluster": "station"},
    {"cluster": "station"},
    {"weight": "weight", "strata": ["country"]},
    {"strata": ["unit"], "cluster": "station"},
    {"weight": "weight", "strata": ["country"], "population": "population"},
    {"cluster": "station", "population": "population"},
)
#: Words of a mapping: texts, whole numbers, decimals, and numbers that no column holds.
WORDS = ("1", "2", "3", "4", "5", "9", "-88", "-99", "2.0", "1.5", "9" * 30, "nan", "1e400", "yes", "maybe", "never")
SAID = ("dont_know", "refused", "yes", "no", "2", "partly")
SEEDS = range(16)


def _cells(chance):
    """Cells that one question may have."""
    return chance.choice([
        [*range(-3, 12), *chance.sample(KINDS, 3)],
        [*(chance.uniform(-5, 120) for _ in range(40)), 5, 10.0, Missing.NO_ANSWER],
        ["yes", "no", "partly", "n/a", *chance.sample(KINDS, 2)],
        [1, 2, 3, 9, "yes", "partly", "never", "-9", *chance.sample(KINDS, 3)],
        [("a",), ("a", "b"), ("c",), *chance.sample(KINDS, 1)],
        [1, 2, 3, 4, 5],
        [1, 2, 3, 4, 5, -88, -99],
    ])  # fmt: skip


def _table(chance):
    asked = {f"q{number}": _cells(chance) for number in range(chance.randrange(3, 9))}
    countries = [country_by_code(code) for code in ("JM", "BZ", "HT")]
    responses = []
    for number in range(chance.choice([12, 60, 150])):
        answers = [Answer(name, chance.choice(cells)) for name, cells in asked.items() if chance.random() < 0.93]
        answers += [
            Answer("weight", round(chance.uniform(0.5, 3), 3)),
            Answer("station", chance.choice([*(f"s{number}" for number in range(6)), Missing.NO_ANSWER])),
            Answer("unit", chance.choice(["north", "south", Missing.REFUSED])),
            Answer("population", 400),
        ]
        responses.append(Response(id=str(number + 2), country=chance.choice(countries), answers=answers))
    return ResponseTable.from_responses(responses), asked


def _mapping(chance, question):
    answers = {word: chance.choice(SAID) for word in chance.sample(WORDS, chance.randrange(9))}
    about = {"question": question, "target": chance.choice("ABC"), "factor": chance.choice([1, 1, 2, 0.5])}
    return QuestionMapping(**about, answers=answers, choice=chance.choice([None, "a"]))


def _plain(cell):
    """A cell of a tally: what must be the same, and figures that may differ by rounding."""
    found = cell.estimate
    figures = [cell.effective, cell.mean, *((found.value, found.se, found.low, found.high) if found else ())]
    told = (
        cell.domain, cell.target, cell.option, cell.rows, cell.n, cell.short, dict(cell.missing), cell.is_verdict,
        len(figures), getattr(found, "df", found),
    )  # fmt: skip
    return told, [figure for figure in figures if figure is not None]


def agree(seed, put_on):
    """Check that engines find the same of one table; return how many cells."""
    chance = random.Random(seed)
    table, asked = _table(chance)
    mappings = [_mapping(chance, question) for question in asked]
    mappings += [question for question, cells in asked.items() if len(set(cells)) < 30]  # the options of each
    given = {
        "design": SampleDesign(**chance.choice(DESIGNS)),
        "scales": chance.choice(SCALES),
        "at_least": chance.choice([0, 0.3, 0.5, 0.67, 1]),
        "minimum_n": 1,
    }
    wanted = [_plain(cell) for cell in tally(table, mappings, **given)]
    for name, put in put_on.items():
        found = [_plain(cell) for cell in tally(put(table), mappings, **given)]
        assert [told for told, _ in found] == [told for told, _ in wanted], name
        for (_, one), (_, other) in zip(found, wanted, strict=True):
            assert one == pytest.approx(other, rel=1e-9, abs=1e-9), name
    return len(wanted)


@pytest.mark.parametrize("seed", SEEDS)
def test_engines_of_this_process(seed, engines):
    put_on = {name: (lambda table, put=put: table.on(put(table.frame))) for name, put in engines.items()}
    assert agree(seed, put_on) > 0


def test_sail(sail, on_spark):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cells = [agree(seed, {"Sail": lambda table: on_spark(table, sail)}) for seed in SEEDS[::2]]
    assert min(cells) > 0
