"""Kinds of missing answers, and their words and codes.

Kinds are found by built-in words and codes, by value labels, and by codes that a file explains.
"""

import re
from collections.abc import Iterator, Mapping

from capbuild.errors import ModelError, did_you_mean
from capbuild.formats.vocabulary import LANGUAGES, cell_words, fold_word, groups
from capbuild.model import Missing


def _list_joined(language: str) -> Iterator[str]:
    """Yield joint options for two kinds of missing.

    Forms often offer *don't know* and *refused*, or *don't know* and *no answer*, as one option.
    """
    unwilling = cell_words("missing.refused", "missing.no_answer", language=language)
    for word in cell_words("missing.dont_know", language=language):
        for other in unwilling:
            yield from (f"{first}{mark}{two}" for first, two in ((word, other), (other, word)) for mark in ("/", " / "))


#: Kinds of missing by folded word; includes the codes written by this library.
MISSING_WORDS: Mapping[str, Missing] = {
    **{word: Missing.DONT_KNOW for language in LANGUAGES for word in _list_joined(language)},
    **{kind.name.lower(): kind for kind in Missing},
    **{word: kind for kind in Missing for word in cell_words(f"missing.{kind.name.lower()}")},
}


#: Ambiguous codes such as DK: missing codes only among numbers, and among yes and no.
MISSING_CODES: Mapping[str, Missing] = {
    word: Missing[name.upper()] for name in groups("missing_code") for word in cell_words(f"missing_code.{name}")
}


def missing_kind(name: str | Missing) -> Missing:
    """Return a kind of missing by name or value.

    Raises:
        ModelError: The name is unknown.

    Example:
        >>> missing_kind("dont_know") is missing_kind("don't know") is Missing.DONT_KNOW
        True
    """
    if isinstance(name, Missing):
        return name
    missings = {kind.name.lower(): kind for kind in Missing} | {kind.value: kind for kind in Missing}
    kind = missings.get(name.strip().lower())
    if kind is None:
        names = [kind.name.lower() for kind in Missing]
        raise ModelError("missing", name, f"must be one of {', '.join(names)}{did_you_mean(name, names)}")
    return kind


def missing_words(extra: Mapping[str, Missing], *, numeric: bool = False, closed: bool = False) -> dict[str, Missing]:
    """Return kinds of missing by folded word.

    Words in `extra` override built-in ones.

    Args:
        extra: Additional words with their kinds.
        numeric: Whether the column has numbers, where `NA` is the missing value of statistics packages. In a column of
            words it may be a team's own code, so it stays text for a mapping to read.
        closed: Whether the column has answers such as yes and no, where `NA` is not applicable.
    """
    codes = dict(MISSING_CODES) if numeric or closed else {}
    if codes:
        codes["na"] = Missing.NO_ANSWER if numeric else Missing.NOT_APPLICABLE
    return {**MISSING_WORDS, **codes, **{fold_word(word): kind for word, kind in extra.items()}}


# Searched for within a label, in this order, if the author declared the value missing.
_PARTS: tuple[tuple[Missing, str], ...] = (
    (
        Missing.DONT_KNOW,
        "don't know | dont know | do not know | unknown | unsure | no sabe | no sé | ne sait pas | ne sais pas | "
        "weet niet | weet het niet | não sabe | não sei",
    ),
    (
        Missing.NOT_APPLICABLE,
        "applicable | n/a | does not apply | no aplica | no procede | sans objet | s'applique pas | "
        "van toepassing | n.v.t | aplicável | não se aplica",
    ),
    (
        Missing.NOT_ASKED,
        "not asked | skip | routed | filter | no preguntad | non pos | niet gevraagd | não perguntad",
    ),
    (
        Missing.REFUSED,
        "refus | declin | prefer not | rehus | prefier | weiger | recus | prefiro não | prefere não",
    ),
    (Missing.CONFIDENTIAL, "confiden | suppress | redact | anonym | vertrouwelijk"),
    (Missing.NOT_COLLECTED, "not collected | no recogid | non recueil | niet verzameld | não recolhid"),
    (Missing.INVALID, "invalid | error | uncodable | unreadable | illegible | inválid | ongeldig"),
)


_FOLDED_PARTS = tuple((kind, tuple(fold_word(part) for part in parts.split(" | "))) for kind, parts in _PARTS)


#: Short codes that count only if the value is declared missing.
_SHORT = {
    **dict.fromkeys(("dk", "ns", "nsp"), Missing.DONT_KNOW),
    **dict.fromkeys(("na", "iap", "nap", "nvt"), Missing.NOT_APPLICABLE),
    **dict.fromkeys(("rf", "ref"), Missing.REFUSED),
    **dict.fromkeys(("nr", "no", "nc"), Missing.NO_ANSWER),
}


#: Complete labels, in addition to the words for missing in answers.
_WHOLE = {
    fold_word(word): kind
    for kind, words in {
        Missing.NO_ANSWER: "no responde | não responde | non réponse | non-réponse | keine angabe | keine antwort",
        Missing.DONT_KNOW: "weiß nicht | don't know - no answer",
        Missing.NOT_APPLICABLE: "inapplicable | inap | iap | inaplicable | no corresponde | trifft nicht zu",
        Missing.NOT_ASKED: "not asked in survey | not asked in this survey | not asked in country | "
        "not asked in this country | question not asked | no se preguntó | nicht gefragt",
        Missing.REFUSED: "no quiso contestar | no quiso responder | no quiere contestar | no quiere responder | "
        "verweigert",
        Missing.NOT_COLLECTED: "sin dato",
    }.items()
    for word in words.split(" | ")
}


#: A value before its own label, such as `98. ` or `-1 `; notes to the interviewer; brackets around the whole label.
_OWN_CODE = re.compile(r"\A\(?-?\d+\)?(?:\s*[.:=)\-]\s*|\s+)(?=\D)")


_REMARKS = r"do not read|don't read|not read|spontan|vol\b|volunt|no leer|no se lee|espont|ne pas lire|nao ler"


_REMARK = re.compile(rf"[(\[](?:{_REMARKS})[^)\]]*[)\]]")


_BRACKETS = re.compile(r"[(\[]([^()\[\]]+)[)\]]")


def _strip_label(label: str) -> tuple[str, bool]:
    """Fold a label, and return whether it had brackets.

    Its code, notes and brackets are removed.
    """
    word = fold_word(label.replace("´", "'").replace("`", "'"))
    word = _REMARK.sub("", _OWN_CODE.sub("", word, count=1)).strip()
    inner = _BRACKETS.fullmatch(word)
    return (inner[1].strip(), True) if inner is not None else (word, False)


def _find_whole(word: str, *, short: bool) -> Missing | None:
    """Return the missing kind of a word.

    If the word has slashes, all its parts must have that kind.
    """
    missing = MISSING_WORDS.get(word) or _WHOLE.get(word) or (_SHORT.get(word) if short else None)
    if missing is not None or "/" not in word:
        return missing
    parts = [None if part.strip() == "no" else _find_whole(part.strip(), short=True) for part in word.split("/")]
    if None in parts:
        return None
    return next((kind for kind in (Missing.DONT_KNOW, Missing.REFUSED) if kind in parts), parts[0])


def find_missing_kind(label: str, *, declared: bool) -> Missing | None:
    """Return the missing kind that a value label names.

    Args:
        label: The label.
        declared: True if the file declares the value missing. If not, the complete label must be a word for missing.

    Example:
        >>> find_missing_kind("No sabe", declared=False), find_missing_kind("Refused (volunteered)", declared=True)
        (<Missing.DONT_KNOW: "don't know">, <Missing.REFUSED: 'refused'>)
        >>> find_missing_kind("98. Don't know (do not read)", declared=False)
        <Missing.DONT_KNOW: "don't know">
        >>> find_missing_kind("Yes, refused once", declared=False) is None
        True
    """
    word, bracketed = _strip_label(label)
    if not word:
        return None
    whole = _find_whole(word, short=declared or bracketed)
    if whole is not None or not declared:
        return whole
    return next((kind for kind, parts in _FOLDED_PARTS if any(part in word for part in parts)), None)


#: Separators of explanations, and of code and meaning. Counts are never negative; other numbers need `=`.
_SEPARATORS = re.compile(r"[;,，；、\n()|]")


_CODE_FIRST = re.compile(r"(?:.*\s)?(?:([-−]\d{1,4})\s*(?:[=:：–—-]|→)?|(\d{1,4})\s*[=→])\s*([^\s\d].*)")


_CODE_LAST = re.compile(r"(.*[^\s\d])\s*(?:(?:[=:：–—]|→)\s*([-−]\d{1,4})|[=→]\s*(\d{1,4}))")


def explained_codes(text: str) -> Mapping[str, Missing]:
    """Return the missing codes that a text explains.

    The text may be in any language.

    Example:
        >>> explained_codes("Note: -99 = don't know; 88 = refused")
        {'-99': <Missing.DONT_KNOW: "don't know">, '88': <Missing.REFUSED: 'refused'>}
        >>> explained_codes("no sabe: -9"), explained_codes("Table 1: not available; 2 cases refused")
        ({'-9': <Missing.DONT_KNOW: "don't know">}, {})
    """
    missings: dict[str, Missing] = {}
    for part in _SEPARATORS.split(text):
        words = " ".join(part.split())
        if (match := _CODE_FIRST.fullmatch(words)) is not None:
            code, meaning = match[1] or match[2], match[3]
        elif (match := _CODE_LAST.fullmatch(words)) is not None:
            meaning, code = match[1], match[2] or match[3]
        else:
            continue
        if (kind := MISSING_WORDS.get(fold_word(meaning))) is not None:
            missings[code.replace("−", "-")] = kind
    return missings
