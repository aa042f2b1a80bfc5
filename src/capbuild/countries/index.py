"""Index of country names, with spelling suggestions."""

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec

from attrs import frozen

from capbuild.countries.normalisation import remove_spaces
from capbuild.countries.registry import compressed_text, read_rows, word_set


@frozen
class NameIndex:
    """Index of all names of the package.

    Attributes:
        names: Folded text -> alpha-2 code, of all languages.
        common: The same for English, Spanish, French, Dutch and Portuguese names, for matching typos.
        keys: Concept key -> alpha-2 code.
        cities: Folded names of cities -> alpha-2 code.
        regions: Folded names of continents, regions and unions.
        disputed: Folded text -> code -> languages, for names that the language of the text decides: several countries
            have the name, or it means something else in other languages.
        elsewhere: Folded name -> alpha-2 codes of other countries with a part of that name.
    """

    names: dict[str, str]
    common: dict[str, str]
    keys: dict[str, str]
    cities: dict[str, str]
    regions: frozenset[str]
    disputed: dict[str, dict[str, tuple[str, ...]]]
    elsewhere: dict[str, tuple[str, ...]]


@cache
def load_index() -> NameIndex:
    """Return the index, loaded on first use.

    Example:
        >>> load_index().names["curazao"]
        'CW'
    """
    sections: dict[str, dict[str, str]] = {}
    table: dict[str, str] = {}
    for line in compressed_text("index.txt.z").splitlines():
        if line.startswith("["):
            table = sections.setdefault(line.strip("[]"), {})
        elif not line.startswith("#"):
            codes, _, texts = line.partition("=")
            table.update(dict.fromkeys(texts.split("|"), codes))
    common = sections["names"]
    disputed = {text: dict(map(_parse_claim, claims.split())) for text, claims in sections["disputed"].items()}
    elsewhere = {text: tuple(codes.split()) for text, codes in sections["elsewhere"].items()}
    names = {**sections["other"], **common}
    return NameIndex(
        names,
        common,
        sections["keys"],
        sections["cities"],
        frozenset(sections["regions"]),
        disputed,
        elsewhere,
    )


def _parse_claim(text: str) -> tuple[str, tuple[str, ...]]:
    code, _, languages = text.partition(":")
    return code, tuple(languages.split(","))


@cache
def squeezed_names() -> dict[str, str]:
    """Return names of several words, by their text without spaces."""
    return {remove_spaces(text): text for text in load_index().common if " " in text and len(text) > 4}


_CONCEPT_OF = {word: row["concept"] for row in read_rows("concepts.csv") for word in row["words"].split()}

#: Concepts shared by words of several languages, such as forms of state and points of the compass.
CONCEPTS = frozenset(_CONCEPT_OF.values())

_STOP_WORDS = frozenset(word for word, concept in _CONCEPT_OF.items() if not concept)

#: A text that begins with one of these is a fragment of a longer one.
_JOINERS = word_set("and of or et y und")

#: Single letters that join words; at the end they are a compass point or a footnote.
_JOINERS_NOT_AT_END = frozenset("ey")

#: Compass points as single letters before a name: `S Sudan`. After a name they may be anything: `Africa's`.
_COMPASS = {"n": "north", "s": "south", "e": "east", "w": "west"}


def _list_form_concepts(*forms: str) -> frozenset[str]:
    return frozenset(row["concept"] for row in read_rows("concepts.csv") if row["form"] in forms)


#: Words of official forms.
FORM_WORDS = _list_form_concepts("light", "heavy", "territory")

#: Forms for any territory.
TERRITORY_FORMS = _list_form_concepts("territory")

#: Forms that do not identify a country, accepted for any.
LIGHT_FORMS = _list_form_concepts("light")

_INITIAL_WORDS = {
    "pdr": "people dem rep",
    "dpr": "dem people rep",
    "dr": "dem rep",
    "rd": "rep dem",
    "pr": "people rep",
}

_INITIALS = re.compile(r"\b(?:p ?d ?r|d ?p ?r|d ?r|r ?d|p ?r)\b")


def to_concepts(folded: str) -> tuple[str, ...]:
    """Return a folded text's concepts, without articles and joining words.

    Example:
        >>> to_concepts("congo la republique democratique du")
        ('congo', 'republic', 'democratic')
    """
    words = _split_compounds(folded).split()
    if not words or words[0] in _JOINERS:
        return ()
    concepts = [_CONCEPT_OF.get(word, word) for word in words]
    if words[0] in _COMPASS and len(words) > 1:
        concepts[0] = _COMPASS[words[0]]
    if words[-1] in _JOINERS_NOT_AT_END:
        concepts[-1] = words[-1]
    return tuple(filter(None, concepts))


def drop_articles(folded: str) -> str:
    """Return a folded text without articles and joining words.

    Example:
        >>> drop_articles("etats unis d amerique les")
        'etats unis amerique'
    """
    return " ".join(word for word in folded.split() if word not in _STOP_WORDS)


def _split_compounds(folded: str) -> str:
    """Split compounds and initials: `volksrepubliek`, `d r`, `p d r`."""
    folded = _INITIALS.sub(lambda match: _INITIAL_WORDS[match[0].replace(" ", "")], folded)
    if "republiek" in folded:
        folded = folded.replace("volksrepubliek", "volks republiek").replace("bondsrepubliek", "bonds republiek")
    if "eiland" in folded:
        folded = folded.replace("eilanden", " eilanden").replace("eiland ", " eiland ")
    return folded.replace("people s ", "people ")


def concept_key(words: tuple[str, ...] | frozenset[str]) -> str:
    """Return the key of a set of concepts.

    Example:
        >>> concept_key(to_concepts("republiek korea")) == concept_key(to_concepts("korea rep"))
        True
    """
    return " ".join(sorted(set(words)))


def split_form(words: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Split a name into its official form and the rest.

    Example:
        >>> split_form(("republic", "kazakhstan"))
        (frozenset({'republic'}), ('kazakhstan',))
    """
    form = frozenset(word for word in words if word in FORM_WORDS)
    return form, tuple(word for word in words if word not in FORM_WORDS)


_LONGEST = 60

_CUTOFF = 0.6

_SLACK = 3
#: Most suggestions for one text.
_MOST = 5

_NEAR_ENOUGH = 0.75

#: Least letters of a name for one typo, and for two, to be unambiguous.
_ONE_ERROR, _TWO_ERRORS = 7, 12


@cache
def _index_known_names() -> dict[str, str]:
    """Return alpha-2 codes by common name without articles."""
    return {plain: code for text, code in load_index().common.items() if len(plain := drop_articles(text)) > 3}


@cache
def _group_by_length() -> dict[int, list[str]]:
    buckets: dict[int, list[str]] = {}
    for text in _index_known_names():
        buckets.setdefault(len(text), []).append(text)
    return buckets


@cache
def _list_candidates(length: int) -> list[str]:
    slack = 1 if length < 6 else 2 if length < 12 else _SLACK
    return [text for n in range(length - slack, length + slack + 1) for text in _group_by_length().get(n, ())]


def suggest_countries(folded: str, context: Collection[str] = ()) -> tuple[str, ...]:
    """Return likely alpha-2 codes of a folded text, best first.

    Among ties, countries of the context come first. Names are ranked by rapidfuzz if installed, otherwise by difflib.

    Example:
        >>> suggest_countries("jamacia")[0], suggest_countries("trinidad and tobaggo")[0], suggest_countries("qwertz")
        ('JM', 'TT', ())
    """
    plain = drop_articles(folded)
    if not 3 < len(plain) <= _LONGEST:
        return ()
    names = _index_known_names()
    best: dict[str, float] = {}
    for text, score in _list_near_names(plain):
        code = names[text]
        best[code] = max(best.get(code, 0.0), score)
    ranked = sorted(best, key=lambda code: (-round(best[code], 3), code not in context))
    return tuple(ranked[:_MOST])


def _list_near_names(folded: str) -> Iterable[tuple[str, float]]:
    pool = _list_candidates(len(folded))
    if has_rapidfuzz():
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        matches = process.extract(folded, pool, scorer=OSA.normalized_similarity, score_cutoff=_CUTOFF, limit=12)
        return [(text, score) for text, score, _ in matches]
    similar = [text for text in pool if text[0] == folded[0] or text[-2:] == folded[-2:]]
    near = get_close_matches(folded, similar, n=12, cutoff=_NEAR_ENOUGH)
    return [(text, 1 - position / 100) for position, text in enumerate(near)]


@cache
def has_rapidfuzz() -> bool:
    """True if rapidfuzz is installed."""
    return find_spec("rapidfuzz") is not None


def find_typo(folded: str) -> tuple[str, int] | None:
    """Return code and distance of the only likely name.

    The official form must be equal; the distance, in edits, is that of the rest. It may be 1 from 7 distinguishing
    letters, and 2 from 12, and every other country must be at least 2 further away. First and last letter must be
    equal, because another ending makes another word, such as `argentino`. Without rapidfuzz the result is None.

    Example:
        >>> find_typo("trinidad and tobaggo"), find_typo("republiek gambio"), find_typo("jamacia")
        (('TT', 1), None, ('JM', 1))
    """
    if not has_rapidfuzz() or folded in load_index().disputed:
        return None
    from rapidfuzz.distance import OSA

    form, core = split_form(to_concepts(folded))
    own = " ".join(core)
    letters = sum(len(word) for word in core if word not in CONCEPTS)
    allowed = 0 if letters < _ONE_ERROR else 1 if letters < _TWO_ERRORS else 2
    nearest: dict[str, tuple[int, str]] = {}
    names = _index_known_names()
    for text, _ in _list_near_names(drop_articles(folded)):
        other_form, other = split_form(to_concepts(text))
        if other and form == other_form:
            name = " ".join(other)
            candidate = (OSA.distance(own, name), name)
            nearest[names[text]] = min(nearest.get(names[text], candidate), candidate)
    ranked = sorted(nearest.items(), key=lambda item: item[1])
    if not ranked or (len(ranked) > 1 and ranked[1][1][0] < ranked[0][1][0] + 2):
        return None
    code, (distance, name) = ranked[0]
    same_ends = own[:1] == name[:1] and own[-1:] == name[-1:]
    return (code, distance) if same_ends and 0 < distance <= allowed else None
