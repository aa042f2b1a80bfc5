"""An attacker who takes every printed figure for an equation, and asks what may still be true of each country.

He knows who takes part in each round, all that is printed of the named countries, and all of those that are named with
a part. Each figure, less what these put into it, is a sum over the countries that are not named. A value is found out
where every solution in whole numbers agrees on it, even of an attacker who has learnt that the country is counted. So
is a statement about all of them together: "none of the unnamed reaches L2". Those are tried with more knowledge, of
somebody who knows which countries are silent, and of one of the unnamed countries, which knows about itself. A `steady`
attacker also knows that nothing changes from round to round but who takes part and who answers.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from xml.etree import ElementTree

import numpy as np
from attrs import define, evolve, field, frozen
from scipy.optimize import Bounds, LinearConstraint, milp

from capbuild.disclosure.control import _Control
from capbuild.model import AssessmentSet
from capbuild.reports import Bar, Figure, Report
from capbuild.tracking.result_targets import parse_slot
from capbuild.tracking.results import LIKE_FOR_LIKE, OTHER_CAUSE, UNCERTAIN, ResultRecords
from tests.reports.worlds import (
    CODES,
    COMPUTED,
    COUNTRIES,
    INDICATORS,
    ROUNDS,
    Published,
    World,
    given,
    published,
    results_of,
    rounds_of,
)

__all__ = ["found_out"]

Cell = tuple[Hashable, ...]
#: What is printed of each standing, and the criteria that are met and seen in it.
LABELS = {"L1": "L1 Level 1", "L2": "L2 Level 2", "L3": "L3 Level 3", "open": "not verified"}
MET = {"L1": 0, "L2": 1, "L3": 2, "open": 0}
SEEN = {"L1": 2, "L2": 2, "L3": 2, "open": 0}
#: Figures of criteria gained, and those of criteria met that are about some of them only, by their place in the key.
GROUPS = {
    "GAINED": "",
    "GAINED uncertain": UNCERTAIN,
    "GAINED otherwise": OTHER_CAUSE,
    "MET alike": LIKE_FOR_LIKE,
}
#: What nobody may find out of a country that is not named.
_SECRET = ("level", "verified", "reported", "need", "visited", "visited now", "state", "TARGET", *GROUPS)
#: A state of assessments with the number of them, as in "draft; not yet sent to the country: 2".
_STATE = re.compile(r"(draft|agreed|disputed)[^:]*: (\d+)")
#: Levels that a report counts together or one by one: what is said of a country that is on one of them.
_LEVELS = {"L1": "is at L1", "L2": "is at L2", "L3": "is at target", "open": "is open"}
_STATEMENTS = {words: {label} for label, words in _LEVELS.items()} | {
    "reaches L2": {"L2", "L3"},
    "is below target": {"L1", "L2"},
}
#: Most people of one country in a session.
_MOST = 20


@define(slots=False)
class System:
    """Sums over cells that hold whole numbers from 0 on.

    Attributes:
        upper: Largest value of each cell.
        rows: Factors of cells, with the least and the largest value of their sum.
    """

    upper: dict[Cell, int] = field(factory=dict)
    rows: list[tuple[dict[Cell, float], float, float]] = field(factory=list)
    solutions: list[np.ndarray] = field(factory=list)

    def cell(self, *name: Hashable, upper: int = 1) -> Cell:
        self.upper.setdefault(name, upper)
        return name

    def row(self, factors: dict[Cell, float], least: float, most: float) -> None:
        self.rows.append((factors, least, most))

    def total(self, cells: Iterable[Cell], value: float) -> None:
        self.row(dict.fromkeys(cells, 1.0), value, value)

    def at_most(self, cell: Cell, other: Cell, factor: float = 1.0) -> None:
        self.row({cell: 1.0, other: -factor}, -np.inf, 0.0)

    def equal(self, cell: Cell, parts: dict[Cell, float]) -> None:
        self.row({cell: 1.0} | {part: -factor for part, factor in parts.items()}, 0.0, 0.0)

    @cached_property
    def _cells(self) -> dict[Cell, int]:
        return {cell: number for number, cell in enumerate(self.upper)}

    def number(self, cell: Cell) -> int:
        return self._cells[cell]

    @cached_property
    def _constraint(self) -> LinearConstraint:
        matrix = np.zeros((len(self.rows), len(self.upper)))
        for number, (factors, _, _) in enumerate(self.rows):
            for cell, factor in factors.items():
                matrix[number, self._cells[cell]] = factor
        return LinearConstraint(matrix, [least for _, least, _ in self.rows], [most for _, _, most in self.rows])

    def solve(self, aim: dict[Cell, float], known: dict[Cell, int]) -> np.ndarray | None:
        """Return a solution that makes a sum least, where some cells are known; None where there is no solution."""
        costs, low = np.zeros(len(self.upper)), np.zeros(len(self.upper))
        high = np.array(list(self.upper.values()), dtype=float)
        for cell, factor in aim.items():
            costs[self._cells[cell]] = factor
        for cell, value in known.items():
            low[self._cells[cell]] = high[self._cells[cell]] = value
        made = milp(costs, constraints=self._constraint, integrality=np.ones(len(costs)), bounds=Bounds(low, high))
        if not made.success:
            return None
        self.solutions.append(np.round(made.x))
        return self.solutions[-1]

    def solved(self, known: dict[Cell, int]) -> list[np.ndarray]:
        """Return the solutions so far in which some cells are known: at least one, if there is any."""
        wanted = [(self._cells[cell], value) for cell, value in known.items()]
        found = [one for one in self.solutions if all(one[number] == value for number, value in wanted)]
        if not found and (made := self.solve({}, known)) is not None:
            found = [made]
        return found

    def certain(self, cells: Sequence[Cell], known: dict[Cell, int]) -> Iterator[tuple[Cell, int]]:
        """Yield the cells that have the same value in every solution, with the value."""
        solutions = self.solved(known)
        left = {cell: int(solutions[0][self._cells[cell]]) for cell in cells} if solutions else {}
        left, bound, moved = self._same(left, *solutions), dict[Cell, int](), True
        while moved:
            # All that are least or most are asked to move at once: where none can, each of them is certain.
            bound = {cell: value for cell, value in left.items() if value in (0, self.upper[cell])}
            away = {cell: 1.0 if value else -1.0 for cell, value in bound.items()}
            other = self.solve(away, known) if bound else None
            moved = other is not None and self._same(bound, other) != bound
            left = left if other is None else self._same(left, other)
        for cell, value in left.items():
            both = [self.solve({cell: sign}, known) for sign in (1.0, -1.0)] if cell not in bound else []
            if self._same({cell: value}, *(one for one in both if one is not None)):
                yield cell, value

    def _same(self, cells: dict[Cell, int], *solutions: np.ndarray) -> dict[Cell, int]:
        """Return the cells that have their value in each solution."""
        found = [(cell, value, self._cells[cell]) for cell, value in cells.items()]
        return {cell: value for cell, value, n in found if all(int(one[n]) == value for one in solutions)}


@frozen(slots=False)
class Attacker:
    """Turns what is published of a world into equations."""

    world: World
    given: Published
    steady: bool = False

    @cached_property
    def rounds(self) -> tuple[AssessmentSet, ...]:
        return rounds_of(self.world)

    @cached_property
    def names(self) -> list[str]:
        return [one.round.id for one in self.rounds]

    @cached_property
    def partly(self) -> list[str]:
        """Countries that are named with a part: the attacker knows all of them."""
        return [code for code in CODES if self.world.agreed[code] and "results" not in self.world.agreed[code]]

    def takes_part(self, place: int) -> list[str]:
        """Countries of a round that are not named with their results."""
        return [code for code in CODES if code in self.world.rounds[place].takes_part - self.world.named()]

    @cached_property
    def system(self) -> System:
        made = System()
        for place, name in enumerate(self.names):
            page = self.given.pages[name, "regional"]
            assert isinstance(page, Report)
            self._country_cells(made, place)
            self._counts(made, place, page)
            self._facts(made, place, page)
            self._needs(made, place)
            self._states(made, place, page)
            self._results(made, place)
        self._sessions(made)
        if self.steady:
            self._no_change(made)
        return made

    def _country_cells(self, made: System, place: int) -> None:
        """Whether each country answered and is counted, and where it stands if it is."""
        truth = self.world.rounds[place]
        for code in self.takes_part(place):
            counted = made.cell("counted", place, code)
            answered = made.cell("answered", place, code)
            made.at_most(counted, answered)
            if code in self.partly:
                made.total([answered], float(code not in truth.silent))
            for name in INDICATORS:
                made.equal(counted, {made.cell("level", place, name, code, label): 1.0 for label in LABELS})
                if code in self.partly:
                    made.row({("level", place, name, code, truth.standing[code][name]): 1.0, counted: -1.0}, 0.0, 0.0)

    def _others(self, place: int, kind: str, *rest: Hashable) -> list[Cell]:
        return [(kind, place, *rest, code) for code in self.takes_part(place)]

    def _named(self, place: int) -> list[dict[str, object]]:
        return [row for row in self.given.tables[self.names[place]]["countries"] if row["answered"]]

    def _counts(self, made: System, place: int, page: Report) -> None:
        many = self._counted(place)
        made.total(self._others(place, "counted"), many)
        if not many:
            return
        named = [row["country"] for row in self._named(place)]
        standing = self.world.rounds[place].standing
        figure = _figure(page, "counts")
        for row in figure.rows if figure is not None else ():
            name, bar = row.cells[0].words.split(" ")[0], row.cells[1]
            assert isinstance(bar, Bar)
            if not bar.segments:
                continue
            printed = {segment.label: segment.count for segment in bar.segments}
            for label, words in LABELS.items():
                own = sum(standing[str(code)][name] == label for code in named)
                cells = [("level", place, name, code, label) for code in self.takes_part(place)]
                made.total(cells, printed.get(words, 0) - own)

    def _facts(self, made: System, place: int, page: Report) -> None:
        facts = {fact.label: (_number(fact.value), _number(fact.unit)) for fact in page.facts}
        visits = [fact for fact in page.facts if fact.label == "Visited"]
        named = self._named(place)
        if "With answers" in facts:
            made.total(self._others(place, "answered"), facts["With answers"][0] - len(named))
        for fact in visits:
            self._visits(made, place, int(fact.value), _number(fact.unit), named)
        if "Levels verified" in facts:
            self._verified(made, place, page)
        if "Criteria settled" in facts and not named:
            parts = {
                ("level", place, name, code, label): float(SEEN[label])
                for code in self.takes_part(place)
                for name in self._told(page)
                for label in LABELS
            }
            made.row(parts, facts["Criteria settled"][0], facts["Criteria settled"][0])

    def _visits(
        self, made: System, place: int, ever: int, now: int | None, named: Sequence[Mapping[str, object]]
    ) -> None:
        """Countries that were visited so far, and those of them in this round, which is all where it is not said."""
        for code in self.takes_part(place):
            before, this = (made.cell(kind, place, code) for kind in ("visited", "visited now"))
            made.at_most(before, ("counted", place, code))
            made.at_most(this, before)
            for earlier in range(place):
                # Who was visited once has been visited from then on.
                known, counted = ("visited now", earlier, code), ("counted", place, code)
                if known in made.upper:
                    made.row({known: 1.0, counted: 1.0, before: -1.0}, -np.inf, 1.0)
        made.total(self._others(place, "visited"), ever - sum(bool(row["visited"]) for row in named))
        this_round = ever if now is None else now
        day = ROUNDS[place].reference_date.isoformat()
        made.total(self._others(place, "visited now"), this_round - sum(str(row["last_visit"]) == day for row in named))

    def _verified(self, made: System, place: int, page: Report) -> None:
        """Levels that are verified and reported, of the indicators for which it is told where countries stand."""
        fact = next(one for one in page.facts if one.label == "Levels verified")
        of, *more = (int(number) for number in re.findall(r"\d+", fact.unit))
        named = [one for one in self.rounds[place] if one.country.alpha_2 in self.world.named()]
        if of == len(named) * len(INDICATORS):
            return  # the named ones alone
        own = [score for one in named for score in one.indicators]
        cells: dict[str, list[Cell]] = {"verified": [], "reported": []}
        for name in self._told(page):
            for code in self.takes_part(place):
                parts = {made.cell(kind, place, name, code): 1.0 for kind in cells}
                settled = {("level", place, name, code, label): -1.0 for label in LABELS if label != "open"}
                made.row(parts | settled, 0.0, 0.0)
                for kind in cells:
                    cells[kind].append((kind, place, name, code))
        made.total(cells["verified"], int(fact.value) - sum(score.verified for score in own))
        made.total(cells["reported"], sum(more) - sum(score.reported for score in own))

    @staticmethod
    def _told(page: Report) -> list[str]:
        """Indicators for which it is told where countries stand."""
        figure = _figure(page, "counts")
        rows = figure.rows if figure is not None else ()
        return [
            row.cells[0].words.split(" ")[0] for row in rows if isinstance(row.cells[1], Bar) and row.cells[1].segments
        ]

    def _states(self, made: System, place: int, page: Report) -> None:
        """A count of where assessments stand: what is not of the named countries is of the others."""
        printed = Counter({state: int(many) for state, many in re.findall(_STATE, _definition(page))})
        own = Counter(self.world.rounds[place].state[str(row["country"])] for row in self._named(place))
        if not printed or printed == own:
            return
        for state in printed:
            cells = [made.cell("state", place, code, state) for code in self.takes_part(place)]
            made.total(cells, printed[state] - own[state])

    def _needs(self, made: System, place: int) -> None:
        for row in self.given.tables[self.names[place]].get("needs", ()):
            hidden = [code for code in self.takes_part(place) if code not in self.world.named("needs")]
            cells = [made.cell("need", place, row["need"], code) for code in hidden]
            for cell in cells:
                made.at_most(cell, ("counted", place, cell[-1]))
            if row["others"] is not None:
                made.total(cells, float(str(row["others"])))

    def _sessions(self, made: System) -> None:
        """Sessions as they are planned, by their day, and who came to them."""
        hidden = [code for code in CODES if code not in self.world.named("plan")]
        for row in self.given.tables[self.names[0]].get("sessions", ()):
            assert row["cost"] is None or not hidden
            named = str(row["countries"]).split()
            cells = [made.cell("seat", str(row["start"]), code) for code in hidden]
            if row["others"] is not None:
                made.total(cells, float(str(row["others"])))
                seats = [made.cell("seats", str(row["start"]), code, upper=_MOST) for code in hidden]
                for cell, seat in zip(seats, cells, strict=True):
                    made.at_most(cell, seat, _MOST)
                    made.at_most(seat, cell)
                made.total(seats, float(str(row["seats"])) - 2 * len(named))
        for row in self._held():
            day, countries, people, women = row
            came = [made.cell("came", day, code) for code in CODES]
            persons = [made.cell("people", day, code, upper=_MOST) for code in CODES]
            for cell, person in zip(came, persons, strict=True):
                made.at_most(person, cell, _MOST)
                made.at_most(cell, person)
            made.total(came, countries)
            made.total(persons, people)
            if women is not None:
                parts = [made.cell("women", day, code, upper=_MOST) for code in CODES]
                for part, person in zip(parts, persons, strict=True):
                    made.at_most(part, person)
                made.total(parts, women)

    def _held(self) -> Iterator[tuple[int, int, int, int | None]]:
        """Rows of what was held with people that are printed: their place, countries, people and women."""
        figure = _figure(self.given.pages[self.names[0], "donor"], "held")
        for number, row in enumerate(figure.rows if figure is not None else ()):
            columns = [column.id for column in figure.columns] if figure is not None else []
            cells = dict(zip(columns, row.cells, strict=True))
            people, women = _number(cells["seats"].words), _number(cells["women"].words)
            countries = _number(cells["countries"].words)
            if people is not None and countries is not None:
                yield number, countries, people, women

    def _results(self, made: System, place: int) -> None:
        """Figures of the results chain of a round and those before it, less what the named countries put into them."""
        known = self._of_named(place)
        rest = [
            (figure, key, value - known[figure].get(key, 0.0))
            for figure, key, value in _actuals(self.given.activities[self.names[place]])
            if not COMPUTED[figure].startswith("enrolments")
        ]
        if not any(left for *_, left in rest):
            return  # they count the named countries alone, or look as if they did
        for figure, key, left in rest:
            group = key.partition("; ")[2]
            at = self.names.index(parse_slot(key, ROUNDS).period)
            if self._counted(at) == 0:
                assert left == 0, f"{figure} of {key} counts countries that nothing counts"
                continue
            name = next(one for one, words in GROUPS.items() if words == group) if group else figure
            self._equation(made, name, place, at, left)

    def _of_named(self, place: int) -> dict[str, dict[str, float]]:
        """Figures of the countries that are named, as the comparison of all countries gives them."""
        rounds, named = self.rounds[: place + 1], self.world.named()
        changes = []
        for change in filter(None, self.world.since_first[:place]):
            matched = [code for code in change.matched if code in named]
            if matched:
                moved = [one for one in change.criteria if one.country.alpha_2 in named]
                changes.append(evolve(change, matched=matched, criteria=moved))
        own = results_of(ResultRecords(rounds=map(self._only_named, rounds), changes=changes))
        return {one.indicators[0].id: dict(one.indicators[0].actuals) for one in own}

    def _equation(self, made: System, figure: str, place: int, at: int, left: float) -> None:
        """A figure counts the countries that are counted in the first round and in the one of the report."""
        cells = []
        for code in self.takes_part(at):
            panel = self._panel(made, place, code)
            if panel is None:
                continue
            own = {
                ("level", at, name, code, label): float(factors[label])
                for factors in [SEEN if figure == "SEEN" else MET]
                for name in INDICATORS
                for label in LABELS
            }
            most = 1 if figure == "TARGET" else 6
            cell = made.cell(figure, place, at, code, upper=most)
            cells.append(cell)
            made.at_most(cell, panel, most)
            made.at_most(cell, ("counted", at, code), most)
            if figure in ("MET", "SEEN", "MET alike"):
                made.row({cell: 1.0} | {part: -factor for part, factor in own.items()}, -np.inf, 0.0)
            if figure in ("MET", "SEEN"):
                made.row({cell: 1.0, panel: -6.0} | {p: -f for p, f in own.items()}, -6.0, np.inf)
            if figure == "TARGET":
                levels = [("level", at, name, code, "L3") for name in INDICATORS]
                for level in levels:
                    made.at_most(cell, level)
                made.row({cell: 1.0, panel: -1.0} | dict.fromkeys(levels, -1.0), -float(len(levels)), np.inf)
        made.total(cells, left)

    def _panel(self, made: System, place: int, code: str) -> Cell | None:
        """Whether a country is counted in the first round and in the one of the report; None where it cannot be."""
        first, last = ("counted", 0, code), ("counted", place, code)
        if first not in made.upper or last not in made.upper:
            return None
        panel = made.cell("panel", place, code)
        made.at_most(panel, first)
        made.at_most(panel, last)
        made.row({panel: 1.0, first: -1.0, last: -1.0}, -1.0, np.inf)
        return panel

    def _only_named(self, one: AssessmentSet) -> AssessmentSet:
        named = self.world.named()
        return evolve(one, assessments=[a for a in one if a.country.alpha_2 in named], silent=(), unusable={})

    @cached_property
    def counted(self) -> list[frozenset[str]]:
        """The countries that each round counts without their names."""
        return [_Control.of(*one).groups.of(one[0]).counted for one in given(self.world)]

    def _counted(self, place: int) -> int:
        """How many countries a round counts without their names, as it says itself."""
        page = self.given.pages[self.names[place], "regional"]
        assert isinstance(page, Report)
        leads = [one.lead for one in page.sections if one.id == "counts"]
        found = re.search(r"(\d+) that (?:is|are) not named", " ".join(leads))
        return int(found[1]) if found else 0

    def _no_change(self, made: System) -> None:
        """A country that is counted in two rounds stands where it stood, and needs what it needed."""
        for code in CODES:
            for name in INDICATORS:
                for label in LABELS:
                    always = ("always", name, code, label)
                    for place in range(len(self.rounds)):
                        self._linked(made, place, code, ("level", place, name, code, label), always)
                for place in range(len(self.rounds)):
                    need = ("need", place, f"N-{name}", code)
                    self._linked(made, place, code, need, ("needs", name, code))

    @staticmethod
    def _linked(made: System, place: int, code: str, cell: Cell, always: Cell) -> None:
        counted = ("counted", place, code)
        if cell in made.upper and counted in made.upper:
            made.cell(*always)
            made.at_most(cell, always)
            made.row({cell: 1.0, always: -1.0, counted: -1.0}, -1.0, np.inf)

    def found_out(self) -> list[tuple[Cell, int]]:
        """Return what the attacker finds out of countries that have agreed to nothing."""
        assert self.system.solve({}, {}) is not None, "what is printed contradicts itself"
        told: list[tuple[Cell, int]] = []
        alike: dict[tuple[bool, ...], str] = {}
        for code in self.world.hidden:
            # Countries that take part in the same rounds are alike in every equation: one stands for all.
            alike.setdefault(tuple(code in truth.takes_part for truth in self.world.rounds), code)
        for code in alike.values():
            own = [cell for cell in self.system.upper if code in cell]
            told += self._status(code)
            counted = {cell: 1 for cell in own if cell[0] == "counted" and code in self.counted[int(str(cell[1]))]}
            secret = [cell for cell in own if cell[0] in _SECRET]
            # A cell of a round that counts nobody is empty, and says nothing.
            secret = [cell for cell in secret if self._counted(int(str(cell[1])))]
            told += [(cell, value) for cell, value in self.system.certain(secret, counted) if value]
            told += self.system.certain([cell for cell in own if cell[0] in ("seat", "came", "people", "women")], {})
        return [*told, *self._of_all_answered(), *self._of_all()]

    def _of_all(self) -> Iterator[tuple[Cell, int]]:
        """What is known of every unnamed country that a round counts, by who knows which are silent, or is one."""
        silent = {
            cell: int(str(cell[2]) in self.counted[int(str(cell[1]))])
            for cell in self.system.upper
            if cell[0] == "counted"
        }
        for insider in (None, *self.world.hidden):
            own = {} if insider is None else self._own(insider)
            for cell in self._certain_of_all(self._claims(insider), silent | own):
                yield (*cell, "as known to", insider or "everybody"), 1

    def _own(self, code: str) -> dict[Cell, int]:
        """What an unnamed country knows about itself."""
        known: dict[Cell, int] = {}
        for place, truth in enumerate(self.world.rounds):
            counted = code in self.counted[place]
            found = self.rounds[place].get(COUNTRIES[code])
            for name in INDICATORS:
                for label in LABELS:
                    known["level", place, name, code, label] = int(counted and truth.standing[code][name] == label)
                needs = counted and code in truth.need[name]
                known["need", place, f"N-{name}", code] = int(needs)
                if found is not None:
                    known["verified", place, name, code] = int(counted and found.scores[name].verified)
                    known["reported", place, name, code] = int(counted and found.scores[name].reported)
            known["visited now", place, code] = int(counted and found is not None and found.visited)
        return {cell: value for cell, value in known.items() if cell in self.system.upper}

    def _claims(self, insider: str | None) -> Iterator[tuple[Cell, dict[Cell, int]]]:
        """Yield statements of all unnamed countries but one: what each would have to be for it to be true."""
        for place in range(len(self.rounds)):
            codes = [c for c in sorted(self.counted[place]) if c != insider and c not in self.partly]
            if not codes:
                continue
            for name in INDICATORS:
                for words, labels in _STATEMENTS.items():
                    cells = [("level", place, name, code, label) for code in codes for label in {*LABELS} - labels]
                    yield (words, place, name), dict.fromkeys(cells, 0)
            for group, cells in self._groups(place, codes).items():
                yield (*group, "not"), dict.fromkeys(cells, 0)
                if all(self.system.upper[cell] == 1 for cell in cells):
                    yield group, dict.fromkeys(cells, 1)

    def _groups(self, place: int, codes: Sequence[str]) -> dict[Cell, list[Cell]]:
        """Cells of what is counted besides levels, those of all the countries together."""
        found: dict[Cell, list[Cell]] = {}
        for cell in self.system.upper:
            code = next((one for one in codes if one in cell), None)
            if code is not None and cell[0] in _SECRET and cell[0] != "level" and cell[1] == place:
                found.setdefault(tuple(part for part in cell if part != code), []).append(cell)
        return {group: cells for group, cells in found.items() if len(cells) == len(codes)}

    def _certain_of_all(self, claims: Iterable[tuple[Cell, dict[Cell, int]]], known: dict[Cell, int]) -> Iterator[Cell]:
        """Yield the statements that are true in every solution."""
        solutions = self.system.solved(known)
        assert solutions, "what is printed contradicts what is true"
        for claim, wanted in claims:
            cells = {self.system.number(cell): value for cell, value in wanted.items()}
            if any(int(made[n]) != value for made in solutions for n, value in cells.items()):
                continue
            aim = {cell: 1.0 if value else -1.0 for cell, value in wanted.items()}
            other = self.system.solve(aim, known)
            assert other is not None
            if all(int(other[n]) == value for n, value in cells.items()):
                yield claim
            else:
                solutions.append(other)

    def _of_all_answered(self) -> Iterator[tuple[Cell, int]]:
        """Whether an unnamed country knows of all others that they are silent, or have answered and not agreed."""
        for place, truth in enumerate(self.world.rounds):
            codes = [code for code in self.takes_part(place) if code not in self.partly]
            for insider in codes:
                rest = [("answered", place, code) for code in codes if code != insider]
                known = {("answered", place, insider): int(insider not in truth.silent)}
                claims = [(("silent", place), dict.fromkeys(rest, 0))] if rest else []
                if rest and self.world.named():
                    claims.append((("answered", place), dict.fromkeys(rest, 1)))
                for cell in self._certain_of_all(claims, known):
                    yield (*cell, "as known to", insider), 1

    def _status(self, code: str) -> Iterator[tuple[Cell, int]]:
        """Whether a country is known to be silent, or to have answered and not agreed where others have."""
        cells = [cell for cell in self.system.upper if cell[0] == "answered" and cell[-1] == code]
        for cell, value in self.system.certain(cells, {}):
            if value == 0 or self.world.named():
                yield cell, value


def found_out(world: World, *, steady: bool = False) -> list[tuple[Cell, int]]:
    """Return what an attacker finds out of the countries that have agreed to nothing, from all that is published."""
    return Attacker(world, published(world), steady).found_out()


def _figure(page: Report | str, name: str) -> Figure | None:
    return None if isinstance(page, str) else next((one for one in page.figures if one.id == name), None)


def _definition(page: Report) -> str:
    blocks = [block for one in page.sections if one.id == "method" for block in one.blocks]
    entries = [entry for block in blocks for entry in getattr(block, "entries", ())]
    return next((text for term, text in entries if term == "Country’s view"), "")


def _actuals(xml: str) -> Iterator[tuple[str, str, float]]:
    """Figures of an IATI file that are of no single country: id of the indicator, period, value."""
    for indicator in ElementTree.fromstring(xml).iter("indicator"):
        name = str(indicator.findtext("title/narrative")).removeprefix("Figure ")
        for actual in indicator.iter("actual"):
            if actual.find("location") is None:
                key = next((child.text or "" for child in actual if child.tag.endswith("key")), "")
                yield name, key, float(actual.get("value", "nan"))


def _number(text: str) -> int | None:
    found = re.search(r"\d+|\bnone\b", text.replace(",", "").lower())
    return None if found is None else 0 if found[0] == "none" else int(found[0])
