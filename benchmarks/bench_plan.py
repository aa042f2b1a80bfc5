"""Gap between plans and their bound, with its cost.

    uv run python benchmarks/bench_plan.py            # 30 countries x 60 needs x 40 activities x 24 months
    uv run python benchmarks/bench_plan.py --small    # 10 x 20 x 20 x 24

Instances are made from a seed; everything in them is invented. `tight` is a factor on trainer days and on the days that
countries can spare: below 1 the months, not the money, hold the plan back, and the bound over years is further off.
The draft of the same run, made without a solver, is the peer.
"""

import resource
import sys
import time

from plan_instances import make

from capbuild.planning.check import check_plan
from capbuild.planning.partial_plan import plan_greedily
from capbuild.planning.solver import solve

CASES = [(1, 1.0), (2, 1.0), (3, 1.0), (1, 0.6), (1, 0.4)]


def main(arguments):
    size = {"countries": 10, "needs": 20, "activities": 20} if "--small" in arguments else {}
    print("seed  tight  value    bound    gap     draft gap  sessions  stopped             seconds  processor  MB")
    for seed, tight in CASES:
        problem = make(seed=seed, tight=tight, **size)
        start, spent = time.perf_counter(), time.process_time()
        found = solve(problem, gap=0.03)
        took, spent = time.perf_counter() - start, time.process_time() - spent
        value, draft = float(found.verdicts.value), float(check_plan(problem, plan_greedily(problem)).value)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        gaps = f"{1 - value / found.bound:<7.2%} {1 - draft / found.bound:<10.2%}"
        cost = f"{took:<8.1f} {spent:<10.1f} {memory:.0f}"
        row = f"{value:<8.1f} {found.bound:<8.1f} {gaps} {len(found.sessions):<9} {found.stopped.value:<19}"
        print(f"{seed:<5} {tight:<6}", row, cost, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
