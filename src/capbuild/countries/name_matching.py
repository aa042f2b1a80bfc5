"""Exact names, official forms, and words in another order."""

from collections.abc import Mapping
from functools import cache

from capbuild.countries.index import (
    LIGHT_FORMS,
    TERRITORY_FORMS,
    concept_key,
    load_index,
    split_form,
    squeezed_names,
    to_concepts,
)
from capbuild.countries.normalisation import fold_name, remove_spaces
from capbuild.countries.registry import country_by_code, read_rows
from capbuild.countries.reserved import AcceptedCountry, ReservedText, Tier, Verdict, reserved_keys, reserved_texts
from capbuild.model.country import CountryKind

#: Names similar to another country's, which only accept their own official forms.
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
#: Forms with an adjective: "Tunisian Republic", "Reino Hachemita".
_GOVERNMENTS = frozenset(["republic", "kingdom", "state", "confederation", "federation"])
_NAME = "the text is a name of the country"


def match_name(folded: str, language: str | None = None) -> Verdict:
    """Resolve a known name, with or without its spaces.

    Example:
        >>> match_name("curazao").code, match_name("southafrica").code, match_name("korea").candidates
        ('CW', 'ZA', ('KR', 'KP'))
    """
    reserved = reserved_texts().get(folded)
    if reserved is not None:
        return reserved
    index = load_index()
    code = index.names.get(folded)
    if code is not None:
        return AcceptedCountry(code, Tier.NAME, _NAME)
    verdict = _match_disputed(index.disputed.get(folded, {}), language)
    if verdict is not None:
        return verdict
    # A name followed by a word is not a name without spaces: `Niger IA` is a place in Iowa.
    name = squeezed_names().get(remove_spaces(folded))
    if name is None or (name.count(" ") < folded.count(" ") and name.rsplit(" ", 1)[1] != folded.rsplit(" ", 1)[1]):
        return None
    return AcceptedCountry(index.common[name], Tier.NAME, f"{_NAME}, but for its spaces")


def _match_disputed(claims: Mapping[str, tuple[str, ...]], language: str | None) -> Verdict:
    """Resolve a spelling that means different countries in different languages."""
    base = language.split("-")[0] if language else None
    matching = [code for code, languages in claims.items() if base in languages]
    if len(claims) == 1 and not matching:
        return None
    if len(matching) == 1:
        return AcceptedCountry(matching[0], Tier.NAME, f"in {base} the text is a name of this country")
    return (
        ReservedText("ambiguous", tuple(claims), "languages give this name to different countries") if claims else None
    )


def match_words(folded: str) -> Verdict:
    """Resolve by words: official forms, abbreviations, inversion, articles.

    Example:
        >>> match_words("kazakhstan republic of").code, match_words("islas turks y caicos").code
        ('KZ', 'TC')
        >>> match_words("republic of dominica").candidates
        ('DO', 'DM')
    """
    words = to_concepts(folded)
    if not words or len(words) > 12:
        return None
    form, core = split_form(words)
    key = concept_key(words)
    verdict = _match_key(key)
    if isinstance(verdict, str):
        if form:
            return AcceptedCountry(verdict, Tier.FORM, f"the words {key!r} make a name with an official form")
        return AcceptedCountry(verdict, Tier.TOKENS, f"the words {key!r}, in any order, make a name of the country")
    if verdict is not None or not form or not core:
        return verdict
    return _match_form(form, core)


def _match_key(key: str) -> str | ReservedText | None:
    reserved = reserved_keys().get(key)
    if reserved is not None:
        return reserved
    index = load_index()
    return index.keys.get(key) or (None if " " in key else index.names.get(key))


def _match_form(form: frozenset[str], core: tuple[str, ...]) -> Verdict:
    if "islands" in form and isinstance(verdict := _match_key(concept_key((*core, "islands"))), str):
        core, form = (*core, "islands"), form - {"islands"}
    core_key = concept_key(core)
    verdict = _match_key(core_key) or (adjectives().get(core_key) if form & _GOVERNMENTS else None)
    if not isinstance(verdict, str):
        return verdict
    own = _index_official_forms().get(verdict, frozenset())
    if core_key in _RIVALS and not form <= own:
        form_words = " ".join(sorted(form))
        return ReservedText(
            "ambiguous", _RIVALS[core_key], f"{core_key!r} does not go with {form_words!r} in any official name"
        )
    if country_by_code(verdict).kind is CountryKind.TERRITORY:
        own |= TERRITORY_FORMS
    if form <= LIGHT_FORMS | own:
        return AcceptedCountry(
            verdict, Tier.FORM, f"an official form ({' '.join(sorted(form))}) of the name {core_key!r}"
        )
    return None


@cache
def adjectives() -> Mapping[str, str]:
    """Return alpha-2 codes by folded adjective, in five languages."""
    return {
        fold_name(word): row["alpha_2"] for row in read_rows("adjectives.csv") for word in row["adjectives"].split()
    }


@cache
def _index_official_forms() -> Mapping[str, frozenset[str]]:
    """Return words of official forms by alpha-2 code."""
    table: dict[str, frozenset[str]] = {}
    for row in read_rows("names.csv"):
        form, _ = split_form(to_concepts(fold_name(row["official"])))
        table[row["alpha_2"]] = table.get(row["alpha_2"], frozenset()) | form
    return table
