"""Generator of the map shapes of `capbuild.charts`.

The source is Natural Earth (public domain), as packed in the npm package `world-atlas`.

    npm install world-atlas
    uv run python tools/charts/make_shapes.py node_modules/world-atlas

Large countries come from the map at 1:110 million, which is light; those that it leaves out, islands above all, from
the one at 1:50 million. Coordinates are degrees in hundredths, rings turn clockwise as Vega wants them.
"""

import json
import sys
from pathlib import Path

import pycountry

OUT = Path(__file__).parents[2] / "src" / "capbuild" / "charts" / "data" / "shapes.json"


def arcs_of(topology):
    """Yield every arc as points in degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((round(x * sx + tx, 2), round(y * sy + ty, 2)))
        yield points


def ring(numbers, arcs):
    points = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    kept = [p for place, p in enumerate(points) if place == 0 or p != points[place - 1]]
    return [list(p) for p in kept] if len(kept) > 3 else []


def polygons(geometry, arcs):
    parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    rings = [[made for numbers in part if (made := ring(numbers, arcs))] for part in parts]
    return [part for part in rings if part]


def shapes(path):
    topology = json.loads(path.read_text("utf-8"))
    arcs = list(arcs_of(topology))
    found = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        country = pycountry.countries.get(numeric=str(geometry.get("id", "")).zfill(3))
        if country is not None and (made := polygons(geometry, arcs)):
            found[country.alpha_2] = made
    return found


def main(folder):
    made = shapes(folder / "countries-50m.json") | shapes(folder / "countries-110m.json")
    made.pop("AQ", None)
    lines = [f"{json.dumps(code)}:{json.dumps(made[code], separators=(',', ':'))}" for code in sorted(made)]
    OUT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8", newline="\n")
    print(f"{len(made)} shapes, {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
