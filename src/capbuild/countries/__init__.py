"""Countries: any spelling to the right country or an honest refusal; names, groups, codes and tile maps.

Everything is imported when it is first used, and all data comes with the package.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from capbuild.countries.column import CountryMatches, match_countries
    from capbuild.countries.grouping import group_by_id, groups, members, memberships
    from capbuild.countries.mentions import Mention, find_countries
    from capbuild.countries.names import LANGUAGES, NAMES_NOTE, country_name, sort_countries
    from capbuild.countries.other_codes import CodeList, code_lists, read_code_list
    from capbuild.countries.overrides import Overrides, as_overrides, read_overrides
    from capbuild.countries.registry import all_countries, country_by_code, numeric_code
    from capbuild.countries.resolver import Match, resolve
    from capbuild.countries.tile_maps import tiles
    from capbuild.countries.verdicts import Refusal, Tier

__all__ = [
    "LANGUAGES",
    "NAMES_NOTE",
    "CodeList",
    "CountryMatches",
    "Match",
    "Mention",
    "Overrides",
    "Refusal",
    "Tier",
    "all_countries",
    "as_overrides",
    "code_lists",
    "country_by_code",
    "country_name",
    "find_countries",
    "group_by_id",
    "groups",
    "match_countries",
    "members",
    "memberships",
    "numeric_code",
    "read_code_list",
    "read_overrides",
    "resolve",
    "sort_countries",
    "tiles",
]

_HOME = {
    "other_codes": ("CodeList", "code_lists", "read_code_list"),
    "column": ("CountryMatches", "match_countries"),
    "grouping": ("group_by_id", "groups", "members", "memberships"),
    "mentions": ("Mention", "find_countries"),
    "names": ("LANGUAGES", "NAMES_NOTE", "country_name", "sort_countries"),
    "overrides": ("Overrides", "as_overrides", "read_overrides"),
    "registry": ("all_countries", "country_by_code", "numeric_code"),
    "resolver": ("Match", "resolve"),
    "tile_maps": ("tiles",),
    "verdicts": ("Refusal", "Tier"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
