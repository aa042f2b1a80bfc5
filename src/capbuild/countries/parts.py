"""Names in several parts, abbreviations, names with lost letters.

An example of a name in several parts is `Sint Maarten (Netherlands)`.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from capbuild.countries.index import (
    CONCEPTS,
    FORM_WORDS,
    drop_articles,
    find_typo,
    load_index,
    suggest_countries,
    to_concepts,
)
from capbuild.countries.mentions import find_countries
from capbuild.countries.name_matching import adjectives, match_name, match_words
from capbuild.countries.normalisation import fold_name
from capbuild.countries.registry import WORDS, country_by_code, find_code, word_set
from capbuild.countries.reserved import AcceptedCountry, ReservedText, Tier, Verdict, reserved_texts
from capbuild.model.country import CountryKind

_LOST = "\ufffd"

_INITIALS = re.compile(r"(?:[^\W\d_]\.\s?){2,}[^\W\d_]?\.?")

_WORD = re.compile(r"([^\W\d_]+)(\.?)")

#: Minimum letters kept of a single word, and of one of several if no word is whole.
_SHORTEST = 3

#: Word of a name as written, and whether a point abbreviates it.
_Cut = tuple[str, bool]


@cache
def _index_names() -> dict[str, list[tuple[str, str]]]:
    """Return names by first letter, without articles, with their code.

    The code is empty for names that do not resolve.
    """
    table: dict[str, list[tuple[str, str]]] = {}
    reserved = {text: "" for text, entry in reserved_texts().items() if entry.kind not in ("none", "city")}
    for text, code in (load_index().common | reserved).items():
        name = drop_articles(text)
        if name:
            table.setdefault(name[0], []).append((name, code))
    return table


def match_abbreviation(text: str) -> Verdict:
    """Resolve a name with words abbreviated by points.

    The words must fit the name of a single country. If there are several, one must be whole, or all must keep three
    letters. Initials count as an acronym.

    Example:
        >>> [match_abbreviation(text).code for text in ("Antigua and Barb.", "Guat.", "C. Rica")]
        ['AG', 'GT', 'CR']
        >>> match_abbreviation("Pto. Rico").code, match_abbreviation("R.O.K.").code
        ('PR', 'KR')
        >>> match_abbreviation("Aust."), match_abbreviation("St. Mar.")
        (None, None)
    """
    if "." not in text:
        return None
    if _INITIALS.fullmatch(text):
        return match_name(fold_name(text).replace(" ", ""))
    spelt = unicodedata.normalize("NFC", text)
    words = [(fold_name(word), bool(point)) for word, point in _WORD.findall(spelt)]
    words = [(word, point) for word, point in words if point or drop_articles(word)]
    if not _is_distinctive(words):
        return None
    codes = {code for name, code in _index_names().get(words[0][0][0], ()) if _is_cut(words, name.split())}
    if len(codes) != 1 or "" in codes:
        return None
    return AcceptedCountry(codes.pop(), Tier.TOKENS, "its words, cut short, begin the words of one country's name only")


def _is_distinctive(words: Sequence[_Cut]) -> bool:
    """True if the remaining letters identify a name."""
    if len(words) == 1:
        word, cut = words[0]
        return cut and len(word) >= _SHORTEST and word not in WORDS
    whole = any(not cut and len(word) > _SHORTEST and not CONCEPTS & {*to_concepts(word)} for word, cut in words)
    return bool(words) and (whole or all(len(word) >= _SHORTEST for word, _ in words))


def _is_cut(words: Sequence[_Cut], name: Sequence[str]) -> bool:
    if len(words) == 1 == len(name):
        return name[0].startswith(words[0][0])
    return len(words) == len(name) and all(
        _is_abbreviation(word, full) if cut else to_concepts(word) == to_concepts(full)
        for (word, cut), full in zip(words, name, strict=True)
    )


def _is_abbreviation(word: str, full: str) -> bool:
    """True if a word abbreviates another.

    An abbreviation is the beginning of the word, or its first and last letters with some between, as in `Pto.`.
    """
    if full.startswith(word) or to_concepts(word) == to_concepts(full):
        return True
    letters = iter(full)
    return len(word) >= _SHORTEST and word[-1] == full[-1] and word[0] == full[0] and all(c in letters for c in word)


def match_damaged(text: str) -> Verdict:
    r"""Resolve a name with lost letters.

    A letter lost in decoding is U+FFFD. The name is resolved only if a single country fits.

    Example:
        >>> match_damaged("Cura\ufffdao").code
        'CW'
    """
    if _LOST not in text:
        return None
    pieces = [re.escape(fold_name(piece)) for piece in re.split(f"{_LOST}+", text)]
    if sum(map(len, pieces)) < 4:
        return None
    pattern = re.compile(r"\w{1,2}".join(pieces))
    codes = {code for name, code in load_index().common.items() if pattern.fullmatch(name)}
    return (
        AcceptedCountry(codes.pop(), Tier.NAME, "a name of the country with lost characters")
        if len(codes) == 1
        else None
    )


_BREAK = re.compile(r"[()\[\]{},;:/|–—]+|\s-+\s|-+\s|--+")

#: Text next to a name that does not identify the country: footnote marks, years, labels, some words. A compass letter
#: is not a footnote mark.
_NOTE = re.compile(r"[^\W_nsewoz]|\d{1,4}|[ivx]{1,4}")

_NOTE_WORDS = word_set(
    "country total national mainland whole all population exports imports shipments production estimate estimated "
    "provisional revised preliminary unspecified crude refined ore ores mineral minerals concentrate concentrates "
    "compounds marketable thousands millions billions remote headquarters hq office"
)

#: Label before a country's name in a form: `Nombre del país: Perú`.
_LABEL = re.compile(r"([^\W\d_][^:–—-]*?)\s*(?::|[–—-]\s)\s*(.+)", re.DOTALL)

_LABEL_WORDS = word_set(
    "country countries pais paises pays land landen territory state estado name nombre nome nom naam residence "
    "residencia residentie reporting participating participante participant deelnemend member miembro membre your su "
    "votre uw"
)

#: Words before a part that is excluded, or former: the part must not contradict the rest.
_ASIDE = word_set(
    "formerly former previously antes anciennement voormalig ex excl exc excluding excluded except excepting without "
    "not outside excluyendo excluido excepto menos sin salvo fuera hors sauf sans excepte exclu zonder behalve "
    "uitgezonderd buiten excluindo exceto sem fora"
)

_OWNERSHIP = word_set(
    "overseas territory territories colony colonies dependency possession department collectivity part side"
)

#: Abbreviated states in brackets after a territory, as on maps and in tables.
_ABBREVIATED = {
    "aust": "AU", "austl": "AU", "den": "DK", "fr": "FR", "neth": "NL", "nor": "NO", "nz": "NZ", "port": "PT",
    "sp": "ES",
}  # fmt: skip

#: A numbered name in a list, or a name with a footnote: `Haiti 1/` as in tables of the United Nations.
_MARKED = re.compile(r"(\d{1,3}[.)]\s+)?(.+?)(\s*[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\s+(?:\d{1,2}|[a-df-mp-rt-vxy])[/)])?", re.DOTALL)

_CODE_FIRST = re.compile(r"([A-Z]{2,3})\s*[:=]\s*(.+)", re.DOTALL)

#: Separators between a place and its country: `Nairobi, Kenya`, `Nairobi (Kenya)`.
_LOCATED = re.compile(r"(.+?)\s*[,(]\s*([^,()]+)\)?", re.DOTALL)

#: Separators of alternative names.
_ALTERNATIVES = re.compile(r"\s*[/|;]\s*")

#: Reserved texts explained by a country next to them: a part of it, a predecessor state.
_EXPLAINED = ("constituent", "dissolved", "ambiguous")

_MOST_PARTS = 4

#: Shorter texts after a place may be codes and acronyms of anything.
_SHORTEST_COUNTRY = 4


def match_parts(text: str, language: str | None = None) -> Verdict:
    """Resolve a text whose parts agree on one country.

    Parts are separated by brackets, commas or dashes. A territory and its state agree on the territory, and a place
    followed by its country on the country. A part with another unknown text prevents resolution.

    Example:
        >>> [match_parts(text).code for text in ("Sint Maarten (Netherlands)", "País: Perú", "Nairobi, Kenya")]
        ['SX', 'PE', 'KE']
        >>> match_parts("Georgia, USA").candidates, match_parts("Canada, somewhere cold")
        (('GE', 'US'), None)
        >>> match_parts("Haiti 1/").code, match_parts("3. Guyana").code
        ('HT', 'GY')
    """
    marked = _MARKED.fullmatch(text)
    if marked is not None and (marked[1] or marked[3]):
        return _match_part(marked[2], language) or match_parts(marked[2], language)
    labelled = _LABEL.fullmatch(text)
    if labelled is not None and set(to_concepts(fold_name(labelled[1]))) <= _LABEL_WORDS:
        return _match_part_name(labelled[2], language) or match_parts(labelled[2], language)
    coded = _CODE_FIRST.fullmatch(text)
    if coded is not None:
        return _match_coded(coded[1], coded[2], language)
    parts = [part for part in map(str.strip, _BREAK.split(text)) if part]
    return _match_all_parts(parts, text, language) if 1 < len(parts) <= _MOST_PARTS else None


def _match_all_parts(parts: Sequence[str], text: str, language: str | None) -> Verdict:
    verdicts = [(part, _match_part(part, language)) for part in parts]
    codes = dict.fromkeys(v.code for part, v in verdicts if isinstance(v, AcceptedCountry) and not _is_aside(part))
    if any(isinstance(v, AcceptedCountry) and v.code not in codes for _, v in verdicts):
        return None
    reserved: list[ReservedText] = []
    for part, verdict in verdicts:
        if isinstance(verdict, ReservedText) and verdict.kind not in ("none", "city"):
            reserved.append(verdict)
        elif isinstance(verdict, AcceptedCountry) or _is_note(part):
            continue
        elif verdict is None or codes.keys().isdisjoint(verdict.candidates):
            return _match_located(text, language)
    regions = [entry for entry in reserved if entry.kind == "region"]
    if regions and any(map(_is_aside, parts)):
        return regions[0]
    verdict = _find_agreement(list(codes), [entry for entry in reserved if entry.kind != "region"])
    coded = [v for _, v in verdicts if isinstance(v, AcceptedCountry) and v.tier is Tier.CODE]
    if isinstance(verdict, ReservedText) and not reserved and len(coded) == 1 and len(codes) == 2:
        return ReservedText("contradiction", tuple(codes), "its name and its code are of different countries")
    return verdict


def find_contradiction(text: str) -> ReservedText | None:
    """Return the countries of a text with alternatives: `Congo Rep/DRC`.

    Example:
        >>> find_contradiction("Congo Rep/DRC").candidates, find_contradiction("Burma/Myanmar")
        (('CG', 'CD'), None)
    """
    parts = _ALTERNATIVES.split(text)
    if len(parts) < 2:
        return None
    verdicts = [_match_part(part, None) for part in parts]
    codes = dict.fromkeys(verdict.code for verdict in verdicts if isinstance(verdict, AcceptedCountry))
    verdict = _find_agreement(list(codes), ()) if len(codes) > 1 else None
    return verdict if isinstance(verdict, ReservedText) else None


def _match_located(text: str, language: str | None) -> Verdict:
    """Resolve a place followed by the name of its country.

    A place that names another country is refused.
    """
    located = _LOCATED.fullmatch(text)
    if located is None:
        return None
    place, country = located[1], located[2].strip()
    if len(country) < _SHORTEST_COUNTRY or _is_aside(place) or set(to_concepts(fold_name(place))) <= CONCEPTS:
        return None
    verdict = _match_part_name(country, language)
    if not isinstance(verdict, AcceptedCountry) or not _is_possible_place(place, text, verdict.code, language):
        return None
    others = load_index().elsewhere.get(fold_name(country))
    if others:
        return ReservedText("ambiguous", (verdict.code, *others), "a part of another country has this name too")
    return AcceptedCountry(verdict.code, Tier.PARTS, "a place, with the country it is in")


def _is_possible_place(place: str, text: str, code: str, language: str | None) -> bool:
    """True if a place can be part of a country."""
    part = _match_part(place, language)
    if isinstance(part, ReservedText) and part.kind != "city":
        return False
    owners = {code, country_by_code(code).sovereign}
    named = {candidate for mention in find_countries(f"{place}. {place.title()}") for candidate in mention.candidates}
    typo = find_typo(fold_name(text))
    near = (*suggest_countries(fold_name(place)), *(typo[:1] if typo else ()))
    return named <= owners and all(country_by_code(other).sovereign != code for other in near)


def _match_coded(code_first: str, text: str, language: str | None) -> Verdict:
    """Resolve `SLE: Sierra Leone` by its code.

    The text after the code must not name another country.
    """
    code = find_code(code_first)
    named = _match_part(text, language) or match_parts(text, language)
    if code is None or named is None:
        return None
    if isinstance(named, ReservedText):
        return AcceptedCountry(code, Tier.PARTS, "the code settles the name") if code in named.candidates else named
    return _find_agreement(list(dict.fromkeys([named.code, code])), ())


def _match_part(part: str, language: str | None) -> Verdict:
    """Resolve a code, a name or a state's adjective."""
    code = find_code(part) if part.isupper() and len(part) in (2, 3) else None
    if code is not None:
        return AcceptedCountry(code, Tier.CODE, "")
    if _is_aside(part):
        part = part.partition(" ")[2]
    owner = adjectives().get(" ".join(word for word in fold_name(part).split() if word not in _OWNERSHIP))
    return match_name(fold_name(part), language) or (
        AcceptedCountry(owner, Tier.PARTS, "") if owner else _match_part_name(part, language)
    )


def _match_part_name(part: str, language: str | None) -> Verdict:
    folded = fold_name(part)
    if part.endswith(".") and folded in _ABBREVIATED:
        return AcceptedCountry(_ABBREVIATED[folded], Tier.PARTS, "")
    return match_name(folded, language) or match_words(folded) or match_abbreviation(part)


def _is_aside(part: str) -> bool:
    return fold_name(part).partition(" ")[0] in _ASIDE


def _is_note(part: str) -> bool:
    folded = fold_name(part)
    if _NOTE.fullmatch(folded) is not None:
        return True
    is_state = len(part) == 2 and part.isupper()  # Indiana, Louisiana and Oregon are not joining words
    return not is_state and set(to_concepts(folded)) <= _NOTE_WORDS | FORM_WORDS - {"territory"}


def _find_agreement(codes: Sequence[str], reserved: Sequence[ReservedText]) -> Verdict:
    if reserved:
        return _disambiguate(codes, reserved)
    if len(codes) == 2:
        first, second = codes
        for territory, state in ((first, second), (second, first)):
            if country_by_code(territory).sovereign == state:
                return AcceptedCountry(territory, Tier.PARTS, f"a territory named together with its state, {state}")
    if len(codes) == 1:
        return AcceptedCountry(codes[0], Tier.PARTS, "all parts of the text mean this country")
    return ReservedText("ambiguous", tuple(codes), "the text names more than one country") if codes else None


def _disambiguate(codes: Sequence[str], reserved: Sequence[ReservedText]) -> Verdict:
    """Resolve a reserved text by an adjacent country name."""
    entry = reserved[0]
    if len(reserved) > 1 or not codes or entry.kind not in _EXPLAINED:
        return entry
    fitting = [c for c in entry.candidates if c in codes or country_by_code(c).sovereign in codes]
    if entry.kind == "dissolved":  # with its successor state, the whole may be meant
        fitting = [c for c in fitting if c != entry.candidates[0] or country_by_code(c).kind is CountryKind.TERRITORY]
    if len(fitting) == 1 and set(codes) <= {fitting[0], country_by_code(fitting[0]).sovereign}:
        return AcceptedCountry(
            fitting[0], Tier.PARTS, f"the country next to it resolves a name that alone is {entry.kind}"
        )
    return ReservedText(entry.kind, tuple(dict.fromkeys([*codes, *entry.candidates])), entry.why)
