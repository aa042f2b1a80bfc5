"""Meanings of answer words: verdicts, missing values, levels and numbers."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

from capbuild.model import (
    AnswerOption,
    AnswerScale,
    AnswerValue,
    Capacity,
    FindingValue,
    Framework,
    Missing,
    Scale,
    ScaleKind,
    Verdict,
)
from capbuild.model.evidence import VALUE_CODES
from capbuild.text import Text

Named = TypeVar("Named")

#: Codes of answers in settings.
ANSWER_CODES = tuple(kind.value for kind in (*Verdict, *Missing) if kind is not Missing.INVALID)
#: Plain answers in English, Spanish, French, Dutch and Portuguese, understood by every framework.
_PLAIN: Mapping[Verdict, str] = {
    Verdict.YES: "yes | sí | oui | ja | sim",
    Verdict.NO: "no | non | nee | neen | não",
    Verdict.PARTLY: "partly | partly yes | partially | partial | in part | en parte | parcial | parcialmente | "
    "en partie | partiel | partielle | partiellement | deels | gedeeltelijk | ten dele | em parte",
}
#: Suffixes of such an answer that keep its meaning.
_STRESSED: Mapping[Verdict, str] = {
    Verdict.YES: "fully | completely | totally | entirely | always | definitely | totalmente | completamente | "
    "del todo | por completo | siempre | entièrement | totalement | complètement | tout à fait | toujours | "
    "volledig | helemaal | altijd | inteiramente | sempre",
    Verdict.NO: "not at all | never | none | nothing | en absoluto | nunca | jamás | nada | pas du tout | jamais | "
    "rien | helemaal niet | nooit | de modo algum",
    Verdict.PARTLY: "partially | partly | in part | somewhat | parcialmente | en parte | a medias | partiellement | "
    "en partie | gedeeltelijk | deels | em parte",
}
#: First words of an answer or text that denies, in the same languages, without accents.
NEGATIVES = frozenset({
    "no", "not", "n", "non", "nee", "neen", "nao", "none", "nothing", "never", "without", "ninguno", "ninguna", "nada",
    "nunca", "sin", "aucun", "aucune", "rien", "neant", "jamais", "sans", "pas", "geen", "niet", "niets",
    "nooit", "zonder", "nenhum", "nenhuma", "sem",
})  # fmt: skip
#: Assessor name of a row with the consensus, in report languages.
CONSENSUS = ("consensus", "consenso", "agreed", "acordado", "acuerdo", "accord", "overeenstemming", "acordo")
#: Words behind these that name no document.
EVIDENCE_NOUNS = frozenset({
    "evidence", "evidencia", "evidencias", "prueba", "pruebas", "preuve", "preuves", "bewijs", "bewijsstukken", "proof",
})  # fmt: skip
_EVIDENCE = EVIDENCE_NOUNS | frozenset({
    "document", "documents", "documento", "documentos", "documenten", "de", "available", "disponible", "disponivel",
    "beschikbaar", "yet", "hay", "ha",
})  # fmt: skip
#: Other cells of evidence that name none.
_UNSUPPORTED = (
    "n/a | n.a. | na | no aplica | non applicable | sans objet | s.o. | niet van toepassing | n.v.t. | nvt | "
    "nao se aplica | nao aplicavel | pending | pendiente | en attente | in afwachting | pendente"
)
#: Separators between the number and name of a level.
_BETWEEN = re.compile(r"\s*[-–—:.,;)(]\s*")
#: Punctuation after an answer that keeps its meaning.
_FINAL = " .;,!"
_PERCENTAGE = re.compile(r"(\d+)%")
#: Share of 1 that a spreadsheet shows as a percentage.
_SHARE = re.compile(r"0?[.,]\d+|1[.,]0+")
_BEFORE_PERCENT = re.compile(r"(?<=\d) +(?=%)")
#: Words for a level in the same languages, before its number.
_NUMBERED = re.compile(r"(?:level|stage|step|nivel|etapa|niveau|stade|stadium|estagio) *(\d+)(?: (.*))?")


@lru_cache(maxsize=4096)  # the same questions and answer words recur in every response
def fold_text(text: str) -> str:
    """Fold case, accents and repeated spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).replace("’", "'").split())


def _fold_words(text: str) -> str:
    return _BEFORE_PERCENT.sub("", fold_text(_BETWEEN.sub(" ", text)))


def _split(words: str) -> list[str]:
    return [_fold_words(word) for word in words.split("|")]


def is_answer_code(text: str) -> bool:
    """True if a text is an answer code or number."""
    return text in VALUE_CODES or _to_number(text) is not None


def _to_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@lru_cache(maxsize=16)
def _index_answer_words(framework: Framework) -> dict[str, FindingValue]:
    """Return the framework's answer words in all languages, with meanings."""
    words: dict[str, FindingValue] = {fold_text(code): value for code, value in VALUE_CODES.items()}
    words |= {fold_text(word): value for value, listed in _PLAIN.items() for word in listed.split("|")}
    for key, text in framework.labels.items():
        kind, _, code = key.partition(".")
        if kind == "answer" and code in VALUE_CODES:
            words |= {fold_text(text.get(language)): VALUE_CODES[code] for language in text.languages}
    return words


def parse_meaning(text: str, scale: Scale | None = None) -> FindingValue | None:
    """Parse an answer's meaning in a mapping or setting.

    The result is None if the text has no meaning.

    Args:
        text: Code of an answer, a number, or a level of the scale: its code or name.
        scale: Scale of the target; None for a criterion.

    Example:
        >>> from capbuild.model import Level
        >>> scale = Scale(id="s", levels=[Level(code=f"L{n}", order=n, label=("Low", "High")[n]) for n in (0, 1)])
        >>> parse_meaning("yes"), parse_meaning("2.5"), parse_meaning("L1", scale), parse_meaning("low", scale)
        (<Verdict.YES: 'yes'>, 2.5, 1, 0)
    """
    code = VALUE_CODES.get(text, _to_number(text))
    return find_level(text, scale) if code is None and scale is not None else code


def is_meaning(text: str, framework: Framework, target: str | None = None) -> bool:
    """True if a text has a meaning in a framework.

    Args:
        text: The text, as in a mapping or in settings.
        framework: Framework with levels that are also meanings.
        target: Criterion or capacity of the answer; None for any.
    """
    if is_answer_code(text):
        return True
    if target is not None:
        node = framework.capacities.get(target)
        return node is not None and find_level(text, framework.scale_of(node)) is not None
    return any(find_level(text, scale) is not None for scale in framework.scales)


def answer_value(
    value: AnswerValue,
    framework: Framework,
    words: Mapping[str, str] | None = None,
    scale: Scale | None = None,
) -> FindingValue | None:
    """Return the meaning of an answer, or None if unknown.

    Args:
        value: The answer. Missing stays missing; true and false are yes and no; a number stays a number.
        framework: Its answer words in all languages are understood, whatever their case and accents; so are plain
            words such as "oui" and "sim".
        words: Further answer words, with answer codes or levels.
        scale: Scale of the levels among these codes.

    Example:
        >>> from capbuild.model import Framework, Scale, Capacity
        >>> bare = Framework(
        ...     id="f", edition="1", title="F", scales=[Scale(id="s")], roots=[Capacity(id="c", title="C")]
        ... )
        >>> answer_value("YES", bare), answer_value("Sí.", bare), answer_value("quizás", bare) is None
        (<Verdict.YES: 'yes'>, <Verdict.YES: 'yes'>, True)
    """
    if isinstance(value, Missing):
        return value
    if isinstance(value, bool):
        return Verdict.YES if value else Verdict.NO
    if isinstance(value, int | float):
        own = (words or {}).get(str(value))
        return value if own is None else parse_meaning(own, scale)
    if not isinstance(value, str):
        return None
    folded = fold_text(value)
    for word, code in (words or {}).items():
        if fold_text(word) == folded:
            return parse_meaning(code, scale)
    known = _index_answer_words(framework)
    return known.get(folded, known.get(folded.rstrip(_FINAL)))


@lru_cache(maxsize=64)
def _index_level_names(scale: Scale) -> dict[str, int]:
    """Return level orders by code, number, label and their pairs."""
    names: list[tuple[str, int]] = []
    for level in scale.levels:
        labels = [_fold_words(level.label.get(tag)) for tag in level.label.languages]
        numbers = (_fold_words(level.code), str(level.order))
        names += [(name, level.order) for name in (*numbers, *labels)]
        names += [(f"{number} {label}", level.order) for number in numbers for label in labels]
        names += [(share[1], level.order) for share in map(_PERCENTAGE.fullmatch, labels) if share]  # 40 % is also 40
    return {**_drop_shared(names), **{str(order): order for order in scale.orders}}


def _drop_shared(names: Iterable[tuple[str, Named]]) -> dict[str, Named]:
    """Return the meanings of unambiguous names."""
    first_values: dict[str, Named] = {}
    shared = set()
    for name, value in names:
        if first_values.setdefault(name, value) != value:
            shared.add(name)
    return {name: value for name, value in first_values.items() if name not in shared}


@lru_cache(maxsize=64)
def is_percent_ladder(scale: Scale) -> bool:
    """True if percentages such as 20 % name all levels."""
    labels = [_fold_words(level.label.get(tag)) for level in scale.levels for tag in level.label.languages]
    return len(scale.levels) > 1 and all(map(_PERCENTAGE.fullmatch, labels))


def find_level(text: str, scale: Scale, texts: Mapping[str, Text] | None = None) -> int | None:
    """Return the level with a name, as its order.

    A name is the number, code, label or text of a level, two of them together, or a word for level with the number.
    On a scale without named levels, such as 0 to 5, only a whole number has a level, alone or after a word for level.
    The result is None if no level has the name.

    Args:
        text: The name.
        scale: Scale of the levels.
        texts: Texts of the levels of one indicator, by the code of the level.

    Example:
        >>> from capbuild.model import Level
        >>> scale = Scale(id="s", levels=[Level(code=f"M{n}", order=n, label=("None", "Ad hoc")[n]) for n in (0, 1)])
        >>> [find_level(text, scale) for text in ("1", "M1", "ad hoc", "M1 Ad hoc", "Nivel 1: ad hoc", "2", "Level 2")]
        [1, 1, 1, 1, 1, None, None]
    """
    if not scale.levels:
        numbered = None if scale.kind is ScaleKind.PERCENT else _NUMBERED.fullmatch(_fold_words(text))
        low, high = scale.ends
        return int(numbered[1]) if numbered and not numbered[2] and low <= int(numbered[1]) <= high else None
    if is_percent_ladder(scale) and _SHARE.fullmatch(text.strip()):
        text = f"{100 * float(text.replace(',', '.')):g}%"
    wanted, names = _fold_words(text), _index_level_names(scale)
    own = _drop_shared(
        (_fold_words(words.get(tag)), level.order)
        for level in scale.levels
        if texts and (words := texts.get(level.code)) is not None
        for tag in words.languages
    )
    named_level = names.get(wanted, own.get(wanted))
    if named_level is not None or (numbered := _NUMBERED.fullmatch(wanted)) is None:
        return named_level
    order, rest = int(numbered[1]), numbered[2]
    same = rest is None or order in {names.get(rest), own.get(rest)}
    return order if same and order in scale.orders else None


def find_option(value: AnswerValue, scale: AnswerScale | None) -> AnswerOption | None:
    """Return the option that an answer names, if any.

    An option is named by its code, or by its text in any language.

    Example:
        >>> from capbuild.model import Verdict
        >>> full = AnswerOption(code="F-I", label={"en": "Fully", "es": "Del todo"}, counts=Verdict.YES)
        >>> scale = AnswerScale(id="s", options=[full])
        >>> [find_option(text, scale) == full for text in ("f-i", "del todo", "F-I: Fully", "x")]
        [True, True, True, False]
    """
    if scale is None or isinstance(value, Missing) or not isinstance(value, str | int | float):
        return None
    return _index_option_words(scale).get(_fold_words(str(value)))


@lru_cache(maxsize=64)
def _index_option_words(scale: AnswerScale) -> dict[str, AnswerOption]:
    """Return options by folded code, text, and both."""
    codes = {_fold_words(option.code): option for option in scale.options}
    words: list[tuple[str, AnswerOption]] = []
    for code, option in codes.items():
        labels = [_fold_words(option.label.get(tag)) for tag in option.label.languages]
        words += [(word, option) for word in (*labels, *(f"{code} {label}" for label in labels))]
    return {**_drop_shared(words), **codes}


def propose_meaning(text: str, framework: Framework, node: Capacity | None = None) -> tuple[str, bool]:
    """Propose an answer option's meaning, and whether it is certain.

    A level is certain if the option is its name. A verdict is certain if the option is a plain word, alone or with
    emphasis.

    Args:
        text: The option.
        framework: Framework with the answer words.
        node: Capacity judged by a level; None for a criterion.

    Returns:
        Code of the answer or level, empty for none.

    Example:
        >>> from capbuild.frameworks import load_bundled
        >>> police = load_bundled("police_cyber")
        >>> [propose_meaning(text, police) for text in ("Sí, totalmente", "No, en absoluto", "Yes, in Lima", "No idea")]
        [('yes', True), ('no', True), ('yes', False), ('', False)]
    """
    if node is not None:
        scale = framework.scale_of(node)
        order = find_level(text, scale, node.level_texts)
        if order is not None:
            return scale.level(order).code if scale.levels else str(order), True
    known = answer_value(text, framework)
    if isinstance(known, Missing) or (isinstance(known, Verdict) and node is None):
        return known.value, True
    return ("", False) if node is not None else _propose_verdict(text)


def names_evidence(text: str) -> bool:
    """True if a cell names evidence, rather than `none`.

    Example:
        >>> [names_evidence(text) for text in ("No. 12 of 2009", "no", "Sin evidencia", "n/a", "-")]
        [True, False, False, False, False]
    """
    folded = fold_text(text)
    words = re.findall(r"\w+", folded)
    if not words or isinstance(VALUE_CODES.get(folded), Missing) or folded in _UNSUPPORTED.split(" | "):
        return False
    return not (words[0] in NEGATIVES and _EVIDENCE.issuperset(words[1:]))


def plain_verdict(text: str) -> Verdict | None:
    """Return the verdict of a plain yes, no or partly.

    The word may be in any known language. The result is None for all other texts.

    Example:
        >>> plain_verdict("Sí"), plain_verdict("quizás")
        (<Verdict.YES: 'yes'>, None)
    """
    wanted = _fold_words(text)
    return next((verdict for verdict, listed in _PLAIN.items() if wanted in _split(listed)), None)


def _propose_verdict(text: str) -> tuple[str, bool]:
    """Propose a verdict from the first word of a text.

    The verdict is certain if the rest of the text agrees, and never for a single letter.
    """
    wanted = _fold_words(text)
    letters = {verdict for verdict, listed in _PLAIN.items() if wanted in [word[0] for word in _split(listed)]}
    if len(letters) == 1:
        return letters.pop().value, False
    for verdict, listed in _PLAIN.items():
        for word in _split(listed):
            if not wanted.startswith(f"{word} "):
                continue
            rest = wanted.removeprefix(f"{word} ")
            if verdict is Verdict.YES and rest in _split(_STRESSED[Verdict.PARTLY]):
                return Verdict.PARTLY.value, True
            if rest in _split(_STRESSED[verdict]):
                return verdict.value, True
            certain = verdict is not Verdict.NO or re.match(r"\w+\s*[,;:.–—-]", text.strip()) is not None
            return (verdict.value, False) if certain else ("", False)
    return "", False
