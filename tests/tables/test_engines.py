"""One tally, the same numbers everywhere: over objects, on polars, duckdb, pandas, pyarrow, Sail and Spark."""

import csv
import warnings

import pytest
from attrs import evolve

from capbuild.io import read
from capbuild.io.scanning import scan
from capbuild.model import Missing, QuestionMapping
from capbuild.tables import ResponseTable, SampleDesign, tally

#: Largest difference of two engines; they add up in another order.
CLOSE = 1e-9
MINIMUM = 5
#: Numbers that say something else, few of a column and many.
NAMED = {
    **{question: {"9": "dont_know"} for question in ("l0", "l2", "mix1")},
    "num": {str(number): "refused" for number in range(0, 60, 5)},
    "l1": {"1": "refused", "2.0": "refused", "3": "refused", "4": "refused", "5": "refused", "1.5": "refused"},
}
WORTH = {"yes": 1.0, "elsewhere": 1.0, "partly": 0.5, "no": 0.0}

#: Name of a case on made data: respondents, what tells domains apart, and how the sample was drawn.
MADE = {
    "by country": (1500, ["country"], {}),
    "small cells": (60, ["country", "unit"], {}),
    "weights": (1500, ["country"], {"weight": "weight"}),
    "strata": (1500, ["country"], {"weight": "weight", "strata": ["country"]}),
    "clusters": (1500, ["country", "unit"], {"weight": "weight", "strata": ["country"], "cluster": "station"}),
    "clusters, no weights": (900, ["unit"], {"cluster": "station"}),
    "the whole": (900, [], {"weight": "weight"}),
}


def close(one, other):
    return abs(one - other) <= CLOSE * max(1.0, abs(one))


def differences(found, wanted):
    """What differs between a tally and that over objects; empty where nothing does."""
    cells = {(cell.domain, cell.target): cell for cell in found}
    if set(cells) != set(wanted):
        return [f"keys: {set(cells) ^ set(wanted)}"]
    rows = {}
    for cell in found:
        rows[cell.domain] = cell.rows
    wrong = []
    for key, (n, short, missing, estimate, effective) in wanted.items():
        cell = cells[key]
        hidden = rows[key[0]] is None or 0 < n < MINIMUM
        if cell.suppressed != hidden:
            wrong.append((key, "suppression", n, cell))
        elif hidden:
            if cell.n is not None or cell.estimate or cell.missing or cell.mean is not None:
                wrong.append((key, "a suppressed cell tells", cell))
        elif (cell.n, cell.short, dict(cell.missing)) != (n, short, missing):
            wrong.append((key, "counts", (n, short, missing), cell))
        elif bool(cell.estimate) != bool(estimate) or not close(cell.effective, effective):
            wrong.append((key, "effective n or no estimate", estimate, effective, cell))
        elif estimate and not all(
            close(getattr(cell.estimate, f), getattr(estimate, f)) for f in ("value", "se", "low", "high", "df", "n")
        ):
            wrong.append((key, "figures", estimate, cell.estimate))
    return wrong


def made_cases(made_responses, made_table, made_mappings, made_scales, tally_objects):
    for name, (count, by, design) in MADE.items():
        wanted = tally_objects(made_responses(count), made_mappings, by=by, scales=made_scales, **design)
        given = {"by": by, "design": SampleDesign(**design), "scales": made_scales, "minimum_n": MINIMUM}
        yield name, made_table(count), made_mappings, given, wanted
    named = [evolve(m, answers=NAMED.get(m.question, {})) for m in made_mappings]
    wanted = tally_objects(made_responses(900), named, read=every_number)
    yield "no scales", made_table(900), named, {"by": ["country"], "minimum_n": MINIMUM}, wanted


def every_number(value, mapping):
    """Where no scale is given, every number counts but one that was named; words say what they always do."""
    if isinstance(value, Missing):
        return value
    for number, kind in NAMED.get(mapping.question, {}).items():
        if value == float(number):
            return Missing[kind.upper()]
    if isinstance(value, tuple):
        return 1.0 if mapping.choice in value else 0.0
    return WORTH.get(value, Missing.INVALID) if isinstance(value, str) else float(value)


def run_all(cases, put_on):
    """Run every case on every engine; return a printed table and what differs."""
    lines, wrong, counted = [], [], 0
    for name, table, mappings, given, wanted in cases:
        for engine, put in put_on.items():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore" if "ail" in engine or "park" in engine else "error")
                found = tally(put(table), mappings, **given)
            differ = differences(found, wanted)
            counted += len(found)
            lines.append(f"{engine:<15} {name:<28} {len(found):>5} cells  {'differ' if differ else 'equal'}")
            wrong += [(engine, name, *what) for what in differ[:2]]
    return lines, wrong, counted


def check(ran, capsys, least):
    lines, wrong, counted = ran
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    assert wrong == []
    assert len(lines) >= least
    assert counted > 0


@pytest.fixture(scope="session")
def cases(made_responses, made_table, made_mappings, made_scales, tally_objects):
    return list(made_cases(made_responses, made_table, made_mappings, made_scales, tally_objects))


def test_engines_of_this_process_agree_with_objects(cases, engines, capsys):
    put_on = {name: (lambda table, put=put: table.on(put(table.frame))) for name, put in engines.items()}
    check(run_all(cases, put_on), capsys, (len(MADE) + 1) * 6)


def test_sail_agrees_with_objects(cases, sail, on_spark, capsys):
    check(run_all(cases, {"Sail": lambda table: on_spark(table, sail)}), capsys, len(MADE) + 1)


@pytest.mark.spark
def test_spark_agrees_with_objects(cases, spark_local, on_spark, capsys):
    check(run_all(cases, {"PySpark": lambda table: on_spark(table, spark_local)}), capsys, len(MADE) + 1)


def plain(value, mapping):
    """On real files: numbers count themselves, words count when they are yes or no."""
    if isinstance(value, Missing):
        return value
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, str):
        return {"yes": 1.0, "no": 0.0}.get(value.strip().lower(), Missing.INVALID)
    return float(value) if isinstance(value, int | float) else Missing.INVALID


def real_cases(corpus, tally_objects):
    files = [corpus / "stats/peers/survey_apistrat.csv", corpus / "stats/peers/survey_apiclus1.csv"]
    files += sorted(path for path in (corpus / "formats").rglob("*.csv") if 4_000 < path.stat().st_size < 120_000)[:25]
    for path in files:
        responses = read(path, format="csv").responses
        table = ResponseTable.from_responses(responses)
        forms = [c for c in table.codebook.columns if c.coding.value in ("integer", "number", "coded")]
        domain = next(
            (c for c in forms if 2 <= len(set(c.values)) <= 12 and all(isinstance(v, str) for v in c.values)), None
        )
        if len(responses) < 8 or domain is None:
            continue
        asked = [c.question for c in forms if c.question != domain.question][:12]
        mappings = [QuestionMapping(question=question, target=f"T{number}") for number, question in enumerate(asked)]
        wanted = tally_objects(responses, mappings, by=[domain.question], read=plain)
        yield path.name, table, mappings, {"by": [domain.question], "minimum_n": MINIMUM}, wanted


@pytest.mark.corpus
def test_engines_agree_on_real_files(corpus, engines, sail, on_spark, tally_objects, capsys):
    found = list(real_cases(corpus, tally_objects))
    put_on = {name: (lambda table, put=put: table.on(put(table.frame))) for name, put in engines.items()}
    check(run_all(found, put_on), capsys, 50)
    check(run_all(found[:4], {"Sail": lambda table: on_spark(table, sail)}), capsys, 4)


#: Designs of R survey 4.4-2 by the name that its reference figures have.
R_DESIGNS = {
    "apistrat_fpc": ("survey_apistrat.csv", SampleDesign(weight="pw", strata=["stype"], population="fpc")),
    "apiclus1_fpc": ("survey_apiclus1.csv", SampleDesign(weight="pw", cluster="dnum", population="fpc")),
    "apisrs_fpc": ("survey_apisrs.csv", SampleDesign(weight="pw", population="fpc")),
}


@pytest.mark.corpus
def test_means_and_errors_are_those_of_r_survey(corpus, engines):
    """Reference figures of `svymean` and `svyby`, computed in R; files and figures lie beside the project."""
    peers, compared = corpus / "stats/peers", 0
    with (peers / "survey_reference.csv").open(encoding="utf-8") as stream:
        figures = list(csv.reader(stream))
    for name, (file, design) in R_DESIGNS.items():
        table = scan(peers / file, format="csv")
        for call, of, label, value, error, *_ in figures:
            if of != name or call not in ("svymean(~api00)", "svyby(~api00,~stype,svymean)"):
                continue
            by = ["stype"] if call.startswith("svyby") else []
            for put in engines.values():
                found = tally(
                    table.on(put(table.frame)), [QuestionMapping(question="api00", target="API")], by=by, design=design
                )
                cell = found[label, "API"] if by else found["API"]
                assert cell.estimate.value == pytest.approx(float(value), rel=1e-9), (name, label)
                assert cell.estimate.se == pytest.approx(float(error), rel=1e-9), (name, label)
                compared += 1
    assert compared >= 8 * len(engines)


@pytest.mark.corpus
def test_intervals_of_shares_are_those_of_r_survey(corpus):
    """`svyciprop` with the logit method; R fits the share by iteration."""
    peers, compared = corpus / "stats/peers", 0
    with (peers / "survey_reference.csv").open(encoding="utf-8") as stream:
        figures = [row for row in csv.reader(stream) if row[0].startswith("svyciprop") and row[1] in R_DESIGNS]
    for _, name, _, value, error, interval in figures:
        file, design = R_DESIGNS[name]
        asked = [QuestionMapping(question="sch.wide", target="WIDE")]
        found = tally(scan(peers / file, format="csv"), asked, by=[], design=design, level=0.95)["WIDE"].estimate
        assert (found.value, found.se) == pytest.approx((float(value), float(error)), rel=2e-9), name
        assert [found.low, found.high] == pytest.approx([float(end) for end in interval.split(";")], rel=1e-9), name
        compared += 1
    assert compared == len(R_DESIGNS)
