"""Checks of a framework's texts: numbers, completeness and vague words."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from capbuild.frameworks.flat_rules import find_implied_problems
from capbuild.model import Catalogue, Framework, Issue
from capbuild.text import Text

_NUMBER = re.compile(r"(?<![\w.-])(\d+(?:[.,]\d+)?)(?:(?:st|nd|rd|th|er?|[ºª])\b)?(?![\w-])")
#: Between the thousands of a number: 100,000 in English, 100.000 in Dutch, 100 000 (unbroken) in French.
_THOUSANDS = re.compile(r"(?<=\d)[.,\u00a0\u202f](?=\d{3}(?!\d))")
#: Words so vague that two assessors can disagree and both be right.
_VAGUE = re.compile(
    r"\b(adequate|sufficient|effective|appropriate|regular|good|robust|comprehensive)(ly)?\b", re.IGNORECASE
)
#: Number words by language, with values: the numbers of a criterion are its test.
_WORDS = {
    "en": ["one", "(?:two|both)", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
    "es": ["un[oa]?", "(?:dos|amb[oa]s)", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez"],
    "fr": ["une?", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"],
    "nl": ["(?:een|één)", "(?:twee|beide)", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien"],
    "pt": ["uma?", "(?:dois|duas|amb[oa]s)", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez"],
}


def _list_texts(framework: Framework) -> Iterator[tuple[str, Text]]:
    yield "framework.title", framework.title
    for scale in framework.scales:
        for level in scale.levels:
            yield f"level.{level.code}", level.label
    for node in framework.walk():
        for name in ("title", "survey", "short", "definition", "why", "evidence"):
            text = getattr(node, name)
            if text is not None:
                yield f"{node.id}.{name}", text
    for criterion in framework.criteria.values():
        yield criterion.id, criterion.text
        for name in ("survey", "evidence", "action", "small"):
            text = getattr(criterion, name)
            if text is not None:
                yield f"{criterion.id}.{name}", text
    yield from framework.labels.items()
    yield from framework.notes.items()


def _count_digits(text: str) -> Counter[str]:
    """Return the numbers of a text in one notation, ordinals included."""
    return Counter(number.replace(",", ".") for number in _NUMBER.findall(_THOUSANDS.sub("", text)))


def _number_words(text: str, language: str) -> Counter[int]:
    """Return number words above one.

    "One" is not counted: it is an article in four of the five languages, and a pronoun in English.
    """
    lower = text.lower()
    return Counter(
        {
            value: count
            for value, word in enumerate(_WORDS[language], start=1)
            if value > 1 and (count := len(re.findall(rf"\b{word}\b", lower)))
        }
    )


def _list_translation_problems(name: str, text: Text, language: str) -> Iterator[str]:
    translation = text.translations.get(language)
    if translation is None or not translation.text.strip():
        yield f"{name} has no text in {language}"
        return
    if translation.text == text.source and len(text.source) > 3:
        yield f"{name} in {language} equals its source"
    if text.is_stale(language):
        yield f"{name} in {language} was made from another wording of its source"
    if _count_digits(translation.text) != _count_digits(text.source):
        yield f"{name} in {language} has other numbers than its source"
    known = language in _WORDS and text.language in _WORDS
    if known and _number_words(translation.text, language) != _number_words(text.source, text.language):
        yield f"{name} in {language} has other number words than its source"


def _list_catalogue_texts(catalogue: Catalogue) -> Iterator[tuple[str, Text]]:
    yield "catalogue.title", catalogue.title
    yield from ((activity.id, activity.title) for activity in catalogue.activities)
    for activity in catalogue.activities:
        for part in ("objective", "syllabus", "assessment"):
            if (text := getattr(activity, part)).source:
                yield f"{activity.id}.{part}", text
    yield from ((role.id, role.title) for role in catalogue.roles)
    yield from ((competence.id, competence.title) for competence in catalogue.competences)
    for name, text in catalogue.notes.items():
        yield f"note.{name}", text


def _lint_texts(texts: Iterable[tuple[str, Text]], languages: Sequence[str]) -> Iterator[str]:
    for name, text in texts:
        for language in languages:
            yield from _list_translation_problems(name, text, language)


def lint_catalogue(catalogue: Catalogue) -> tuple[Issue, ...]:
    """Return the problems of a catalogue's texts.

    Every text must exist in every language of the catalogue's title, with the same numbers.
    """
    problems = _lint_texts(_list_catalogue_texts(catalogue), sorted(catalogue.title.translations))
    return tuple(Issue.warning("CB302", problem) for problem in problems)


def lint_framework(framework: Framework) -> tuple[Issue, ...]:
    """Return the problems of a framework's texts.

    Every text must exist in every language, and implied criteria must exist. No translation may be stale, or equal its
    source (except words of up to three letters), and its digits and number words must agree with the source. No
    criterion may use a vague word.
    """
    problems = [*_lint_texts(_list_texts(framework), framework.languages[1:])]
    for criterion in framework.criteria.values():
        if vague := _VAGUE.search(criterion.text.source):
            problems.append(f"{criterion.id} says {vague.group()!r}, which two assessors may read differently")
        problems += find_implied_problems(criterion, framework.criteria)
    return tuple(Issue.warning("CB302", problem) for problem in problems)
