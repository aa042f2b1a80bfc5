"""Methods of capbuild keep the contract, and faulty ones are caught by the clause that names the fault."""

from statistics import fmean
from types import ModuleType

import pytest

from capbuild.plugins import RegisteredMethod, hookimpl
from capbuild.testing import MethodConformance


class TestMean(MethodConformance):
    method = "mean"


class TestGeometric(MethodConformance):
    method = "geometric"


class TestGeneralised(MethodConformance):
    method = "generalised"
    settings = {"power": 0.5}


class TestMinimum(MethodConformance):
    method = "minimum"


class TestPenalised(MethodConformance):
    method = "mazziotta-pareto"


class TestHarmonic(MethodConformance):
    method = "harmonic"


def weighted(values, weights):
    return sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)


def shrinking(values, weights):
    return weighted(values, weights) - (max(values) - min(values)) ** 2 / 100


def remembering(values, weights, seen=[]):  # noqa: B006 - the fault
    seen.append(1)
    return weighted(values, weights) + len(seen)


def powered(values, weights, *, power=1.0):
    return weighted(values, weights)


def summing(values, weights):
    return sum(v * w for v, w in zip(values, weights, strict=True))


#: Test that finds the fault, clause that it names, and function.
FAULTS = {
    "two children only": ("combines_children", "combines children", lambda v, w: v[0] + v[1]),
    "no figure": ("combines_children", "combines children", lambda v, w: float("nan")),
    "remembers": ("combines_children", "combines children", remembering),
    "the first counts twice": ("order_of_children", "children in any order", lambda v, w: fmean((v[0], *v))),
    "sum of weights": ("ratio_of_weights", "weights by ratio", summing),
    "weights as people": ("ratio_of_weights", "weights by ratio", lambda v, w: weighted(v, [a + 1 for a in w])),
    "penalty, said to be monotone": ("bounds", "keeps bounds", shrinking),
    "turned round": ("bounds", "keeps bounds", lambda v, w: 100 - weighted(v, w)),
    "0 as missing": ("missing_is_not_zero", "missing is not zero", lambda v, w: fmean([a for a in v if a] or [0.0])),
    "any setting": ("settings", "settings", lambda v, w, **settings: summing(v, w)),
    "words as 1": ("settings", "settings", powered),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_method_is_caught(fault):
    test, clause, function = FAULTS[fault]
    method = RegisteredMethod(name="faulty", title="Faulty", function=function)

    class Faulty(MethodConformance):
        plugin = ModuleType("faulty")
        method = "faulty"
        settings = {"power": 2.0} if fault == "words as 1" else {}

    Faulty.plugin.register_methods = hookimpl(lambda: [method], specname="register_methods")

    with pytest.raises(AssertionError, match=f"clause {clause!r}"):
        getattr(Faulty(), f"test_{test}")()
