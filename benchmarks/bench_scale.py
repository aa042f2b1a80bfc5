"""Growth of processor time with the size of a survey and of a programme.

    uv run python benchmarks/bench_scale.py

Everything is invented and made on the spot. Each step is measured at three sizes, each twice the one before; the
exponent compares the largest with the smallest: 1 is proportional. It is processor time, which a busy machine changes
little.
"""

import math
import time
from collections.abc import Callable

from made_rounds import make_round

import capbuild as cb
from capbuild.countries import all_countries

COUNTRIES = 50
INDICATORS = (100, 200, 400)
ROWS = (2_000, 4_000, 8_000)


def make_survey(rows: int) -> bytes:
    """Return a survey of 20 questions as CSV."""
    names = [place.name for place in all_countries()[:COUNTRIES]]
    lines = [",".join(["country", *(f"Q{n}" for n in range(20))])]
    for row in range(rows):
        cells = (("yes", "no", "3", "a text, with a comma")[(row * 7 + n * 5) % 4] for n in range(20))
        lines.append(",".join(f'"{cell}"' for cell in [names[row % COUNTRIES], *cells]))
    return "\n".join(lines).encode()


def measure(make: Callable[[], object]) -> tuple[float, object]:
    """Return seconds of processor, and what is made."""
    start = time.process_time()
    made = make()
    return time.process_time() - start, made


def main() -> None:
    """Print a table."""
    took: dict[str, list[float]] = {"read": [], "assess": [], "regional page": [], "explorer page": []}
    cb.read(make_survey(10), name="a.csv")  # what is loaded once is not measured
    cb.render(make_round(5, 10), "html", kind="explorer")
    cb.render(make_round(5, 10), "html")
    for rows in ROWS:
        data = make_survey(rows)
        took["read"].append(measure(lambda data=data: cb.read(data, name="a.csv"))[0])
    for indicators in INDICATORS:
        seconds, made = measure(lambda size=indicators: make_round(COUNTRIES, size))
        took["assess"].append(seconds)
        took["regional page"].append(measure(lambda made=made: cb.render(made, "html"))[0])
        took["explorer page"].append(measure(lambda made=made: cb.render(made, "html", kind="explorer"))[0])
    print("| step | sizes | CPU s | exponent |\n| --- | --- | --- | ---: |")
    for step, seconds in took.items():
        sizes, unit = (ROWS, "rows") if step == "read" else (INDICATORS, "indicators")
        exponent = math.log(seconds[-1] / seconds[0], sizes[-1] / sizes[0])
        shown = " – ".join(f"{one:.2f}" for one in seconds)
        print(f"| {step} | {' – '.join(f'{one:,}' for one in sizes)} {unit} | {shown} | {exponent:.2f} |")


if __name__ == "__main__":
    main()
