"""The best of every plan there is, for random problems with every field of the planner: it is found, and proven."""

import pytest

from capbuild.errors import PlanError
from capbuild.model import StopReason
from capbuild.planning.linear import LinearModel, SolveEffort
from capbuild.planning.local_search import penalised_value
from capbuild.planning.plan_model import PlanModel
from capbuild.planning.problem import Timeline
from capbuild.planning.solver import solve
from tests.planning.every_plan import best, problem_of


@pytest.mark.parametrize("part", range(8))
def test_the_best_plan_is_found_and_proven(part):
    tried = 0
    for seed in range(part * 25, part * 25 + 25):
        problem = problem_of(seed)
        known = best(problem)
        if known is False:
            continue
        tried += 1
        if known is None:
            with pytest.raises(PlanError, match="no plan keeps to the limits"):
                solve(problem)
            continue
        found = solve(problem)
        assert penalised_value(problem, found.sessions) == pytest.approx(known[0], abs=1e-6), seed
        assert found.verdicts.cost == known[1], seed
        assert found.stopped is StopReason.OPTIMAL, seed
        assert found.bound == pytest.approx(float(found.verdicts.value), abs=1e-6), seed
        for length in (2, 12):
            relaxed = (
                PlanModel(problem, Timeline.every(problem, length), hosted=False)
                .linear.make_solver()
                .solve(SolveEffort())
            )
            assert relaxed.bound >= known[0] - 1e-6, seed
    assert tried > 15


def test_an_empty_model_is_solved():
    answer = LinearModel().make_solver().solve(SolveEffort())
    assert (answer.status, answer.bound) == ("optimal", 0.0)
