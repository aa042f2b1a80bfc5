"""Names of `capbuild.countries`, for type checkers. Written by: uv run python -m tools.public_api"""

from capbuild.countries.column import match_countries
from capbuild.countries.group_membership import groups, members, memberships
from capbuild.countries.mentions import find_countries
from capbuild.countries.names import NAMES_NOTE, country_name, sort_countries
from capbuild.countries.overrides import CodeList, code_lists, read_code_list, read_overrides
from capbuild.countries.registry import all_countries, country_by_code, tiles
from capbuild.countries.resolver import CountryMatch, resolve

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
