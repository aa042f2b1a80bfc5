"""Start-up time of `import capbuild` and its parts.

A bare interpreter and `import attrs` are measured in turn with it.

Run: uv run python benchmarks/bench_import.py
"""

import statistics
import subprocess
import sys
import time

ROUNDS = 15
CASES = (
    ("import capbuild", "pass", 1.5),
    ("from capbuild import Country", "import attrs", 1.3),
    ("from capbuild.model import *", "import attrs", 2.2),
)


def seconds(statement: str) -> float:
    """Return the wall time of a statement in fresh Python."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start


def main() -> None:
    """Print a table: statement, peer, ratio of whole processes, target."""
    print(f"{'statement':34} {'against':16} {'ratio':>6} {'target':>7}")
    for statement, peer, target in CASES:
        seconds(statement), seconds(peer)
        ratios = [seconds(statement) / seconds(peer) for _ in range(ROUNDS)]
        print(f"{statement:34} {peer:16} {statistics.median(ratios):6.2f} {target:7.1f}")


if __name__ == "__main__":
    main()
