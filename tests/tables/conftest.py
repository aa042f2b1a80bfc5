"""What the tests of tables share: made responses, the engines, and the tally done the long way, over objects."""

import os
import random
from collections import Counter
from contextlib import contextmanager

import pytest
from attrs import evolve

from capbuild.countries import country_by_code
from capbuild.model import Answer, Level, Missing, QuestionMapping, Response, Scale
from capbuild.tables import ResponseTable
from tests.tables.estimators import survey_estimate

COUNTRIES = ("JM", "BZ", "HT", "BB")
WORDS = ("yes", "no", "partly", "elsewhere", "maybe", Missing.DONT_KNOW, Missing.NOT_ASKED, Missing.REFUSED)
WORTH = {"yes": 1.0, "elsewhere": 1.0, "partly": 0.5, "no": 0.0}


@pytest.fixture(scope="session")
def made_responses():
    """Responses of every kind of answer: words, codes, choices, numbers with words among them, gaps of all kinds."""

    def make(count, seed=7):
        chance = random.Random(seed)
        countries = [country_by_code(code) for code in COUNTRIES]
        found = []
        for number in range(count):
            country = countries[0] if number < 3 else chance.choice(countries[1:])
            answers = [
                Answer("weight", round(chance.uniform(0.5, 3), 3)),
                Answer("station", f"s{chance.randrange(12)}"),
                Answer("unit", chance.choice(["north", "south", Missing.NO_ANSWER])),
                Answer("yn", chance.choice(WORDS)),
                *(Answer(f"l{k}", chance.choice([1, 2, 3, 4, 5, 9, *Missing])) for k in range(4)),
                *(Answer(f"mix{k}", chance.choice([1, 2, 5, 9, *WORDS])) for k in range(3)),
                Answer("multi", chance.choice([("a",), ("a", "b"), ("c",), Missing.NO_ANSWER])),
                Answer("num", chance.choice([chance.gauss(50, 20), chance.randrange(100), "2-3", Missing.NO_ANSWER])),
            ]
            if chance.random() < 0.3:
                answers.append(Answer("later", chance.choice(["yes", "no"])))
            if number % 7 == 0:
                answers.append(Answer("flat", 4))
            found.append(Response(id=str(number + 2), country=country, answers=answers))
        return found

    return make


@pytest.fixture(scope="session")
def made_mappings():
    """A verdict, one of a later form, composites of numbers and of numbers among words, a choice, a constant."""
    return [
        QuestionMapping(question="yn", target="C-1"),
        QuestionMapping(question="later", target="C-2"),
        *(QuestionMapping(question=f"l{k}", target="COMP") for k in range(4)),
        *(QuestionMapping(question=f"mix{k}", target="MIX") for k in range(3)),
        QuestionMapping(question="multi", target="M-1", choice="a"),
        QuestionMapping(question="num", target="N-1"),
        QuestionMapping(question="flat", target="F-1"),
    ]


@pytest.fixture(scope="session")
def made_scales():
    """Scales of the capacities that numbers are about."""
    levels = [Level(code=f"L{order}", order=order, label=f"Level {order}") for order in range(1, 6)]
    return {
        "COMP": Scale(id="steps", levels=levels),
        "MIX": Scale(id="steps", levels=levels),
        "N-1": Scale(id="share", kind="percent"),
        "F-1": Scale(id="ten", maximum=10),
    }


def read_plainly(value, mapping, scales):
    """Say what an answer counts, by the words of the issue and no code of the package: a figure or a kind."""
    if isinstance(value, Missing):
        return value
    if isinstance(value, tuple):
        return 1.0 if mapping.choice in value else 0.0
    if isinstance(value, str):
        return WORTH.get(value, Missing.INVALID)
    scale = scales.get(mapping.target)
    if scale is None:
        return Missing.INVALID
    low, high = (1, len(scale.levels)) if scale.levels else (scale.minimum, scale.maximum)
    whole = not scale.levels or value == int(value)
    return float(value) if low <= value <= high and whole else Missing.INVALID


def label(response, by):
    if by == "country":
        return response.country
    answer = response.get(by)
    return None if answer is None or answer.is_missing else answer.value


@pytest.fixture(scope="session")
def tally_objects():
    """The tally over typed objects: one respondent at a time.

    Returns a mapping of (domain, target) to (n, short, missing, mean, error, effective).
    """

    def run(responses, mappings, *, by=("country",), scales=None, weight=None, strata=(), cluster=None, read=None):
        reading = read or (lambda value, mapping: read_plainly(value, mapping, scales or {}))
        weights = [1.0 if weight is None else float(r[weight].value) for r in responses]
        design = {
            "weights": weights,
            "strata": [str([label(r, s) for s in strata]) for r in responses] if strata else None,
            "clusters": [r[cluster].value for r in responses] if cluster else None,
        }
        domains = [tuple(label(r, name) for name in by) for r in responses]
        found = {}
        on = scales or {}
        for target in dict.fromkeys(mapping.target for mapping in mappings):
            own = [mapping for mapping in mappings if mapping.target == target]
            figures, short, missing, numbers = [], Counter(), {}, False
            for response, domain in zip(responses, domains, strict=True):
                said = [
                    reading(a.value, mapping)
                    for mapping in own
                    for a in response.answers
                    if a.question == mapping.question
                ]
                numbers = numbers or any(
                    type(a.value) in (int, float) and not isinstance(reading(a.value, mapping), Missing)
                    for mapping in own for a in response.answers if a.question == mapping.question
                )  # fmt: skip
                for kind in said:
                    if isinstance(kind, Missing):
                        missing.setdefault(domain, Counter())[kind] += 1
                got = [figure for figure in said if not isinstance(figure, Missing)]
                asked = sum(not isinstance(figure, Missing) or figure.in_denominator for figure in said)
                enough = bool(got) and 2 * len(got) >= asked
                short[domain] += bool(got) and not enough
                figures.append(sum(got) / len(got) if enough else float("nan"))
            for part in dict.fromkeys(domains):
                w = [x for x, d, y in zip(weights, domains, figures, strict=True) if d == part and y == y]
                effective = sum(w) ** 2 / sum(x * x for x in w) if w else 0.0
                estimate = survey_estimate(figures, [d == part for d in domains], share=not numbers, **design)
                if numbers and estimate and target in on:
                    levels, low, high = len(on[target].levels), on[target].minimum, on[target].maximum
                    low, high = (1, levels) if levels else (low, high)
                    estimate = evolve(estimate, low=max(estimate.low, low), high=min(estimate.high, high))
                found[part, target] = (len(w), short[part], dict(missing.get(part, {})), estimate, effective)
        return found

    return run


def _duckdb(frame):
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed: uv sync --group engines")

    return duckdb.connect().from_arrow(frame.to_arrow())


ENGINES = {
    "polars": lambda frame: frame,
    "polars, lazy": lambda frame: frame.lazy(),
    "duckdb": _duckdb,
    "pandas": lambda frame: frame.to_pandas(),
    "pandas, arrow": lambda frame: frame.to_pandas(use_pyarrow_extension_array=True),
    "pyarrow": lambda frame: frame.to_arrow(),
}


#: Spark for tables of a few rows: no 200 tasks a grouping, no page to watch, no second pass of the compiler of Java.
SMALL = {
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@contextmanager
def session_of(remote):
    """A session of the Spark protocol; whatever its client warns about is not ours."""
    import sys
    import warnings

    # A worker of pytest-xdist has a main module without a file: the client takes that for its own doctests and exits.
    main = sys.modules["__main__"]
    main.__file__ = getattr(main, "__file__", __file__)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession

        builder = SparkSession.builder
        if remote:
            builder = builder.remote(remote)
        else:
            builder = builder.master("local[2]")
            for name, value in SMALL.items():
                builder = builder.config(name, value)
        yield builder.getOrCreate()


@pytest.fixture(scope="session")
def sail():
    """A Sail server of this process, as a Spark session that no pause between tests ends."""
    os.environ["SAIL_SPARK__SESSION_TIMEOUT_SECS"] = str(24 * 3600)
    server_of = pytest.importorskip("pysail.spark", reason="Sail is not installed: pip install capbuild[spark]")
    pytest.importorskip("pyspark", reason="the client of Spark is not installed: pip install capbuild[spark]")
    server = server_of.SparkConnectServer()
    server.start()
    with session_of(f"sc://localhost:{server.listening_address[1]}") as spark:
        yield spark
        spark.stop()
    server.stop()


@pytest.fixture(scope="session")
def spark_local():
    """Spark itself on this machine, with Java."""
    import shutil

    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    pytest.importorskip("py4j", reason="pyspark itself is not installed, at most its client")
    with session_of(None) as spark:
        yield spark
        spark.stop()


@pytest.fixture(scope="session")
def engines():
    """Engines of this process by name, each with what puts a polars frame on it."""
    return ENGINES


@pytest.fixture(scope="session")
def on_spark(tmp_path_factory):
    """Put a table on a Spark session by way of Parquet, as a cluster would have it."""
    from capbuild.formats.parquet_table import write_parquet

    def put(table, spark):
        folder = tmp_path_factory.mktemp("parts") / "survey"
        write_parquet(table, folder, rows_a_file=700)
        return table.on(spark.read.parquet(str(folder)))

    return put


@pytest.fixture(scope="session")
def made_table(made_responses):
    """A table of made responses."""
    return lambda count, seed=7: ResponseTable.from_responses(made_responses(count, seed))
