"""Resolve a text of several parts: `Sint Maarten (Netherlands)`, `China, Macao`, `SLE: Sierra Leone`."""

import re
from collections.abc import Sequence

from capbuild.countries.folding import fold
from capbuild.countries.package_data import word_set
from capbuild.countries.registry import country_by_code, find_code
from capbuild.countries.reserved import Reserved
from capbuild.countries.tokens import FORM_WORDS, concepts
from capbuild.countries.verdicts import Accepted, Tier, Verdict
from capbuild.countries.wording import adjectives, by_name, by_words
from capbuild.model.country import CountryKind

__all__ = ["by_parts"]

_BREAK = re.compile(r"[()\[\]{},;:/|–—]+|\s-+\s|-+\s|--+")
#: What stands beside a name and says nothing of which country it is: footnote marks, years, a few words.
#: A letter for a point of the compass is no footnote mark.
_NOTE = re.compile(r"[^\W_nsewoz]|\d{1,4}|[ivx]{1,4}")
_NOTE_WORDS = word_set(
    "country total national mainland whole all population exports imports shipments production estimate estimated "
    "provisional revised preliminary unspecified crude refined ore ores mineral minerals concentrate concentrates "
    "compounds marketable thousands millions billions remote headquarters hq office"
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
_FORMER = re.compile(r"^(formerly|former|ex|antes|anciennement|voormalig|previously) ")
#: Reserved texts that a country beside them explains: a part of it, a state before it.
_EXPLAINED = ("constituent", "city", "dissolved", "ambiguous")
_MOST_PARTS = 4


def by_parts(text: str, language: str | None = None) -> Verdict:
    """Resolve a text whose parts, set off by brackets, commas or dashes, agree on one country.

    A territory and its state agree on the territory. Parts that nobody knows spoil the whole.

    Example:
        >>> by_parts("Sint Maarten (Netherlands)").code, by_parts("Saint Martin (France)").code
        ('SX', 'MF')
        >>> by_parts("Georgia, USA").candidates, by_parts("Canada, somewhere cold")
        (('GE', 'US'), None)
        >>> by_parts("Haiti 1/").code, by_parts("3. Guyana").code
        ('HT', 'GY')
    """
    marked = _MARKED.fullmatch(text)
    if marked is not None and (marked[1] or marked[3]):
        return _of_part(marked[2], language) or by_parts(marked[2], language)
    labelled = _CODE_FIRST.fullmatch(text)
    if labelled is not None:
        return _of_labelled(labelled[1], labelled[2], language)
    parts = [part for part in map(str.strip, _BREAK.split(text)) if part]
    if not 1 < len(parts) <= _MOST_PARTS:
        return None
    codes: list[str] = []
    reserved: list[Reserved] = []
    for part in parts:
        verdict = _of_part(part, language)
        if isinstance(verdict, Reserved) and verdict.kind == "none" and _is_note(part):
            continue
        if isinstance(verdict, Accepted):
            codes.append(verdict.code)
        elif isinstance(verdict, Reserved):
            reserved.append(verdict)
        elif not _is_note(part):
            return None
    return _agree(list(dict.fromkeys(codes)), [entry for entry in reserved if entry.kind != "region"])


def _of_labelled(label: str, text: str, language: str | None) -> Verdict:
    """Resolve `SLE: Sierra Leone`: the code decides if the text does not name another country."""
    code = find_code(label)
    named = _of_part(text, language) or by_parts(text, language)
    if code is None or named is None:
        return None
    if isinstance(named, Reserved):
        return Accepted(code, Tier.PARTS, "the code settles the name") if code in named.candidates else named
    return _agree(list(dict.fromkeys([named.code, code])), ())


def _of_part(part: str, language: str | None) -> Verdict:
    code = find_code(part) if part.isupper() and len(part) in (2, 3) else None
    if code is not None:
        return Accepted(code, Tier.CODE, "")
    folded = _FORMER.sub("", fold(part))
    owner = _ABBREVIATED.get(folded) if part.endswith(".") else None
    if owner is None:
        owner = adjectives().get(" ".join(w for w in folded.split() if w not in _OWNERSHIP))
    return by_name(folded, language) or (Accepted(owner, Tier.PARTS, "") if owner else by_words(folded))


def _is_note(part: str) -> bool:
    folded = fold(part)
    return _NOTE.fullmatch(folded) is not None or set(concepts(folded)) <= _NOTE_WORDS | FORM_WORDS - {"territory"}


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
