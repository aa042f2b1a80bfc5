"""Simulated rounds with a known truth.

The truth follows its own rules, not the model that `posterior` fits: a capacity has a level, criteria up to it are met,
and those above it are met occasionally. So coverage measured here does not assume the model.
"""

import datetime
from collections.abc import Iterator, Mapping

import numpy as np
from attrs import frozen

from capbuild.model import (
    Basis,
    Capacity,
    Country,
    Criterion,
    Finding,
    FindingValue,
    Framework,
    Source,
    SourceKind,
    Verdict,
)
from capbuild.scoring.findings import finding_status
from capbuild.stats.arrays import Floats

_DAY = datetime.date(2016, 1, 15)


@frozen(kw_only=True)
class SimulationScenario:
    """Parameters of a simulated round.

    All shares are from 0 to 1.

    Attributes:
        countries: Number of countries, at most 676.
        visited: Number of visited countries.
        flattery: Share of unmet criteria that a survey reports as met, if not visible from a desk.
        flattery_spread: Standard deviation of flattery over countries, in log odds.
        modesty: Share of met criteria that a survey reports as unmet.
        survey_sees: Share of observable criteria that a survey reports correctly; 1 if confirmed answers are true.
        agencies: Number of agencies per country.
        survey_answered: Share of the questions that each agency answers.
        hearsay_error: Share of wrong reports of a meeting or desk review on unobservable criteria.
        visit_error: Share of wrong reports of a visit.
        visit_answered: Share of criteria observed in a visit.
        meeting_answered: Share of criteria discussed in a meeting.
        desk_answered: Share of criteria covered by a desk review.
        country_spread: Standard deviation of countries, in levels.
        cell_spread: Standard deviation of a country's capacities about its own level, in levels.
    """

    countries: int = 30
    visited: int = 13
    flattery: float = 0.4
    flattery_spread: float = 0.5
    modesty: float = 0.06
    survey_sees: float = 1.0
    agencies: int = 2
    survey_answered: float = 0.6
    hearsay_error: float = 0.15
    visit_error: float = 0.015
    visit_answered: float = 0.85
    meeting_answered: float = 0.1
    desk_answered: float = 0.05
    country_spread: float = 0.6
    cell_spread: float = 0.9


@frozen(kw_only=True, eq=False)
class SimulatedRound:
    """Findings with the truth behind them.

    Attributes:
        countries: The countries.
        sources: The sources.
        findings: Their findings.
        truth: True findings for every criterion and directly judged capacity.
        truth_sources: The sources of the truth.
    """

    countries: tuple[Country, ...]
    sources: tuple[Source, ...]
    findings: tuple[Finding, ...]
    truth: tuple[Finding, ...]
    truth_sources: tuple[Source, ...]


@frozen(kw_only=True, eq=False)
class _CountrySimulator:
    """Simulates one country."""

    country: Country
    scenario: SimulationScenario
    framework: Framework
    random: np.random.Generator
    lean: float
    place: float
    hard: Mapping[str, float]
    visited: bool

    def sources(self) -> Iterator[Source]:
        kinds = [(f"survey-{n}", SourceKind.SURVEY, f"agency {n + 1}") for n in range(self.scenario.agencies)]
        kinds += [("visit", SourceKind.VISIT, "")] if self.visited else []
        kinds += [("meeting", SourceKind.MEETING, ""), ("desk", SourceKind.DESK, "")]
        for name, kind, respondent in kinds:
            title = f"{kind.value} {self.country.alpha_2}"
            yield Source(
                id=f"{name}-{self.country.alpha_2}",
                kind=kind,
                title=title,
                country=self.country,
                start=_DAY,
                respondent=respondent,
            )

    def truth_source(self) -> Source:
        name = f"truth-{self.country.alpha_2}"
        return Source(id=name, kind=SourceKind.VISIT, title="truth", country=self.country, start=_DAY)

    def simulate_capacity(
        self, node: Capacity, source_list: list[Source]
    ) -> Iterator[tuple[Source | None, str, FindingValue]]:
        """Simulate a capacity's true value, then each source's reports."""
        latent = self.place + self.hard[node.id] + self.random.normal(0, self.scenario.cell_spread)
        if not node.criteria:
            yield from self._simulate_levels(node, latent, source_list)
            return
        steps = sorted({criterion.step for criterion in node.criteria})
        level = float(np.rint(np.clip(len(steps) / 2 + latent, 0, len(steps))))
        for criterion in node.criteria:
            rise = steps.index(criterion.step) + 1
            if len(steps) == 1:  # criteria with points only: steps have no order
                chance = 1 / (1 + np.exp(-1.5 * (latent + self.hard[criterion.id])))
            else:
                chance = 1.0 if rise <= level else (0.5 if rise == level + 1 else 0.2)
            met = bool(self.random.random() < chance)
            yield None, criterion.id, Verdict.YES if met else Verdict.NO
            for source in source_list:
                reported = self._simulate_reports(criterion, met=met, source=source)
                if reported is not None:
                    yield source, criterion.id, Verdict.YES if reported else Verdict.NO

    def _simulate_reports(self, criterion: Criterion, *, met: bool, source: Source) -> bool | None:
        simulation_scenario, draw = self.scenario, self.random.random(2)
        shares = {
            SourceKind.SURVEY: simulation_scenario.survey_answered,
            SourceKind.VISIT: simulation_scenario.visit_answered,
            SourceKind.MEETING: simulation_scenario.meeting_answered,
            SourceKind.DESK: simulation_scenario.desk_answered,
        }
        if draw[0] >= shares[source.kind]:
            return None
        if source.kind is SourceKind.VISIT:
            return met != bool(draw[1] < simulation_scenario.visit_error)
        if source.kind is SourceKind.SURVEY and not criterion.check.needs_visit:
            return met == bool(draw[1] < simulation_scenario.survey_sees)
        if source.kind is SourceKind.SURVEY:
            share = min(max(1 - simulation_scenario.modesty if met else simulation_scenario.flattery, 1e-9), 1 - 1e-9)
            odds = np.log(share / (1 - share)) + self.lean
            return bool(draw[1] < 1 / (1 + np.exp(-odds)))
        if not criterion.check.needs_visit:
            return met
        return met != bool(draw[1] < simulation_scenario.hearsay_error)

    def _simulate_levels(
        self, node: Capacity, latent: float, source_list: list[Source]
    ) -> Iterator[tuple[Source | None, str, FindingValue]]:
        scale = self.framework.scale_of(node)
        low, high = map(int, scale.ends)
        level = int(np.clip(np.rint((low + high) / 2 + latent), low, high))
        yield None, node.id, level
        reports = {
            SourceKind.SURVEY: (0.6 + 0.6 * self.lean, 0.55, self.scenario.survey_answered),
            SourceKind.VISIT: (0.0, 0.3, self.scenario.visit_answered),
            SourceKind.MEETING: (-0.1, 0.65, max(self.scenario.meeting_answered, 0.5)),
            SourceKind.DESK: (0.0, 0.8, max(self.scenario.desk_answered, 0.5)),
        }
        for source in source_list:
            bias, error, answered = reports[source.kind]
            reported = int(np.clip(np.rint(level + bias + self.random.normal(0, error)), low, high))
            if self.random.random() < answered:
                yield source, node.id, reported


def _make_finding(country: Country, framework: Framework, name: str, value: FindingValue, source: Source) -> Finding:
    basis = Basis.SEEN if source.kind is SourceKind.VISIT else Basis.TOLD
    criterion = framework.criteria.get(name)
    if criterion is None:
        return Finding(country=country, target=name, value=value, source=source.id, basis=basis)
    status = finding_status(criterion.check, source.kind, value, basis)
    return Finding(country=country, target=name, value=value, source=source.id, basis=basis, status=status)


def _draw_hardness(framework: Framework, random: np.random.Generator) -> dict[str, float]:
    nodes = {node.id: float(random.normal(0, 0.4)) for node in framework.indicators}
    return nodes | {name: float(random.normal(0, 0.5)) for name in framework.criteria}


def _draw_normal(random: np.random.Generator, spread: float, size: int) -> Floats:
    return np.asarray(random.normal(0, spread, size))


def simulate_round(framework: Framework, scenario: SimulationScenario | None = None, *, seed: int) -> SimulatedRound:
    """Return a simulated round.

    Args:
        framework: Framework: staircases, points, or directly judged levels.
        scenario: Parameters of the round; 30 countries, 13 of them visited, if None.
        seed: Seed.

    Example:
        >>> from capbuild.model import Capacity, Criterion, Framework, Scale
        >>> lab = Capacity(id="LAB", title="Laboratory", criteria=[Criterion(id="LAB.a", text="There is one.")])
        >>> framework = Framework(id="f", edition="1", title="F", scales=[Scale(id="s")], roots=[lab])
        >>> made = simulate_round(framework, SimulationScenario(countries=4, visited=1), seed=1)
        >>> len(made.countries), len(made.truth)
        (4, 4)
    """
    simulation_scenario = scenario or SimulationScenario()
    random = np.random.default_rng(seed)
    hard = _draw_hardness(framework, random)
    lean = _draw_normal(random, simulation_scenario.flattery_spread, simulation_scenario.countries)
    place = _draw_normal(random, simulation_scenario.country_spread, simulation_scenario.countries)
    visited = random.permutation(simulation_scenario.countries) < simulation_scenario.visited
    sources: list[Source] = []
    truth_sources: list[Source] = []
    findings: list[Finding] = []
    truth: list[Finding] = []
    for number in range(simulation_scenario.countries):
        maker = _CountrySimulator(
            country=_make_country(number),
            scenario=simulation_scenario,
            framework=framework,
            random=random,
            lean=float(lean[number]),
            place=float(place[number]),
            hard=hard,
            visited=bool(visited[number]),
        )
        own, true = list(maker.sources()), maker.truth_source()
        for node in framework.indicators:
            for source, name, value in maker.simulate_capacity(node, own):
                finding = _make_finding(maker.country, framework, name, value, source or true)
                (truth if source is None else findings).append(finding)
        sources += own
        truth_sources.append(true)
    return SimulatedRound(
        countries=tuple(_make_country(number) for number in range(simulation_scenario.countries)),
        sources=tuple(sources),
        findings=tuple(findings),
        truth=tuple(truth),
        truth_sources=tuple(truth_sources),
    )


def _make_country(number: int) -> Country:
    first, second = divmod(number, 26)
    code = f"{chr(65 + first)}{chr(65 + second)}"
    return Country(alpha_2=code, alpha_3=f"{code}X", name=f"Country {code}")
