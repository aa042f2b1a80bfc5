"""Resolver of country names, spellings and codes.

A text is resolved to the correct country, or refused. Spellings and aliases are in `data`, made from `tools/countries`.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from attrs import frozen

from capbuild.countries.index import drop_articles, find_typo, load_index, suggest_countries
from capbuild.countries.name_matching import adjectives, match_name, match_words
from capbuild.countries.names import country_name
from capbuild.countries.normalisation import fold_name, repair_encoding
from capbuild.countries.overrides import Overrides, as_overrides
from capbuild.countries.parts import find_contradiction, match_abbreviation, match_damaged, match_parts
from capbuild.countries.registry import WORDS, country_by_code, find_code, word_set
from capbuild.countries.reserved import AcceptedCountry, Refusal, ReservedText, Tier, Verdict
from capbuild.errors import AmbiguousCountry, UnknownCountry
from capbuild.model.country import Country

#: Patterns of code shapes.
_SHAPES = {
    "alpha-2": re.compile(r"[A-Z]{2}"),
    "alpha-3": re.compile(r"[A-Z]{3}"),
    "small": re.compile(r"[a-z]{3}"),
    "numeric": re.compile(r"[0-9]{3}"),
}
#: Alpha-2 codes used in forms for a missing answer, or for yes and no.
_NO_ANSWERS = word_set("DK MD NA NC NI NO NR SD SI SR")
#: Codes of the institutions of the European Union that differ from ISO 3166-1. They count in columns of codes.
_CODES_OF_EU = {"EL": "GR", "UK": "GB"}
#: Minimum number of distinct codes of a shape for a column of codes, and their minimum share of the texts of that
#: shape. A column of numbers must contain nothing else, since one three-digit number in four is a country code by
#: chance.
_LEAST, _SHARE = 3, 0.9

#: Code of names that sources give for many languages at once, and which are evidence for none.
_MANY_LANGUAGES = "mul"

#: Maximum length of a country's name; longer text is refused at once.
LONGEST_NAME = 200
#: Reason for refusing a text that resembles nothing known.
_UNKNOWN = "it is not a known name, code or spelling"
_SHOWN = 60
#: Maximum length of a text to check as a word of three letters with articles.
_SHORT = 12
#: Two capitals after a name in small letters are a state of the United States, `Peru IN`, not a joining word.
_STATE_BEHIND = re.compile(r"[a-z]\W+([A-Z]{2})\W*$")

#: A name with its code in brackets.
_CODED = re.compile(r"(.+?)\s*\(([A-Z]{2,3})\)")


@frozen
class CountryMatch:
    """Text resolved to a country.

    Attributes:
        country: The country.
        text: The text as given.
        tier: Tier that resolved it.
        why: The reason as text.
        by_context: Whether a programme's participants decided an ambiguity.
    """

    country: Country
    text: str
    tier: Tier
    why: str
    by_context: bool = False


def resolve(
    text: object,
    *,
    language: str | None = None,
    context: Collection[Country | str] | None = None,
    overrides: Overrides | Mapping[str, str | None] | None = None,
    accept_typos: bool = False,
    column: Collection[str] | None = None,
) -> CountryMatch:
    """Return the country of a text, with the matching tier.

    Args:
        text: A name in any language, an official name, or a code of letters as ISO 3166-1 writes it.
        language: Language of the text; decides spellings with another meaning in other languages.
        context: Likely countries, such as a programme's participants; may decide an ambiguity, as the match states.
        overrides: Manual decisions, checked first.
        accept_typos: Whether to accept a single name within a strict edit distance; otherwise it is only suggested.
        column: The texts of its column, if it is a cell: two capitals or a number are a code in a column of codes, and
            may be anything among names.

    Raises:
        AmbiguousCountry: The text names several countries, or may mean something else; `candidates` has the codes.
        UnknownCountry: It names none; `candidates` has suggestions, successors or its state.

    Example:
        >>> resolve("Curazao").country, resolve("República de Corea").tier.value
        (Country('CW', 'Curaçao'), 'name')
        >>> resolve("Saint Martin", context=["SX", "JM"]).by_context
        True
        >>> resolve("NR").country, resolve("028", column=["028", "040", "052"]).country
        (Country('NR', 'Nauru'), Country('AG', 'Antigua and Barbuda'))
    """
    likely, settled = alpha_2_codes(context), as_overrides(overrides)
    cells = None if column is None else frozenset(column)
    outcome = try_resolve(text, language, likely, settled, accept_typos, column=cells)
    if isinstance(outcome, Refusal):
        raise _make_error(outcome)
    return outcome


def is_country_name(text: str) -> bool:
    """True if a text names one or several countries.

    This is faster than `resolve`, which also searches similar names.

    Args:
        text: A name in any language, an official name, or a code as ISO 3166-1 writes it.

    Example:
        >>> is_country_name("Curazao"), is_country_name("Saint Martin"), is_country_name("Jamaika Street")
        (True, True, False)
    """
    if len(text) > LONGEST_NAME:
        return False
    verdict = _run_tiers(text, None)
    return isinstance(verdict, AcceptedCountry) or (
        isinstance(verdict, ReservedText) and verdict.is_ambiguous and len(verdict.candidates) > 1
    )


def alpha_2_codes(countries: Collection[Country | str] | None) -> frozenset[str]:
    """Return the alpha-2 codes of countries or codes.

    Raises:
        UnknownCountry: A code is not one of ISO 3166-1.
    """
    return frozenset(c.alpha_2 if isinstance(c, Country) else country_by_code(c).alpha_2 for c in countries or ())


def try_resolve(
    value: object,
    language: str | None,
    context: frozenset[str],
    overrides: Overrides,
    accept_typos: bool,
    *,
    column: frozenset[str] | None = None,
) -> CountryMatch | Refusal:
    """Return the match of a text, or a refusal."""
    if not isinstance(value, str):
        return Refusal(value, False, "a country is named by text")
    if len(value) > LONGEST_NAME:
        return Refusal(value, False, f"it is longer than any name ({len(value):,} characters)")
    if overrides.codes and value in overrides:
        code = overrides.get(value)
        if code is None:
            return Refusal(value, False, "by an override it is not a country")
        return CountryMatch(country_by_code(code), value, Tier.OVERRIDE, "an override resolves it")
    verdict = _run_tiers(value, language, column)
    if column and not language and not isinstance(verdict, AcceptedCountry):
        language = _find_column_language(fold_name(value), verdict, column)
        verdict = _run_tiers(value, language, column) if language else verdict
    if isinstance(verdict, ReservedText) and language:
        verdict = _match_by_language(verdict, language)
    if (
        isinstance(verdict, AcceptedCountry)
        and column
        and context
        and verdict.code not in context
        and value in _NO_ANSWERS
    ):
        return Refusal(value, False, "it may mean no answer, and the context does not contain it", (verdict.code,))
    if isinstance(verdict, AcceptedCountry):
        return CountryMatch(country_by_code(verdict.code), value, verdict.tier, verdict.why)
    if isinstance(verdict, ReservedText):
        return _match_by_context(value, verdict, context, column or frozenset())
    return _match_typo(value, context, accept_typos=accept_typos)


def _run_tiers(text: str, language: str | None, column: frozenset[str] | None = None) -> Verdict:
    """Try the tiers in order; the first decision counts."""
    text = text.strip()
    code = _match_code(text, column)
    if isinstance(code, AcceptedCountry):
        return code
    folded = fold_name(text)
    if not folded:
        return ReservedText("none", (), "it has no letters")
    word = drop_articles(folded) if len(folded) <= _SHORT else ""
    if word in WORDS and word in text.lower() and word.upper() not in text:
        return ReservedText("none", (), "in small letters it is a word; codes and acronyms are in capitals")
    verdict = match_name(folded, language)
    if verdict is not None and not (code and isinstance(verdict, ReservedText)):
        return verdict
    if code is not None:
        return code
    repaired = repair_encoding(text)
    return _run_tiers(repaired, language, column) if repaired != text else _match_structure(text, folded, language)


def _match_structure(text: str, folded: str, language: str | None) -> Verdict:
    """Try the tiers that split a text."""
    if (coded := _match_name_and_code(text, language)) is not None:
        return coded
    if (divided := find_contradiction(text)) is not None:
        return divided
    state = _STATE_BEHIND.search(text)
    if state and not drop_articles(state[1].lower()):
        return match_parts(text, language)
    return match_words(folded) or match_parts(text, language) or match_abbreviation(text) or match_damaged(text)


def _match_name_and_code(text: str, language: str | None) -> AcceptedCountry | None:
    """Resolve a name followed by its code in brackets.

    The name may itself contain commas, hyphens or brackets.

    Example:
        >>> _match_name_and_code("Cocos (Keeling) Islands (CCK)", None).code, _match_name_and_code("Lima (PER)", None)
        ('CC', None)
    """
    match = _CODED.fullmatch(text)
    code = find_code(match[2]) if match else None
    if match is None or code is None:
        return None
    name = match_name(fold_name(match[1]), language)
    if isinstance(name, AcceptedCountry):
        return name if name.code == code else None
    named = name is not None and name.is_ambiguous and code in name.candidates
    return AcceptedCountry(code, Tier.NAME, "the code behind the name settles it") if named else None


def _match_by_language(reserved: ReservedText, language: str) -> AcceptedCountry | ReservedText:
    """Resolve a shared name by the language of the text."""
    code = reserved.spoken.get(language.split("-", maxsplit=1)[0])
    return (
        reserved if code is None else AcceptedCountry(code, Tier.NAME, f"in {language} it is the name of this country")
    )


def _find_column_language(folded: str, verdict: Verdict, column: frozenset[str]) -> str | None:
    """Return the language of a column with an ambiguous name.

    In that language the column has other names, and more than in English. The result is None if there is no such
    language.

    Example:
        >>> [_find_column_language("island", match_name("island"), frozenset(["Island", one, "Peru"]))
        ...  for one in ("Deutschland", "Germany")]
        ['de', None]
    """
    spoken = verdict.spoken if isinstance(verdict, ReservedText) else {}
    claims = {language: {code} for language, code in spoken.items()}
    for code, languages in load_index().disputed.get(folded, {}).items():
        for language in languages:
            if language != _MANY_LANGUAGES:
                claims.setdefault(language, set()).add(code)
    counts = _count_languages(column, frozenset(claims)) if claims else Counter[str]()
    most = max(counts.values(), default=0)
    frequent = [language for language in sorted(claims) if counts[language] == most > counts["en"]]
    return frequent[0] if frequent and len(set.union(*(claims[language] for language in frequent))) == 1 else None


@lru_cache(maxsize=32)
def _count_languages(column: frozenset[str], languages: frozenset[str]) -> Counter[str]:
    """Count the column's names in English and given languages."""
    counts: Counter[str] = Counter()
    for text in column:
        verdict = _run_tiers(text, None, column)
        if isinstance(verdict, AcceptedCountry):
            names = ((tag, country_name(verdict.code, tag)) for tag in {*languages, "en"})
            counts.update(tag for tag, name in names if fold_name(name) == fold_name(text))
    return counts


def _match_by_context(
    text: str, reserved: ReservedText, context: frozenset[str], column: frozenset[str]
) -> CountryMatch | Refusal:
    """Resolve an ambiguous text to the only likely country.

    The text is refused if another cell of the column names that country unambiguously.
    """
    may_choose = reserved.kind == "ambiguous"
    likely = [code for code in reserved.candidates if code in context] if may_choose else []
    if len(likely) != 1:
        contradicts = reserved.kind == "contradiction"
        return Refusal(text, reserved.is_ambiguous, reserved.reason, reserved.candidates, contradicts)
    plain = next((other for other in sorted(column - {text}) if _is_plain_name(other, likely[0], column)), None)
    if plain is not None:
        why = f"{reserved.reason}; {plain!r} in the same column is {likely[0]}"
        return Refusal(text, True, why, reserved.candidates)
    others = " or ".join(code for code in reserved.candidates if code != likely[0])
    why = f"{reserved.why}; the context contains {likely[0]}{others and f' and not {others}'}"
    return CountryMatch(country_by_code(likely[0]), text, Tier.NAME, why, by_context=True)


def _is_plain_name(text: str, code: str, column: frozenset[str]) -> bool:
    verdict = _run_tiers(text, None, column)
    return isinstance(verdict, AcceptedCountry) and verdict.code == code


def _match_typo(text: str, context: frozenset[str], *, accept_typos: bool) -> CountryMatch | Refusal:
    folded = fold_name(repair_encoding(text))
    typo = find_typo(folded) if accept_typos else None
    if typo is not None:
        code, distance = typo
        return CountryMatch(
            country_by_code(code), text, Tier.EDIT_DISTANCE, f"{distance} letters from a name of the country"
        )
    if folded in adjectives():
        return Refusal(text, False, "it names people or a language, not a country", (adjectives()[folded],))
    return Refusal(text, False, _UNKNOWN, suggest_countries(folded, context))


def _make_error(refusal: Refusal) -> AmbiguousCountry | UnknownCountry:
    text, codes = _describe_value(refusal.value), refusal.candidates
    listed = ", ".join(f"{code} {country_by_code(code).name}" for code in codes)
    kind, what = (
        (AmbiguousCountry, "does not name one country")
        if refusal.is_ambiguous
        else (UnknownCountry, "names no country")
    )
    named = "" if not codes else f" ({listed})" if refusal.is_ambiguous else f"; nearest: {listed}"
    remedy = (
        _make_remedy(text, codes)
        if isinstance(refusal.value, str)
        else "give the name or the code of a country as text"
    )
    code = "CB404" if refusal.is_contradiction else None
    return kind(f"{text} {what}: {refusal.why}{named}", text=refusal.value, candidates=codes, code=code, remedy=remedy)


def _make_remedy(text: str, codes: Sequence[str]) -> str:
    """Return a remedy: correct the text, or add an override."""
    settle = " or ".join(f"{text} = {code!r}" for code in codes[:2] or ("CODE",))
    return (
        f"correct it, or write the two-letter code; to resolve the spelling once: {settle} under [spellings] in "
        "programme.toml, or in overrides"
    )


def _describe_value(value: object) -> str:
    """Return a short description of the value; never raises."""
    if isinstance(value, str):
        return repr(value) if len(value) <= _SHOWN else f"{value[:_SHOWN]!r}..."
    return repr(value) if isinstance(value, int | float | None) else f"a value of type {type(value).__name__}"


def _match_code(text: str, column: frozenset[str] | None = None) -> Verdict:
    """Resolve a text that is a code.

    A code has capitals, is an alpha-3 code in lower case, or is a number in a column of such numbers. Two capitals are
    a code if they stand alone, or if their column has such codes or also names the country; otherwise they are refused.

    Args:
        text: The text, without spaces around it.
        column: All texts of its column, if any.

    Example:
        >>> _match_code("AG").code, _match_code("tto").code, _match_code("and"), _match_code("Tto")
        ('AG', 'TT', None, None)
        >>> _match_code("028").candidates, _match_code("NR", frozenset(["Fiji", "NR"])).candidates
        (('AG',), ('NR',))
        >>> _match_code("FJ", frozenset(["Fiji", "FJ"])).code, _match_code("FJ", frozenset(["Tonga", "FJ"])).kind
        ('FJ', 'ambiguous')
    """
    if not 1 < len(text) < 4:
        return None
    shape = next((name for name, pattern in _SHAPES.items() if pattern.fullmatch(text)), None)
    code = find_code(text.upper()) if shape else None
    if code is None and text not in _CODES_OF_EU:
        return None
    trusted = _find_column_codes(column) if column is not None else frozenset(("alpha-2",))
    if code is None:
        other = _CODES_OF_EU[text] if column is not None and shape in trusted else None
        return AcceptedCountry(other, Tier.CODE, "the text is a code of the European Union") if other else None
    if shape == "alpha-3" or shape in trusted or text in trusted or (shape == "small" and text not in WORDS):
        return AcceptedCountry(code, Tier.CODE, "the text is a code of ISO 3166-1")
    if shape == "numeric":
        return ReservedText("none", (code,), "a number may come from any list of codes, or be a count")
    if shape == "small":
        return None
    if text in _NO_ANSWERS:
        return ReservedText("none", (code,), "among names of countries it may mean no answer")
    return ReservedText(
        "ambiguous", (code,), "two letters among names of countries may mean something else than a code"
    )


@lru_cache(maxsize=8)
def _find_column_codes(column: frozenset[str]) -> frozenset[str]:
    """Return the code shapes and alpha-2 codes in a column."""
    texts = {text.strip() for text in column} - {""}
    shaped = {text: name for text in texts for name, pattern in _SHAPES.items() if pattern.fullmatch(text)}
    codes = {text for text in shaped if find_code(text.upper()) or text in _CODES_OF_EU}
    alpha_2 = Counter(shaped[text] for text in shaped.keys() - _NO_ANSWERS)
    right = Counter(shaped[text] for text in codes - _NO_ANSWERS)
    kinds = {name for name, count in right.items() if count >= max(_LEAST, _SHARE * alpha_2[name])}
    if texts != codes:
        kinds.discard("numeric")
        names = load_index().names
        kinds.update(filter(None, (names.get(fold_name(text)) for text in texts - codes)))
        kinds -= _NO_ANSWERS
    elif right["alpha-2"]:
        kinds.add("alpha-2")
    return frozenset(kinds)
