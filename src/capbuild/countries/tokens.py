"""Words of country names as language-free concepts.

A name's *key* is the set of its concepts without articles and joining words, so that word order, inversion
("Korea, Republic of") and abbreviations do not matter.
"""

import re

from capbuild.countries.package_data import read_rows, word_set

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
    """Return the concepts of a folded text in order.

    Skips articles and joining words.

    Example:
        >>> to_concepts("congo la republique democratique du")
        ('congo', 'republic', 'democratic')
    """
    words = _split_compounds(folded).split()
    if not words or words[0] in _JOINERS:
        return ()
    found = [_CONCEPT_OF.get(word, word) for word in words]
    if words[0] in _COMPASS and len(words) > 1:
        found[0] = _COMPASS[words[0]]
    if words[-1] in _JOINERS_NOT_AT_END:
        found[-1] = words[-1]
    return tuple(filter(None, found))


def drop_articles(folded: str) -> str:
    """Return a folded text without articles and joining words.

    Example:
        >>> drop_articles("etats unis d amerique les")
        'etats unis amerique'
    """
    return " ".join(word for word in folded.split() if word not in _STOP_WORDS)


def _split_compounds(folded: str) -> str:
    """Split compounds and initials: `volksrepubliek`, `d r`, `p d r`."""
    folded = _INITIALS.sub(lambda found: _INITIAL_WORDS[found[0].replace(" ", "")], folded)
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
    """Return the words of an official form, and the country's words.

    Example:
        >>> split_form(("republic", "kazakhstan"))
        (frozenset({'republic'}), ('kazakhstan',))
    """
    form = frozenset(word for word in words if word in FORM_WORDS)
    return form, tuple(word for word in words if word not in FORM_WORDS)
