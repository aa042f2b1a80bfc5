"""Tile maps: one square for each country, so that small islands are as plain to see as large states."""

from collections.abc import Mapping
from functools import cache

from capbuild.countries.package_data import rows
from capbuild.errors import OptionError, did_you_mean
from capbuild.frozen import FrozenMap

__all__ = ["tiles"]


@cache
def _maps() -> Mapping[str, FrozenMap[str, tuple[int, int]]]:
    table: dict[str, dict[str, tuple[int, int]]] = {}
    for row in rows("tiles.csv"):
        for tile in row["tiles"].split():
            column, _, code = tile.partition(":")
            table.setdefault(row["map"], {})[code] = (int(column), int(row["row"]))
    return {name: FrozenMap(places) for name, places in table.items()}


def tiles(map: str = "americas") -> Mapping[str, tuple[int, int]]:  # noqa: A002 - the plain word
    """Return alpha-2 code -> (column, row) of a tile map, counted from the upper left; both from 0.

    Positions are drawn for this package: near to where a country lies, with nothing implied about borders.

    Raises:
        OptionError: There is no such map.

    Example:
        >>> tiles()["KN"], tiles()["MX"], len(tiles("world"))
        ((8, 3), (0, 1), 250)
    """
    maps = _maps()
    if map not in maps:
        raise OptionError(f"no tile map {map!r}{did_you_mean(map, maps)}", remedy=f"one of {', '.join(maps)}")
    return maps[map]
