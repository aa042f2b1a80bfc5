"""Resolve by wording alone: exact names, official forms, the same words in another order."""

from collections.abc import Mapping
from functools import cache

from capbuild.countries.index import load_index, squeezed_names
from capbuild.countries.normalisation import fold, squeeze
from capbuild.countries.package_data import rows
from capbuild.countries.registry import country_by_code
from capbuild.countries.reserved import Reserved, reserved_keys, reserved_texts
from capbuild.countries.tokens import LIGHT_FORMS, TERRITORY_FORMS, concepts, key_of, split_form
from capbuild.countries.verdicts import Accepted, Tier, Verdict
from capbuild.model.country import CountryKind

__all__ = ["by_name", "by_words"]

#: Names that differ from another country's by little: they take no official form but their own.
_RIVALS: Mapping[str, tuple[str, ...]] = {
    "dominica": ("DM", "DO"),
    "niger": ("NE", "NG"),
    "nigeria": ("NG", "NE"),
    "guinea": ("GN", "GW", "GQ", "PG"),
    "samoa": ("WS", "AS"),
    "sudan": ("SD", "SS"),
    "ireland": ("IE", "GB"),
    "china": ("CN", "TW"),
    "micronesia": ("FM",),
    "georgia": ("GE", "US"),
    "gambia": ("GM", "ZM"),
    "zambia": ("ZM", "GM"),
}
#: Forms that take an adjective: "Tunisian Republic", "Reino Hachemita".
_GOVERNMENTS = frozenset(["republic", "kingdom", "state", "confederation", "federation"])
_NAME = "the text is a name of the country"


def by_name(folded: str, language: str | None = None) -> Verdict:
    """Resolve a folded text that is, letter for letter, a known name; spaces left out are forgiven.

    Example:
        >>> by_name("curazao").code, by_name("southafrica").code, by_name("korea").candidates
        ('CW', 'ZA', ('KR', 'KP'))
    """
    reserved = reserved_texts().get(folded)
    if reserved is not None:
        return reserved
    index = load_index()
    code = index.names.get(folded)
    if code is not None:
        return Accepted(code, Tier.NAME, _NAME)
    verdict = _of_disputed(index.disputed.get(folded, {}), language)
    if verdict is not None:
        return verdict
    # A word behind a name is none that was taken apart: `Niger IA` is a place in Iowa.
    name = squeezed_names().get(squeeze(folded))
    if name is None or (name.count(" ") < folded.count(" ") and name.rsplit(" ", 1)[1] != folded.rsplit(" ", 1)[1]):
        return None
    return Accepted(index.common[name], Tier.NAME, f"{_NAME}, but for its spaces")


def _of_disputed(claims: Mapping[str, tuple[str, ...]], language: str | None) -> Verdict:
    """Choose by language where languages give one spelling to different countries, or it is a word in others."""
    base = language.split("-")[0] if language else None
    spoken = [code for code, languages in claims.items() if base in languages]
    if len(claims) == 1 and not spoken:
        return None
    if len(spoken) == 1:
        return Accepted(spoken[0], Tier.NAME, f"in {base} the text is a name of this country")
    return Reserved("ambiguous", tuple(claims), "languages give this name to different countries") if claims else None


def by_words(folded: str) -> Verdict:
    """Resolve by the words of a text: official forms, abbreviations, inverted order, articles.

    Example:
        >>> by_words("kazakhstan republic of").code, by_words("islas turks y caicos").code
        ('KZ', 'TC')
        >>> by_words("republic of dominica").candidates
        ('DO', 'DM')
    """
    words = concepts(folded)
    if not words or len(words) > 12:
        return None
    form, core = split_form(words)
    key = key_of(words)
    verdict = _of_key(key)
    if isinstance(verdict, str):
        if form:
            return Accepted(verdict, Tier.FORM, f"the words {key!r} make a name with an official form")
        return Accepted(verdict, Tier.TOKENS, f"the words {key!r}, in any order, make a name of the country")
    if verdict is not None or not form or not core:
        return verdict
    return _of_form(form, core)


def _of_key(key: str) -> str | Reserved | None:
    reserved = reserved_keys().get(key)
    if reserved is not None:
        return reserved
    index = load_index()
    return index.keys.get(key) or (None if " " in key else index.names.get(key))


def _of_form(form: frozenset[str], core: tuple[str, ...]) -> Verdict:
    if "islands" in form and isinstance(verdict := _of_key(key_of((*core, "islands"))), str):
        core, form = (*core, "islands"), form - {"islands"}
    core_key = key_of(core)
    verdict = _of_key(core_key) or (adjectives().get(core_key) if form & _GOVERNMENTS else None)
    if not isinstance(verdict, str):
        return verdict
    own = _forms_of().get(verdict, frozenset())
    if core_key in _RIVALS and not form <= own:
        said = " ".join(sorted(form))
        return Reserved("ambiguous", _RIVALS[core_key], f"{core_key!r} does not go with {said!r} in any official name")
    if country_by_code(verdict).kind is CountryKind.TERRITORY:
        own |= TERRITORY_FORMS
    if form <= LIGHT_FORMS | own:
        return Accepted(verdict, Tier.FORM, f"an official form ({' '.join(sorted(form))}) of the name {core_key!r}")
    return None


@cache
def adjectives() -> Mapping[str, str]:
    """Return folded adjective of a country, in five languages -> alpha-2 code."""
    return {fold(word): row["alpha_2"] for row in rows("adjectives.csv") for word in row["adjectives"].split()}


@cache
def _forms_of() -> Mapping[str, frozenset[str]]:
    """Return alpha-2 code -> words of official forms that its names have."""
    table: dict[str, frozenset[str]] = {}
    for row in rows("names.csv"):
        form, _ = split_form(concepts(fold(row["official"])))
        table[row["alpha_2"]] = table.get(row["alpha_2"], frozenset()) | form
    return table
