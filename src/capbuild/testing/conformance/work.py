"""Work of code by line, measured for two inputs.

It finds lines whose work grows faster than the size of the input.
"""

import gc
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter_ns
from types import FrameType
from typing import Any

from attrs import define, field

#: A line, by file and number.
Line = tuple[str, int]


@define
class Work:
    """Executions of each line, in nanoseconds.

    An execution lasts until the next line anywhere. Calls into C count for the calling line; Python lines that it calls
    count for themselves.
    """

    times: dict[Line, list[int]] = field(factory=lambda: defaultdict(list))
    _line: Line | None = None
    _since: int = 0

    def measure(self, run: Callable[[], object]) -> "Work":
        """Run a function and record the lines that it executes."""
        before, collecting = sys.gettrace(), gc.isenabled()
        gc.disable()
        sys.settrace(self._enter)
        try:
            run()
        finally:
            sys.settrace(before)
            if collecting:
                gc.enable()
        return self

    def _enter(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        self._close()
        if frame.f_code.co_filename == __file__:
            return None
        frame.f_trace = self._step
        return self._step

    def _step(self, frame: FrameType, event: str, _argument: Any) -> Any:
        self._close()
        if event == "line":
            self._line = frame.f_code.co_filename, frame.f_lineno
            self._since = perf_counter_ns()
        return self._step

    def _close(self) -> None:
        if self._line is not None:
            self.times[self._line].append(perf_counter_ns() - self._since)
            self._line = None


#: Growth of work beyond that of the input, from which a line counts: half of the way to its square.
_MORE = 2.0
#: Least microseconds per execution of a line for its work in C to count.
_LEAST = 2.0


def growing_lines(small: Work, large: Work, factor: float, items: int) -> Iterator[tuple[str, str]]:
    """Yield the lines whose work grows quadratically with the input, and how it grows.

    Args:
        small: Work for the small input.
        large: Work for the large input.
        factor: How many times the small input it is.
        items: Number of items in the large input; a line executed less often does not count.
    """
    often = {line: times for line, times in large.times.items() if len(times) >= items}
    slower = {
        line: median(times) / max(1.0, median(small.times[line]))
        for line, times in often.items()
        if line in small.times
    }
    usual = median(slower.values()) if slower else 1.0  # what else the machine does slows all lines
    for line, times in often.items():
        before = small.times.get(line, ())
        more = len(times) / factor / max(1, len(before))
        longer = slower.get(line, 1.0) / max(1.0, usual)
        name = f"{Path(line[0]).name}, line {line[1]}"
        if more > _MORE:
            yield name, f"is executed {len(before):,} times, and {len(times):,} times for {factor:g} times as much"
        elif longer > _MORE and median(times) > 1_000 * _LEAST:
            yield name, f"takes {longer:.1f} times as long each time for {factor:g} times as much"
