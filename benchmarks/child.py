"""Measured run in its own process."""

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from attrs import frozen

HERE = Path(__file__).parent


@frozen
class Run:
    """Time and memory of one run.

    Attributes:
        cpu: Seconds of processor time, those of child processes included.
        wall: Seconds by the clock.
        peak: Largest resident memory of the process or of a child, in MB.
    """

    cpu: float
    wall: float
    peak: float


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _peak() -> float:
    """Return the peak memory of process or child in MB.

    What the system counts for a process begins with that of the one it came from, so its own file is asked first.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        own = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return max(own, children) / 1024


def measured(module: str, name: str, *arguments: str, imports: Sequence[str] = ()) -> Run:
    """Run a function of a module in its own process.

    Args:
        module: Name of the module, beside this one.
        name: Name of the function; it is called with the arguments.
        arguments: Texts it is called with.
        imports: Modules that are imported before the clock starts.
    """
    command = [sys.executable, "-W", "ignore", __file__, module, name, ",".join(imports), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{module}.{name}: {done.stderr.strip()[-2000:]}")
    cpu, wall, peak = done.stdout.split()[-3:]
    return Run(float(cpu), float(wall), float(peak))


def main(module: str, name: str, imports: str, *arguments: str) -> None:
    sys.path.insert(0, str(HERE))
    for one in filter(None, imports.split(",")):
        import_module(one)
    work: Callable[..., object] = getattr(import_module(module), name)
    cpu, wall = _cpu(), time.perf_counter()
    kept = work(*arguments)
    cpu, wall = _cpu() - cpu, time.perf_counter() - wall
    peak = _peak()
    del kept
    sys.stdout.write(f"{cpu:.4f} {wall:.4f} {peak:.0f}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
