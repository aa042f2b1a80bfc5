"""Frameworks and rounds made for these tests, and a small evaluator of worksheet formulas."""

import datetime
import math
import os
import re
from pathlib import Path

import pytest

from capbuild.model import (
    Capacity,
    Country,
    Criterion,
    Finding,
    FindingStatus,
    Framework,
    Level,
    Method,
    Round,
    Scale,
    Source,
)
from capbuild.scoring import Formula

ROUND = Round(id="r", kind="baseline", title="R", reference_date=datetime.date(2016, 3, 31))
LEVELS = [Level(code=f"L{n}", order=n, label=f"Level {n}") for n in range(1, 6)]


@pytest.fixture(scope="session")
def corpus():
    path = Path(os.environ.get("CAPBUILD_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
    if not path.is_dir():
        pytest.skip("no corpus beside the project")
    return path


@pytest.fixture(scope="session")
def round_():
    return ROUND


def points_framework(capacities=20, criteria=8):
    nodes = [
        Capacity(
            id=f"P{n}",
            title=f"P{n}",
            method=Method(name="points"),
            weight=1 + n % 3,
            criteria=[Criterion(id=f"P{n}.{k}", text="x", check="DORI"[(n + k) % 4]) for k in range(criteria)],
        )
        for n in range(capacities)
    ]
    total = Capacity(id="total", kind="total", title="Total", method=Method(name="mean"), children=nodes, target=50)
    return Framework(id="p", edition="1", title="P", scales=[Scale(id="s", kind="percent")], roots=[total])


def staircase_framework(capacities=4):
    nodes = [
        Capacity(
            id=f"S{n}",
            title=f"S{n}",
            target=3,
            criteria=[
                Criterion(id=f"S{n}.{step}{k}", step=step, text="x", check="DO"[k % 2])
                for step in (2, 3, 4)
                for k in range(2)
            ],
        )
        for n in range(capacities)
    ]
    root = Capacity(id="all", kind="area", title="All", children=nodes)
    return Framework(id="s", edition="1", title="S", scales=[Scale(id="l", levels=LEVELS)], roots=[root])


def values_framework(capacities=20, *, scaled=True):
    method = Method(name="scaled") if scaled else None
    nodes = [Capacity(id=f"D{n}", title=f"D{n}", scale="l", weight=1 + n % 3, method=method) for n in range(capacities)]
    method = Method(name="mean" if scaled else "profile")
    root = Capacity(id="total", kind="total", title="Total", method=method, children=nodes)
    low = Scale(id="l", kind="points", minimum=0, maximum=5) if scaled else Scale(id="l", levels=LEVELS)
    return Framework(id="d", edition="1", title="D", scales=[Scale(id="s", kind="percent"), low], roots=[root])


@pytest.fixture(scope="session")
def make():
    """Frameworks by their kind."""
    return {"points": points_framework, "staircase": staircase_framework, "values": values_framework}


def country(number):
    code = f"X{chr(65 + number)}"
    return Country(alpha_2=code, alpha_3=f"{code}X", name=f"Country {code}")


@pytest.fixture(scope="session")
def world():
    """Write findings as {country number: {source kind: {target: value}}}; returns findings and sources."""

    def build(table, claims=()):
        findings, sources = [], []
        for number, by_source in table.items():
            place = country(number)
            for name, answers in by_source.items():
                kind, _, respondent = name.partition(" ")
                source = Source(
                    id=f"{place.alpha_2}-{name}", kind=kind, title=name, country=place, respondent=respondent
                )
                sources.append(source)
                for target, value in answers.items():
                    status = FindingStatus.CLAIMED if (name, target) in claims else FindingStatus.CONFIRMED
                    findings.append(Finding(country=place, target=target, value=value, source=source.id, status=status))
        return findings, sources

    return build


# A test helper, not a spreadsheet: it knows the functions that explanations use, by turning them into Python.
_TOKEN = re.compile(
    r'("[^"]*")|(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)|([A-Z]+(?=\())|(<>|<=|>=|[-+*/^(),<>=])|(\d+(?:\.\d+)?(?:e-?\d+)?)'
)


class Grid(list):
    """A range: arithmetic cell by cell, as in SUMPRODUCT."""

    def _with(self, other, work):
        others = other if isinstance(other, Grid) else [other] * len(self)
        return Grid(work(a, b) for a, b in zip(self, others, strict=True))

    def __pow__(self, other):
        return self._with(other, lambda a, b: a**b)

    def __rtruediv__(self, other):
        return self._with(other, lambda a, b: b / a)


def _numbers(values):
    flat = [v for value in values for v in (value if isinstance(value, Grid) else [value])]
    return [v for v in flat if isinstance(v, int | float)]


def _when(total, *pairs):
    tests = list(zip(pairs[::2], pairs[1::2], strict=True))
    return sum(v for n, v in enumerate(total) if all(span[n] == want for span, want in tests))


def _half_away(x, digits):
    scaled = x * 10 ** int(digits)
    return math.copysign(math.floor(abs(scaled) + 0.5 + 1e-9), scaled) / 10 ** int(digits)


FUNCTIONS = {
    "ABS": abs,
    "AND": lambda *a: all(a),
    "COUNTIFS": lambda *a: _when([1] * len(a[0]), *a),
    "EXP": math.exp,
    "IF": lambda test, yes, no: yes if test else no,
    "LN": lambda x: Grid(map(math.log, x)) if isinstance(x, Grid) else math.log(x),
    "MIN": lambda *a: min(_numbers(a)),
    "MOD": lambda a, b: a % b,
    "OR": lambda *a: any(a),
    "ROUND": _half_away,
    "SUM": lambda *a: sum(_numbers(a)),
    "SUMIFS": _when,
    "SUMPRODUCT": lambda a, b: sum(x * y for x, y in zip(a, b, strict=True)),
    "TRUNC": math.trunc,
}


class Sheet:
    """Cells that are computed when they are asked for."""

    def __init__(self, rows):
        self.rows = rows
        self.done = {}

    def cell(self, name):
        letters, number = re.fullmatch(r"\$?([A-Z]+)\$?(\d+)", name).groups()
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        row = self.rows[int(number) - 1]
        found = row[column - 1] if column <= len(row) else None
        if isinstance(found, Formula):
            if name not in self.done:
                self.done[name] = self.evaluate(found.text)
            return self.done[name]
        return found

    def span(self, name):
        if ":" not in name:
            return self.cell(name)
        first, last = (part.replace("$", "") for part in name.split(":"))
        letters = re.match(r"[A-Z]+", first)[0]
        start, end = (int(re.search(r"\d+", part)[0]) for part in (first, last))
        return Grid(self.cell(f"{letters}{n}") for n in range(start, end + 1))

    def evaluate(self, text):
        python, place = "", 1
        for match in _TOKEN.finditer(text, 1):
            assert match.start() == place, f"not understood: {text[place:]!r}"
            place = match.end()
            word, cells, function, sign, number = match.groups()
            if cells:
                python += f"span({cells!r})"
            elif function:
                python += f"F[{function!r}]"
            elif sign:
                python += {"=": "==", "<>": "!=", "^": "**"}.get(sign, sign)
            else:
                python += word or number
        assert place == len(text), text
        return eval(python, {"F": FUNCTIONS, "span": self.span})

    def stale(self):
        """Formulas whose stored value is not what they give."""
        names = [(f"{chr(65 + at)}{n}", cell) for n, row in enumerate(self.rows, 1) for at, cell in enumerate(row)]
        formulas = [(name, cell) for name, cell in names if isinstance(cell, Formula) and cell.value is not None]
        return [name for name, cell in formulas if self.cell(name) != pytest.approx(cell.value, abs=1e-9)]

    def beside(self, label):
        """The value to the right of the last cell with a label in column A."""
        row = max(n for n, row in enumerate(self.rows, start=1) if row and row[0] == label)
        return self.cell(f"B{row}")


@pytest.fixture(scope="session")
def recalculate():
    return Sheet
