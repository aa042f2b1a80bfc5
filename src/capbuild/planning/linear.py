"""Linear models with named rows and columns, solved by HiGHS.

Rows and columns are named by tuples such as `("away", 3, 7)`, which make limits identifiable. The solver stops by gap
and work, never by the clock alone: two runs give the same plan.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from operator import mul
from typing import Any

from attrs import define, field, frozen

Name = tuple[Any, ...]

INFINITY = float("inf")


def has_solver() -> bool:
    """True if HiGHS is installed (`pip install "capbuild[plan]"`)."""
    return find_spec("highspy") is not None


def solver_version() -> str:
    """Return the version of HiGHS."""
    return str(_quiet_solver(import_module("highspy"))().version())


def _quiet_solver(module: Any) -> Any:
    """Return the solver class without its banner."""

    def enable(self: Any) -> None:
        self.setOptionValue("output_flag", False)
        module.Highs.enableCallbacks(self)

    return type("Quiet", (module.Highs,), {"enableCallbacks": enable})


@frozen(kw_only=True)
class SolveEffort:
    """Limits of one solve.

    Attributes:
        gap: Relative gap to the bound at which it stops.
        work: Simplex iterations after which it stops, the same on every machine, unlike a clock.
        seconds: Safety limit. If it stops a solve, another run may give another plan; the plan then has a note.
    """

    gap: float = 0.0
    work: int = 10_000_000
    seconds: float = 3600.0


@frozen(kw_only=True)
class SolverAnswer:
    """Result of one solve.

    Attributes:
        values: Value by column; empty without a feasible solution.
        value: Its objective.
        bound: Upper bound of the objective.
        status: `optimal`, `work`, `time`, `infeasible` or another word of the solver.
    """

    values: tuple[float, ...] = ()
    value: float = -INFINITY
    bound: float = INFINITY
    status: str = ""

    @property
    def is_found(self) -> bool:
        """True if there is a solution."""
        return bool(self.values)


@define
class LinearModel:
    """Linear model to be maximised.

    Attributes:
        names: Name of each column.
        rows: Name of each row.
    """

    names: list[Name] = field(factory=list)
    rows: list[Name] = field(factory=list)
    place: dict[Name, int] = field(factory=dict)
    _cost: list[float] = field(factory=list, init=False)
    _upper: list[float] = field(factory=list, init=False)
    _whole: list[bool] = field(factory=list, init=False)
    _low: list[float] = field(factory=list, init=False)
    _high: list[float] = field(factory=list, init=False)
    _start: list[int] = field(factory=lambda: [0], init=False)
    _index: list[int] = field(factory=list, init=False)
    _entry: list[float] = field(factory=list, init=False)

    def add_column(self, name: Name, *, worth: float = 0.0, upper: float = INFINITY, whole: bool = False) -> int:
        """Add a column with an objective coefficient; return its index.

        Its values are from 0 to `upper`.
        """
        self.place[name] = len(self.names)
        self.names.append(name)
        self._cost.append(worth)
        self._upper.append(upper)
        self._whole.append(whole)
        return len(self.names) - 1

    def add_row(
        self, name: Name, entries: Mapping[int, float], *, low: float = -INFINITY, high: float = INFINITY
    ) -> None:
        """Add a row `low <= sum of entries <= high`.

        Rows without entries or without bounds are not added.
        """
        if not entries or (low == -INFINITY and high == INFINITY):
            return
        self.rows.append(name)
        self._low.append(low)
        self._high.append(high)
        self._index.extend(entries)
        self._entry.extend(entries.values())
        self._start.append(len(self._index))

    def row_entries(self, name: Name) -> dict[int, float]:
        """Return the entries of a row by column."""
        row = self.rows.index(name)
        part = slice(self._start[row], self._start[row + 1])
        return dict(zip(self._index[part], self._entry[part], strict=True))

    @property
    def size(self) -> tuple[int, int, int]:
        """Number of columns, rows and entries."""
        return len(self.names), len(self.rows), len(self._index)

    def fix_at_zero(self, column: int) -> None:
        """Fix a column at 0."""
        self._upper[column] = 0.0

    def upper_bound(self, column: int) -> float:
        """Return the upper bound of a column."""
        return self._upper[column]

    def objective(self) -> tuple[float, ...]:
        """Return the objective coefficients of all columns."""
        return tuple(self._cost)

    def make_solver(self) -> "Solver":
        """Return a solver loaded with the model."""
        return Solver(self)

    def load(self, module: Any) -> Any:
        """Return the model as the solver expects it.

        Args:
            module: The module `highspy`.
        """
        lp, kinds = module.HighsLp(), module.HighsVarType
        lp.num_col_, lp.num_row_ = len(self.names), len(self.rows)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self._cost, [0.0] * len(self.names), self._upper
        lp.row_lower_, lp.row_upper_ = self._low, self._high
        lp.sense_ = module.ObjSense.kMaximize
        lp.a_matrix_.format_ = module.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = self._start, self._index, self._entry
        lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in self._whole]
        return lp


class Solver:
    """HiGHS solver of one model.

    Bounds and rows may change between solves.
    """

    def __init__(self, model: LinearModel) -> None:
        self._module = import_module("highspy")
        self._worths = model.objective()
        self._highs = _quiet_solver(self._module)()
        self._highs.setOptionValue("threads", 1)
        self._highs.setOptionValue("random_seed", 0)
        self._highs.setOptionValue("mip_feasibility_tolerance", 1e-7)
        # A gap ends most searches, so a good early plan saves more than a bound proved by branching.
        self._highs.setOptionValue("mip_heuristic_effort", 0.2)
        self._highs.passModel(model.load(self._module))

    def set_bounds(self, changes: Mapping[int, tuple[float, float]]) -> None:
        """Change the bounds of columns."""
        for place, (lower, upper) in changes.items():
            self._highs.changeColBounds(place, lower, upper)

    def set_objective(self, worths: Sequence[float]) -> None:
        """Change the objective coefficients of all columns."""
        self._worths = tuple(worths)
        for position, worth in enumerate(worths):
            self._highs.changeColCost(position, worth)

    def add_row(self, entries: Mapping[int, float], *, low: float = -INFINITY, high: float = INFINITY) -> int:
        """Add a row, and return its index."""
        self._highs.addRow(low, high, len(entries), list(entries), list(entries.values()))
        return int(self._highs.getNumRow()) - 1

    def relax_integrality(self) -> None:
        """Let every column be fractional."""
        for place in range(len(self._worths)):
            self._highs.changeColIntegrality(place, self._module.HighsVarType.kContinuous)

    def set_start(self, values: Mapping[int, float]) -> None:
        """Set a starting solution; the solver completes missing columns."""
        self._highs.setSolution(len(values), sorted(values), [values[place] for place in sorted(values)])

    def solve(self, effort: SolveEffort, watch: Callable[[float, float], None] | None = None) -> SolverAnswer:
        """Return the solver's result within an effort."""
        highs = self._highs
        highs.setOptionValue("mip_rel_gap", effort.gap)
        highs.setOptionValue("mip_abs_gap", 1e-9)
        highs.setOptionValue("time_limit", effort.seconds + highs.getRunTime())
        calls = [0]

        def look(event: Any) -> None:
            if watch is not None:
                watch(event.data_out.mip_primal_bound, event.data_out.mip_dual_bound)
            calls[0] += 1
            if calls[0] > effort.work:
                event.data_in.user_interrupt = True

        highs.cbMipInterrupt.subscribe(look)
        try:
            highs.run()
            if self._is_stale():
                highs.clearSolver()
                highs.run()
        finally:
            highs.cbMipInterrupt.unsubscribe(look)
        return self._read_answer()

    def _is_stale(self) -> bool:
        """True if the reported objective differs from the solution's.

        If presolve alone solves a model that has a start, HiGHS 1.16 returns the start as the solution.
        """
        info = self._highs.getInfo()
        if info.primal_solution_status != 2:
            return False
        reported = float(info.objective_function_value)
        given = float(sum(map(mul, self._worths, self._highs.getSolution().col_value)))
        return abs(reported - given) > 1e-6 * max(1.0, abs(reported))

    def _read_answer(self) -> SolverAnswer:
        highs, status = self._highs, self._module.HighsModelStatus
        state, info = highs.getModelStatus(), highs.getInfo()
        words = {
            status.kOptimal: "optimal",
            status.kInfeasible: "infeasible",
            status.kUnboundedOrInfeasible: "infeasible",
            status.kTimeLimit: "time",
            status.kInterrupt: "work",
            status.kSolutionLimit: "work",
            status.kIterationLimit: "work",
            status.kModelEmpty: "optimal",
        }
        word = words.get(state, str(state))
        good = info.primal_solution_status == 2
        whole = info.mip_node_count >= 0
        bound = info.mip_dual_bound if whole else info.objective_function_value if word == "optimal" else INFINITY
        return SolverAnswer(
            values=tuple(highs.getSolution().col_value) if good else (),
            value=info.objective_function_value if good else -INFINITY,
            bound=bound,
            status=word,
        )
