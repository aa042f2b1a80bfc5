"""Resolve any spelling to the right country, or refuse with a reason: never a guess."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from attrs import frozen

from capbuild.countries.damaged_names import by_abbreviation, by_damaged
from capbuild.countries.index import load_index
from capbuild.countries.name_matching import adjectives, by_name, by_words
from capbuild.countries.normalisation import fold, repair_encoding
from capbuild.countries.overrides import Overrides, as_overrides
from capbuild.countries.package_data import word_set
from capbuild.countries.parts import by_parts, contradiction
from capbuild.countries.registry import WORDS, country_by_code, find_code
from capbuild.countries.reserved import Reserved
from capbuild.countries.suggestions import likely_typo, suggest
from capbuild.countries.tokens import bare
from capbuild.countries.verdicts import Accepted, Refusal, Tier, Verdict
from capbuild.errors import AmbiguousCountry, UnknownCountry
from capbuild.model.country import Country

__all__ = ["Match", "codes_of", "decide", "is_country_name", "resolve"]

#: Shapes of codes, by what they look like.
_SHAPES = {
    "alpha-2": re.compile(r"[A-Z]{2}"),
    "alpha-3": re.compile(r"[A-Z]{3}"),
    "small": re.compile(r"[a-z]{3}"),
    "numeric": re.compile(r"[0-9]{3}"),
}
#: Alpha-2 codes that forms use for a missing answer, or for yes and no.
_NO_ANSWERS = word_set("DK MD NA NC NI NO NR SD SI SR")
#: Distinct codes of a shape from which a column is held to contain such codes, and their share of the texts of that
#: shape. Numbers must be all that the column holds: one of three digits in four is a code of a country by chance.
_LEAST, _SHARE = 3, 0.9

#: No name of a country is longer; longer text is refused before any work is done on it.
LONGEST_NAME = 200
#: Why a text is refused that is like nothing on record.
_UNKNOWN = "it is no name, code or spelling that is known"
_SHOWN = 60
#: Longest text that is looked at as a word of three letters with articles.
_SHORT = 12
#: Two capitals behind a name in small letters are a state of the United States, `Peru IN`, and no joining word.
_STATE_BEHIND = re.compile(r"[a-z]\W+([A-Z]{2})\W*$")


@frozen
class Match:
    """A text resolved to a country.

    Attributes:
        country: The country.
        text: The text as given.
        tier: Which tier resolved it.
        why: The reason in words.
        by_context: Whether the participants of a programme broke a tie.
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
) -> Match:
    """Return the country that a text names, with the tier that found it.

    Args:
        text: A name in any language, an official name, or a code of letters as ISO 3166-1 writes it.
        language: Language of the text; decides where a spelling means another country, or no country, in others.
        context: Countries that are likely, such as a programme's participants; may break a tie, and the match says so.
        overrides: Texts settled by hand, asked first.
        accept_typos: Whether to take the one name within a strict edit distance; else it is only suggested.
        column: The texts of its column, where it is a cell: two capitals are a code in a column of codes, and may be
            anything among names, as may a number.

    Raises:
        AmbiguousCountry: The text names several countries, or may mean something else; `candidates` holds the codes.
        UnknownCountry: It names none; `candidates` holds suggestions, successors or the state it belongs to.

    Example:
        >>> resolve("Curazao").country, resolve("República de Corea").tier.value
        (Country('CW', 'Curaçao'), 'name')
        >>> resolve("Saint Martin", context=["SX", "JM"]).by_context
        True
        >>> resolve("NR").country, resolve("028", column=["028", "040", "052"]).country
        (Country('NR', 'Nauru'), Country('AG', 'Antigua and Barbuda'))
    """
    likely, settled = codes_of(context), as_overrides(overrides)
    cells = None if column is None else frozenset(column)
    outcome = decide(text, language, likely, settled, accept_typos, column=cells)
    if isinstance(outcome, Refusal):
        raise _error(outcome)
    return outcome


def is_country_name(text: str) -> bool:
    """Tell whether a text names a country, or could name several; quicker than `resolve`, which looks for near names.

    Args:
        text: A name in any language, an official name, or a code as ISO 3166-1 writes it.

    Example:
        >>> is_country_name("Curazao"), is_country_name("Saint Martin"), is_country_name("Jamaika Street")
        (True, True, False)
    """
    if len(text) > LONGEST_NAME:
        return False
    verdict = _judge(text, None)
    return isinstance(verdict, Accepted) or (
        isinstance(verdict, Reserved) and verdict.is_ambiguous and len(verdict.candidates) > 1
    )


def codes_of(countries: Collection[Country | str] | None) -> frozenset[str]:
    """Return the alpha-2 codes of countries or codes.

    Raises:
        UnknownCountry: A code is not one of ISO 3166-1.
    """
    return frozenset(c.alpha_2 if isinstance(c, Country) else country_by_code(c).alpha_2 for c in countries or ())


def decide(
    value: object,
    language: str | None,
    context: frozenset[str],
    overrides: Overrides,
    accept_typos: bool,
    *,
    column: frozenset[str] | None = None,
) -> Match | Refusal:
    """Resolve as `resolve` does, and return a refusal instead of raising it."""
    if not isinstance(value, str):
        return Refusal(value, False, "a country is named by text")
    if len(value) > LONGEST_NAME:
        return Refusal(value, False, f"it is longer than any name ({len(value):,} characters)")
    if overrides.codes and value in overrides:
        code = overrides.get(value)
        if code is None:
            return Refusal(value, False, "an override settles that it is no country")
        return Match(country_by_code(code), value, Tier.OVERRIDE, "an override settles it")
    verdict = _judge(value, language, column)
    if isinstance(verdict, Reserved) and language:
        verdict = _as_spoken(verdict, language)
    if isinstance(verdict, Accepted) and column and context and verdict.code not in context and _is_no_answer(value):
        return Refusal(value, False, "it may stand for no answer, and the context does not hold it", (verdict.code,))
    if isinstance(verdict, Accepted):
        return Match(country_by_code(verdict.code), value, verdict.tier, verdict.why)
    if isinstance(verdict, Reserved):
        return _by_context(value, verdict, context)
    return _misspelt(value, context, accept_typos)


def _judge(text: str, language: str | None, column: frozenset[str] | None = None) -> Verdict:
    """Ask the tiers in order; the first that knows the text decides."""
    text = text.strip()
    code = _by_code(text, column)
    if isinstance(code, Accepted):
        return code
    folded = fold(text)
    if not folded:
        return Reserved("none", (), "it holds no letters")
    word = bare(folded) if len(folded) <= _SHORT else ""
    if word in WORDS and word in text.lower() and word.upper() not in text:
        return Reserved("none", (), "small, it is a word; codes and acronyms are written in capitals")
    verdict = by_name(folded, language)
    if verdict is not None and not (code and isinstance(verdict, Reserved)):
        return verdict
    if code is not None:
        return code
    repaired = repair_encoding(text)
    return _judge(repaired, language, column) if repaired != text else _by_make_up(text, folded, language)


def _by_make_up(text: str, folded: str, language: str | None) -> Verdict:
    """Ask the tiers that take a text apart."""
    if (divided := contradiction(text)) is not None:
        return divided
    state = _STATE_BEHIND.search(text)
    if state and not bare(state[1].lower()):
        return by_parts(text, language)
    return by_words(folded) or by_parts(text, language) or by_abbreviation(text) or by_damaged(text)


def _as_spoken(reserved: Reserved, language: str) -> Accepted | Reserved:
    """Settle a shared name by the language of the text, where one country bears it in that language."""
    code = reserved.spoken.get(language.split("-", maxsplit=1)[0])
    return reserved if code is None else Accepted(code, Tier.NAME, f"in {language} it is the name of this country")


def _by_context(text: str, reserved: Reserved, context: frozenset[str]) -> Match | Refusal:
    likely = [code for code in reserved.candidates if code in context] if reserved.is_ambiguous else []
    if len(likely) != 1:
        return Refusal(text, reserved.is_ambiguous, reserved.reason, reserved.candidates)
    others = " or ".join(code for code in reserved.candidates if code != likely[0])
    why = f"{reserved.why}; the context holds {likely[0]}{others and f' and not {others}'}"
    return Match(country_by_code(likely[0]), text, Tier.NAME, why, by_context=True)


def _misspelt(text: str, context: frozenset[str], accept_typos: bool) -> Match | Refusal:
    folded = fold(repair_encoding(text))
    typo = likely_typo(folded) if accept_typos else None
    if typo is not None:
        code, distance = typo
        return Match(country_by_code(code), text, Tier.EDIT_DISTANCE, f"{distance} letters from a name of the country")
    if folded in adjectives():
        return Refusal(text, False, "it names people or a language, and no country", (adjectives()[folded],))
    return Refusal(text, False, _UNKNOWN, suggest(folded, context))


def _error(refusal: Refusal) -> AmbiguousCountry | UnknownCountry:
    shown, codes = _shown(refusal.value), refusal.candidates
    listed = ", ".join(f"{code} {country_by_code(code).name}" for code in codes)
    kind, what = (
        (AmbiguousCountry, "does not name one country")
        if refusal.is_ambiguous
        else (UnknownCountry, "names no country")
    )
    named = "" if not codes else f" ({listed})" if refusal.is_ambiguous else f"; nearest: {listed}"
    remedy = (
        _remedy(shown, codes) if isinstance(refusal.value, str) else "give the name or the code of a country as text"
    )
    return kind(f"{shown} {what}: {refusal.why}{named}", text=refusal.value, candidates=codes, remedy=remedy)


def _remedy(shown: str, codes: Sequence[str]) -> str:
    """Say what to do: correct the text, or settle once what it means."""
    settle = " or ".join(f"{shown} = {code!r}" for code in codes[:2] or ("CODE",))
    return (
        f"correct it, or write the two-letter code; to settle the spelling once: {settle} under [spellings] in "
        "programme.toml, or in overrides"
    )


def _shown(value: object) -> str:
    """Return what was given, short; a value that cannot be shown must not raise either."""
    if isinstance(value, str):
        return repr(value) if len(value) <= _SHOWN else f"{value[:_SHOWN]!r}..."
    return repr(value) if isinstance(value, int | float | None) else f"a value of type {type(value).__name__}"


def _by_code(text: str, column: frozenset[str] | None = None) -> Verdict:
    """Resolve a text that is a code: in capitals, an alpha-3 code all small, or a number in a column of such numbers.

    Alone, two capitals are a code. In a column they are where it holds such codes, or names the country elsewhere; any
    other among names is refused.

    Args:
        text: The text, without spaces around it.
        column: All texts of its column, where it stands in one.

    Example:
        >>> _by_code("AG").code, _by_code("tto").code, _by_code("and"), _by_code("Tto")
        ('AG', 'TT', None, None)
        >>> _by_code("028").candidates, _by_code("NR", frozenset(["Fiji", "NR"])).candidates
        (('AG',), ('NR',))
        >>> _by_code("FJ", frozenset(["Fiji", "FJ"])).code, _by_code("FJ", frozenset(["Tonga", "FJ"])).kind
        ('FJ', 'ambiguous')
    """
    if not 1 < len(text) < 4:
        return None
    shape = next((name for name, pattern in _SHAPES.items() if pattern.fullmatch(text)), None)
    code = find_code(text.upper()) if shape else None
    if code is None:
        return None
    trusted = _trusted(column) if column is not None else frozenset(("alpha-2",))
    if shape == "alpha-3" or shape in trusted or text in trusted or (shape == "small" and text not in WORDS):
        return Accepted(code, Tier.CODE, "the text is a code of ISO 3166-1")
    if shape == "numeric":
        return Reserved("none", (code,), "a number may come from any list of codes, or be a count")
    if shape == "small":
        return None
    if text in _NO_ANSWERS:
        return Reserved("none", (code,), "among names of countries it may stand for no answer")
    return Reserved("ambiguous", (code,), "two letters among names of countries may mean something else than a code")


def _is_no_answer(text: str) -> bool:
    """Tell whether a code in a column of codes may stand for a missing answer, as `NA` does in exports of R."""
    return text in _NO_ANSWERS


@lru_cache(maxsize=8)
def _trusted(column: frozenset[str]) -> frozenset[str]:
    """Return the shapes of codes that a column holds, and the alpha-2 codes of countries that it names."""
    texts = {text.strip() for text in column} - {""}
    shaped = {text: name for text in texts for name, pattern in _SHAPES.items() if pattern.fullmatch(text)}
    codes = {text for text in shaped if find_code(text.upper())}
    seen = Counter(shaped[text] for text in shaped.keys() - _NO_ANSWERS)
    right = Counter(shaped[text] for text in codes - _NO_ANSWERS)
    found = {name for name, count in right.items() if count >= max(_LEAST, _SHARE * seen[name])}
    if texts != codes:
        found.discard("numeric")
        names = load_index().names
        found.update(filter(None, (names.get(fold(text)) for text in texts - codes)))
        found -= _NO_ANSWERS
    elif right["alpha-2"]:
        found.add("alpha-2")
    return frozenset(found)
