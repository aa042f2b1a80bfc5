"""First paint of the explorer in Chromium.

It is beside that of the regional report, with 200 countries and 300 indicators.

    uv run --group browser python benchmarks/bench_explorer.py [countries] [indicators]

Everything is invented and made on the spot. Each page is opened in turn in a fresh context, the best of the rounds
counts. Painted: the browser's own `first-contentful-paint`. Loaded: all that the page shows at first is drawn.
"""

import sys
import tempfile
import time
from pathlib import Path

from made_rounds import make_round
from playwright.sync_api import Browser, sync_playwright

import capbuild as cb

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.browser import FLAGS, chromium

ROUNDS = 5


def measure(driver: Browser, page: Path) -> tuple[float, float]:
    """Return seconds to first paint and full load."""
    context = driver.new_context(viewport={"width": 1280, "height": 900})
    shown = context.new_page()
    shown.goto(page.as_uri(), wait_until="load")
    shown.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    painted = shown.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    loaded = shown.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    context.close()
    return painted / 1000, loaded / 1000


def main() -> None:
    """Print a table."""
    countries, indicators = (int(given) for given in [*sys.argv[1:3], "200", "300"][:2])
    subject = make_round(countries, indicators)
    print("| page | made in CPU s | MB | painted s | loaded s |\n| --- | --- | --- | --- | --- |")
    found = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        driver = play.chromium.launch(executable_path=chromium(), args=[*FLAGS])
        for kind in ("explorer", "regional"):
            start = time.process_time()
            (path,) = cb.write(subject, Path(folder) / f"{kind}.html", kind=kind)
            found[kind] = (path, time.process_time() - start, [])
        for _ in range(ROUNDS):
            for path, _, times in found.values():
                times.append(measure(driver, path))
        best = {kind: [min(one) for one in zip(*times, strict=True)] for kind, (_, _, times) in found.items()}
        for kind, (path, took, _) in found.items():
            figures = " | ".join(f"{one:.2f}" for one in best[kind])
            print(f"| {kind} | {took:.1f} | {path.stat().st_size / 1e6:.1f} | {figures} |")
        ratios = [own / other for own, other in zip(best["explorer"], best["regional"], strict=True)]
        print(f"| ratio | | | {ratios[0]:.2f} | {ratios[1]:.2f} |")
        driver.close()


if __name__ == "__main__":
    main()
