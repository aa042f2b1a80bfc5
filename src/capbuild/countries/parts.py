"""Resolve a text of several parts: `Sint Maarten (Netherlands)`, `China, Macao`, `SLE: Sierra Leone`."""

import re
from collections.abc import Sequence

from capbuild.countries.damaged_names import by_abbreviation
from capbuild.countries.index import load_index
from capbuild.countries.mentions import find_countries
from capbuild.countries.name_matching import adjectives, by_name, by_words
from capbuild.countries.normalisation import fold
from capbuild.countries.package_data import word_set
from capbuild.countries.registry import country_by_code, find_code
from capbuild.countries.reserved import Reserved
from capbuild.countries.suggestions import likely_typo, suggest
from capbuild.countries.tokens import CONCEPTS, FORM_WORDS, concepts
from capbuild.countries.verdicts import Accepted, Tier, Verdict
from capbuild.model.country import CountryKind

__all__ = ["by_parts", "contradiction"]

_BREAK = re.compile(r"[()\[\]{},;:/|–—]+|\s-+\s|-+\s|--+")
#: What is written beside a name and does not say which country it is: footnote marks, years, labels, a few words.
#: A letter for a point of the compass is no footnote mark.
_NOTE = re.compile(r"[^\W_nsewoz]|\d{1,4}|[ivx]{1,4}")
_NOTE_WORDS = word_set(
    "country total national mainland whole all population exports imports shipments production estimate estimated "
    "provisional revised preliminary unspecified crude refined ore ores mineral minerals concentrate concentrates "
    "compounds marketable thousands millions billions remote headquarters hq office"
)
#: What a form writes before the name of a country: `Nombre del país: Perú`.
_LABEL = re.compile(r"([^\W\d_][^:–—-]*?)\s*(?::|[–—-]\s)\s*(.+)", re.DOTALL)
_LABEL_WORDS = word_set(
    "country countries pais paises pays land landen territory state estado name nombre nome nom naam residence "
    "residencia residentie reporting participating participante participant deelnemend member miembro membre your su "
    "votre uw"
)
#: Words before a part that is not meant, or no more: what they introduce must not differ from the rest.
_ASIDE = word_set(
    "formerly former previously antes anciennement voormalig ex excl exc excluding excluded except excepting without "
    "not outside excluyendo excluido excepto menos sin salvo fuera hors sauf sans excepte exclu zonder behalve "
    "uitgezonderd buiten excluindo exceto sem fora"
)
_OWNERSHIP = word_set(
    "overseas territory territories colony colonies dependency possession department collectivity part side"
)
#: States in brackets after a territory, as maps and tables shorten them.
_ABBREVIATED = {
    "aust": "AU", "austl": "AU", "den": "DK", "fr": "FR", "neth": "NL", "nor": "NO", "nz": "NZ", "port": "PT",
    "sp": "ES",
}  # fmt: skip
#: A name that is numbered in a list, or that a footnote is set to: `Haiti 1/` as in tables of the United Nations.
_MARKED = re.compile(r"(\d{1,3}[.)]\s+)?(.+?)(\s*[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\s+(?:\d{1,2}|[a-df-mp-rt-vxy])[/)])?", re.DOTALL)
_CODE_FIRST = re.compile(r"([A-Z]{2,3})\s*[:=]\s*(.+)", re.DOTALL)
#: Separators behind which the country of a place is written: `Nairobi, Kenya`, `Nairobi (Kenya)`.
_LOCATED = re.compile(r"(.+?)\s*[,(]\s*([^,()]+)\)?", re.DOTALL)
#: Separators of names that stand for each other.
_ALTERNATIVES = re.compile(r"\s*[/|;]\s*")
#: Reserved texts that a country beside them explains: a part of it, a state before it.
_EXPLAINED = ("constituent", "dissolved", "ambiguous")
_MOST_PARTS = 4
#: Shorter texts behind a place are codes and acronyms of anything.
_SHORTEST_COUNTRY = 4


def by_parts(text: str, language: str | None = None) -> Verdict:
    """Resolve a text whose parts, set off by brackets, commas or dashes, agree on one country.

    A territory and its state agree on the territory. A place with its country behind it is that country. Other parts
    that nobody knows spoil the whole.

    Example:
        >>> by_parts("Sint Maarten (Netherlands)").code, by_parts("País: Perú").code, by_parts("Nairobi, Kenya").code
        ('SX', 'PE', 'KE')
        >>> by_parts("Georgia, USA").candidates, by_parts("Canada, somewhere cold")
        (('GE', 'US'), None)
        >>> by_parts("Haiti 1/").code, by_parts("3. Guyana").code
        ('HT', 'GY')
    """
    marked = _MARKED.fullmatch(text)
    if marked is not None and (marked[1] or marked[3]):
        return _of_part(marked[2], language) or by_parts(marked[2], language)
    labelled = _LABEL.fullmatch(text)
    if labelled is not None and set(concepts(fold(labelled[1]))) <= _LABEL_WORDS:
        return _of_name(labelled[2], language) or by_parts(labelled[2], language)
    coded = _CODE_FIRST.fullmatch(text)
    if coded is not None:
        return _of_coded(coded[1], coded[2], language)
    parts = [part for part in map(str.strip, _BREAK.split(text)) if part]
    return _of_parts(parts, text, language) if 1 < len(parts) <= _MOST_PARTS else None


def _of_parts(parts: Sequence[str], text: str, language: str | None) -> Verdict:
    verdicts = [(part, _of_part(part, language)) for part in parts]
    codes = dict.fromkeys(v.code for part, v in verdicts if isinstance(v, Accepted) and not _is_aside(part))
    if any(isinstance(v, Accepted) and v.code not in codes for _, v in verdicts):
        return None
    reserved: list[Reserved] = []
    for part, verdict in verdicts:
        if isinstance(verdict, Reserved) and verdict.kind not in ("none", "city"):
            reserved.append(verdict)
        elif isinstance(verdict, Accepted) or _is_note(part):
            continue
        elif verdict is None or codes.keys().isdisjoint(verdict.candidates):
            return _of_located(text, language)
    regions = [entry for entry in reserved if entry.kind == "region"]
    if regions and any(map(_is_aside, parts)):
        return regions[0]
    return _agree(list(codes), [entry for entry in reserved if entry.kind != "region"])


def contradiction(text: str) -> Reserved | None:
    """Return the countries of a text that names several, as alternatives: `Congo Rep/DRC`.

    Example:
        >>> contradiction("Congo Rep/DRC").candidates, contradiction("Burma/Myanmar")
        (('CG', 'CD'), None)
    """
    parts = _ALTERNATIVES.split(text)
    if len(parts) < 2:
        return None
    verdicts = [_of_part(part, None) for part in parts]
    codes = dict.fromkeys(verdict.code for verdict in verdicts if isinstance(verdict, Accepted))
    verdict = _agree(list(codes), ()) if len(codes) > 1 else None
    return verdict if isinstance(verdict, Reserved) else None


def _of_located(text: str, language: str | None) -> Verdict:
    """Resolve a place with the name of its country behind it; a place that names another country may be anything."""
    located = _LOCATED.fullmatch(text)
    if located is None:
        return None
    place, country = located[1], located[2].strip()
    if len(country) < _SHORTEST_COUNTRY or _is_aside(place) or set(concepts(fold(place))) <= CONCEPTS:
        return None
    verdict = _of_name(country, language)
    if not isinstance(verdict, Accepted) or not _may_lie_in(place, text, verdict.code, language):
        return None
    others = load_index().elsewhere.get(fold(country))
    if others:
        return Reserved("ambiguous", (verdict.code, *others), "a part of another country has this name too")
    return Accepted(verdict.code, Tier.PARTS, "a place, with the country it is in")


def _may_lie_in(place: str, text: str, code: str, language: str | None) -> bool:
    """Tell whether a place can be a part of a country: no other place is named, nor a territory of it misspelt."""
    known = _of_part(place, language)
    if isinstance(known, Reserved) and known.kind != "city":
        return False
    owners = {code, country_by_code(code).sovereign}
    named = {found for mention in find_countries(f"{place}. {place.title()}") for found in mention.candidates}
    typo = likely_typo(fold(text))
    near = (*suggest(fold(place)), *(typo[:1] if typo else ()))
    return named <= owners and all(country_by_code(found).sovereign != code for found in near)


def _of_coded(code_first: str, text: str, language: str | None) -> Verdict:
    """Resolve `SLE: Sierra Leone`: the code decides if the text does not name another country."""
    code = find_code(code_first)
    named = _of_part(text, language) or by_parts(text, language)
    if code is None or named is None:
        return None
    if isinstance(named, Reserved):
        return Accepted(code, Tier.PARTS, "the code settles the name") if code in named.candidates else named
    return _agree(list(dict.fromkeys([named.code, code])), ())


def _of_part(part: str, language: str | None) -> Verdict:
    """Resolve a part: a code, a name, or the adjective of the state that a territory belongs to."""
    code = find_code(part) if part.isupper() and len(part) in (2, 3) else None
    if code is not None:
        return Accepted(code, Tier.CODE, "")
    if _is_aside(part):
        part = part.partition(" ")[2]
    owner = adjectives().get(" ".join(word for word in fold(part).split() if word not in _OWNERSHIP))
    return by_name(fold(part), language) or (Accepted(owner, Tier.PARTS, "") if owner else _of_name(part, language))


def _of_name(part: str, language: str | None) -> Verdict:
    folded = fold(part)
    if part.endswith(".") and folded in _ABBREVIATED:
        return Accepted(_ABBREVIATED[folded], Tier.PARTS, "")
    return by_name(folded, language) or by_words(folded) or by_abbreviation(part)


def _is_aside(part: str) -> bool:
    return fold(part).partition(" ")[0] in _ASIDE


def _is_note(part: str) -> bool:
    folded = fold(part)
    if _NOTE.fullmatch(folded) is not None:
        return True
    is_state = len(part) == 2 and part.isupper()  # Indiana, Louisiana and Oregon are no joining words
    return not is_state and set(concepts(folded)) <= _NOTE_WORDS | FORM_WORDS - {"territory"}


def _agree(codes: Sequence[str], reserved: Sequence[Reserved]) -> Verdict:
    if reserved:
        return _explained(codes, reserved)
    if len(codes) == 2:
        first, second = codes
        for territory, state in ((first, second), (second, first)):
            if country_by_code(territory).sovereign == state:
                return Accepted(territory, Tier.PARTS, f"a territory named together with its state, {state}")
    if len(codes) == 1:
        return Accepted(codes[0], Tier.PARTS, "all parts of the text mean this country")
    return Reserved("ambiguous", tuple(codes), "the text names more than one country") if codes else None


def _explained(codes: Sequence[str], reserved: Sequence[Reserved]) -> Verdict:
    """Let a country beside a reserved text decide, if it is among those that the text may have to do with."""
    entry = reserved[0]
    if len(reserved) > 1 or not codes or entry.kind not in _EXPLAINED:
        return entry
    fitting = [c for c in entry.candidates if c in codes or country_by_code(c).sovereign in codes]
    if entry.kind == "dissolved":  # beside the state that continues it, the whole may be meant
        fitting = [c for c in fitting if c != entry.candidates[0] or country_by_code(c).kind is CountryKind.TERRITORY]
    if len(fitting) == 1 and set(codes) <= {fitting[0], country_by_code(fitting[0]).sovereign}:
        return Accepted(fitting[0], Tier.PARTS, f"the country beside it settles a name that alone is {entry.kind}")
    return Reserved(entry.kind, tuple(dict.fromkeys([*codes, *entry.candidates])), entry.why)
