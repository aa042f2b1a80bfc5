"""Country resolution, names, groups, codes and tile maps.

Everything is imported on first use, and all data comes with the package.
"""

from capbuild._lazy import lazy_exports

__all__ = [
    "NAMES_NOTE",
    "CodeList",
    "CountryMatch",
    "all_countries",
    "code_lists",
    "country_by_code",
    "country_name",
    "find_countries",
    "groups",
    "match_countries",
    "members",
    "memberships",
    "read_code_list",
    "read_overrides",
    "resolve",
    "sort_countries",
    "tiles",
]

_NAMES = {
    "column": "match_countries",
    "group_membership": "groups members memberships",
    "mentions": "find_countries",
    "names": "NAMES_NOTE country_name sort_countries",
    "overrides": "CodeList code_lists read_code_list read_overrides",
    "registry": "all_countries country_by_code tiles",
    "resolver": "CountryMatch resolve",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
