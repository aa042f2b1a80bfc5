"""Conformance class of methods that combine the figures of children."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import ClassVar

from attrs import frozen

from capbuild.errors import CapbuildError
from capbuild.model import Method, Parameter
from capbuild.plugins import Host
from capbuild.scoring.aggregation import combine_children, even_weights
from capbuild.scoring.methods import BUILT_IN_METHODS, RegisteredMethod
from capbuild.testing.conformance._plugin import PluginConformance, check_name
from capbuild.testing.conformance.cell_probes import NONSENSE
from capbuild.testing.contract import fail_clause, require_clause

Figures = tuple[float, ...]


@frozen
class Family:
    """Children of a node, with ranges, figures and weights."""

    lows: Figures
    figures: Figures
    highs: Figures
    weights: Figures

    def __str__(self) -> str:
        return f"the children {show(self.figures)} with the weights {show(self.weights)}"


class MethodConformance(PluginConformance):
    """Contract of methods as tests; subclasses name a method.

    The method combines the figures of children.

        class TestWeakest(MethodConformance):
            plugin = capbuild_ministry
            method = "weakest"

    Attributes:
        method: Its name.
        settings: Its settings.
        figures: The lowest and the highest figure of a child.
        families: Number of families of children tried.
    """

    method: ClassVar[str]
    settings: ClassVar[Mapping[str, Parameter]] = {}
    figures: ClassVar[tuple[float, float]] = (0.0, 100.0)
    families: ClassVar[int] = 200
    _kind = "methods"

    @property
    def descriptor(self) -> RegisteredMethod:
        """Method under test."""
        return BUILT_IN_METHODS.get(self.method) or self.registered(self.method, RegisteredMethod)

    def compute(self, figures: Sequence[float | None], weights: Sequence[float]) -> float:
        """Return the figure of a node, as computed in scoring.

        Args:
            figures: Figures of the children; None for a child without one.
            weights: Their weights.

        Raises:
            AssertionError: There is none, or it cannot be computed.
        """
        host = self.host
        try:
            return compute_figure(host, self._method(), figures, weights)
        except Exception as error:  # noqa: BLE001 - whatever it raises breaks the clause
            fail_clause("combines children", f"{show(figures)} with the weights {show(weights)}: {error}")

    def _method(self, **more: Parameter) -> Method:
        return Method(name=self.method, parameters={**self.settings, **more})

    def _families(self) -> Iterator[Family]:
        return draw_families(self.families, *self.figures)

    def test_registered(self) -> None:
        """Check that it has a name and a title."""
        check_name(self.method, self.descriptor.title)

    def test_combines_children(self) -> None:
        """Check that any children give a figure.

        Their number and weights are varied. The figure must not depend on earlier calls.
        """
        self.clause("combines children")
        families = list(self._families())
        before = [self.compute(family.figures, family.weights) for family in families]
        after = [self.compute(family.figures, family.weights) for family in reversed(families)]
        for family, earlier, other in zip(families, before, reversed(after), strict=True):
            require_clause(earlier == other, "combines children", f"{family} give {earlier}, and later {other}")

    def test_order_of_children(self) -> None:
        """Check that a symmetric method ignores the order of children."""
        self.clause("children in any order")
        for family in self._families() if self.descriptor.symmetric else ():
            forward, other = (self.compute(family.figures[::step], family.weights[::step]) for step in (1, -1))
            require_clause(
                is_same(forward, other), "children in any order", f"{family} give {forward}, reversed {other}"
            )

    def test_ratio_of_weights(self) -> None:
        """Check that only the ratio of weights counts."""
        self.clause("weights by ratio")
        for family in self._families():
            plain = self.compute(family.figures, family.weights)
            other = self.compute(family.figures, [weight * 8 for weight in family.weights])
            require_clause(
                is_same(plain, other), "weights by ratio", f"{family} give {plain}, with 8 times these {other}"
            )

    def test_bounds(self) -> None:
        """Check that figures are within the bounds of the method."""
        self.clause("keeps bounds")
        for family in self._families():
            self._check_bounds(family, "keeps bounds")

    def test_missing_is_not_zero(self) -> None:
        """Check that a missing child is not 0.

        A missing child changes nothing, while a child of 0 has the effect of one slightly above 0.
        """
        self.clause("missing is not zero")
        for family in self._families():
            plain = self.compute(family.figures, family.weights)
            more = self.compute((*family.figures, None), (*family.weights, 1.0))
            require_clause(is_same(plain, more), "missing is not zero", f"{family} give {plain}, and {more} with a gap")
            zero, above = ((end, *family.figures[1:]) for end in (0.0, 1e-6))
            if self.figures[0] <= 0 < self.figures[1]:
                self._check_bounds(Family(zero, zero, above, family.weights), "missing is not zero")

    def _check_bounds(self, family: Family, clause: str) -> None:
        figure = self.compute(family.figures, family.weights)
        if self.descriptor.bounds is None:
            low, high = (self.compute(ends, family.weights) for ends in (family.lows, family.highs))
        else:
            low, high = self.descriptor.bounds(family.lows, family.highs, family.weights, **self.settings)
        between = f"between those of {show(family.lows)} and {show(family.highs)}, {low} and {high}"
        fits = (low <= figure or is_same(low, figure)) and (figure <= high or is_same(figure, high))
        require_clause(fits, clause, f"{family} give {figure}, not {between}")

    def test_same_elsewhere(self) -> None:
        """Check that other interpreters compute the same."""
        self.clause("same elsewhere")
        families = [(family.figures, family.weights) for family in self._families()]
        here = describe_figures(self.plugin, self._method(), families)
        self._compare_elsewhere(here, describe_figures, self._method(), families)

    def test_settings(self) -> None:
        """Check that invalid settings are their author's errors.

        They are an unknown setting, and a word instead of a number.
        """
        self.clause("settings")
        numbers = [name for name, value in self.settings.items() if isinstance(value, int | float)]
        tried: dict[str, Parameter] = {"no_such_setting": 1.0, **dict.fromkeys(numbers, NONSENSE)}
        for name, value in tried.items():
            try:
                figure = compute_figure(self.host, self._method(**{name: value}), (50.0, 60.0), (1.0, 2.0))
            except CapbuildError as error:
                if name not in numbers:
                    require_clause("Method.parameters" in str(error), "settings", f"{name} = {value}: {error}")
                continue
            fail_clause("settings", f"{name} = {value} was taken, and gave {figure}")


def draw_families(count: int, lowest: float, highest: float) -> Iterator[Family]:
    """Yield reproducible random families of one to six children.

    Some figures are at the ends or equal, and some weights are 0.
    """
    chance = random.Random(count)  # noqa: S311 - samples of a test

    def draw() -> float:
        return chance.choice((lowest, highest, (lowest + highest) / 2, chance.uniform(lowest, highest)))

    for number in range(count):
        ranges = [sorted((draw(), draw(), draw())) for _ in range(1 + number % 6)]
        weights = tuple(chance.choice((0.0, 1.0, 1.0, chance.uniform(0.1, 5.0))) for _ in ranges)
        lows, figures, highs = zip(*ranges, strict=True)
        yield Family(lows, figures, highs, tuple(even_weights(weights)))


def compute_figure(host: Host, method: Method, figures: Sequence[float | None], weights: Sequence[float]) -> float:
    """Return the figure of a node, as scoring computes it.

    Raises:
        ValueError: There is none, or it is no number.
    """
    children = {f"C{number}": figure for number, figure in enumerate(figures)}
    combined = combine_children(method, children, weights, host.methods)
    if combined is None or not math.isfinite(combined):
        raise ValueError(f"gives {combined}, which is no figure")
    return combined


def describe_figures(plugin: ModuleType | None, method: Method, families: Sequence[tuple[Figures, Figures]]) -> str:
    """Return the figures that a method gives, one a line."""
    host = Host(plugins={} if plugin is None else {plugin.__name__: plugin}, discover=False)
    return "\n".join(repr(compute_figure(host, method, figures, weights)) for figures, weights in families)


def is_same(one: float, other: float) -> bool:
    """True if two figures differ by rounding only."""
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def show(figures: Sequence[float | None]) -> str:
    """Return figures as a short text."""
    return ", ".join("none" if figure is None else f"{figure:.4g}" for figure in figures)
