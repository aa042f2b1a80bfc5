"""Tile maps with one square per country."""

from collections.abc import Mapping
from functools import cache

from capbuild.countries.package_data import read_rows
from capbuild.errors import OptionError, did_you_mean
from capbuild.frozen import FrozenMap


@cache
def _load_maps() -> Mapping[str, FrozenMap[str, tuple[int, int]]]:
    table: dict[str, dict[str, tuple[int, int]]] = {}
    for row in read_rows("tiles.csv"):
        for tile in row["tiles"].split():
            column, _, code = tile.partition(":")
            table.setdefault(row["map"], {})[code] = (int(column), int(row["row"]))
    return {name: FrozenMap(places) for name, places in table.items()}


def tiles(map: str = "americas") -> Mapping[str, tuple[int, int]]:  # noqa: A002 - the plain word
    """Return (column, row) by alpha-2 code, from the upper left.

    Positions were made for this package: near a country's location, implying nothing about borders.

    Raises:
        OptionError: There is no such map.

    Example:
        >>> tiles()["KN"], tiles()["MX"], len(tiles("world"))
        ((8, 3), (0, 1), 250)
    """
    maps = _load_maps()
    if map not in maps:
        raise OptionError(f"no tile map {map!r}{did_you_mean(map, maps)}", remedy=f"one of {', '.join(maps)}")
    return maps[map]
