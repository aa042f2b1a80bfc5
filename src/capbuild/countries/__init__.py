"""Country resolution, names, groups, codes and tile maps.

Everything is imported when it is first used, and all data comes with the package.
"""

from capbuild._lazy import lazy_exports

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.countries.column import CountryMatches, match_countries
    from capbuild.countries.group_membership import group_by_id, groups, members, memberships
    from capbuild.countries.mentions import Mention, find_countries
    from capbuild.countries.names import LANGUAGES, NAMES_NOTE, country_name, sort_countries
    from capbuild.countries.other_codes import CodeList, code_lists, read_code_list
    from capbuild.countries.overrides import Overrides, as_overrides, read_overrides
    from capbuild.countries.registry import all_countries, country_by_code, numeric_code
    from capbuild.countries.resolver import CountryMatch, is_country_name, resolve
    from capbuild.countries.tile_maps import tiles
    from capbuild.countries.verdicts import Refusal, Tier

__all__ = [
    "LANGUAGES",
    "NAMES_NOTE",
    "CodeList",
    "CountryMatch",
    "CountryMatches",
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
    "is_country_name",
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

_NAMES = {
    "column": "CountryMatches match_countries",
    "group_membership": "group_by_id groups members memberships",
    "mentions": "Mention find_countries",
    "names": "LANGUAGES NAMES_NOTE country_name sort_countries",
    "other_codes": "CodeList code_lists read_code_list",
    "overrides": "Overrides as_overrides read_overrides",
    "registry": "all_countries country_by_code numeric_code",
    "resolver": "CountryMatch is_country_name resolve",
    "tile_maps": "tiles",
    "verdicts": "Refusal Tier",
}

__getattr__, __dir__ = lazy_exports(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
