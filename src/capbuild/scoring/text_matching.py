"""Text matching by words: similarity of a question to known texts, and its certainty."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum

from attrs import define

from capbuild.text import Text, fold_text

#: Minimum similarity and minimum lead over the runner-up, as a share of the similarity, of a certain and of a likely
#: proposal; chosen so that no edited or reworded question is certain and wrong.
_CERTAIN, _CERTAIN_LEAD = 0.55, 0.25
_LIKELY, _LIKELY_LEAD = 0.25, 0.05
#: Letters that two forms of a word must share, and length of word parts.
_STEM, _GRAM = 6, 4
#: Most letters of articles and prepositions, which change when the other words change places: `a la`, `al`.
_PARTICLE = 3
#: Weight of word parts relative to whole words.
_GRAM_SHARE = 0.5
_WORD = re.compile(r"[^\W_]+")  # letters and digits, as in `str.isalnum`
_WORD_OR_SIGN = re.compile(r"[^\W_]+|[%‰$€£¥°]")


#: Words that turn a statement round, folded, in the languages of questionnaires; Chinese is written without blanks.
_NEGATIONS = frozenset({
    "no", "not", "never", "non", "none", "nor", "neither", "without", "lack", "lacks", "lacking", "nunca", "ningun",
    "ninguna", "ni", "sin", "jamas", "tampoco", "carece", "pas", "jamais", "aucun", "aucune", "sans", "niet",
    "geen", "nooit", "zonder", "niets", "nao", "nem", "nenhum", "nenhuma", "sem", "mai", "nessun",
    "nessuna", "senza", "nicht", "kein", "keine", "keinen", "nie", "ohne", "не", "нет", "ни", "без", "никогда",
    "нельзя", "لا", "ليس", "ليست", "لم", "لن", "غير", "بدون", "tidak", "bukan", "tanpa", "belum", "hakuna",
    "bila", "hapana", "不", "没", "無", "无", "未", "非",
})  # fmt: skip


class Certainty(StrEnum):
    """Certainty of a proposal."""

    #: Id or text leaves no doubt: used without review.
    CERTAIN = "certain"
    #: For a person to confirm.
    LIKELY = "likely"
    NONE = "none"


def all_texts(text: Text) -> tuple[str, ...]:
    """Return a text in each of its languages, without repetition."""
    return tuple(dict.fromkeys(text.get(language) for language in text.languages))


def _count_parts(text: str) -> Counter[str]:
    """Return the words and word parts of a text."""
    found: Counter[str] = Counter()
    for word in _WORD.findall(fold_text(text)):
        found[f"{word[:_STEM]}-"] += 1
        padded = f" {word} "
        for start in range(len(padded) - _GRAM + 1):
            found[padded[start : start + _GRAM]] += 1
    return found


def _list_numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))


@define(eq=False)
class TextIndex:
    """Named texts, searchable by their parts.

    Attributes:
        names: Names by folded name.
        texts: Name and text of each entry.
        weights: Weight of each part.
        entries: Entries with a part, and its share in them.
        wholes: Entries by their name and whole text, as plain text.

    Source:
        Salton and Buckley (1988), Term-weighting approaches in automatic text retrieval (tf-idf and cosine).
    """

    names: Mapping[str, str]
    texts: list[tuple[str, str]]
    weights: dict[str, float]
    entries: dict[str, list[tuple[int, float]]]
    wholes: dict[str, list[int]]

    @classmethod
    def make(cls, named: Iterable[tuple[str, Text]]) -> "TextIndex":
        """Index texts in all their languages by name; names may repeat."""
        texts = [(name, text) for name, given in named for text in all_texts(given)]
        parts = [_count_parts(text) for _, text in texts]
        names_by_part: dict[str, set[str]] = {}
        for (name, _), found in zip(texts, parts, strict=True):
            for part in found:
                names_by_part.setdefault(part, set()).add(name)
        # Weights count names, not texts: a word shared by two languages is not rarer in a third.
        weights = {part: math.log(1 + len(texts) / len(names)) for part, names in names_by_part.items()}
        index = cls({fold_text(name): name for name, _ in texts}, texts, weights, {}, {})
        for number, found in enumerate(parts):
            index.wholes.setdefault(plain_text(" ".join(texts[number])), []).append(number)
            for part, share in index.vector(found).items():
                index.entries.setdefault(part, []).append((number, share))
        return index

    def vector(self, found: Counter[str]) -> dict[str, float]:
        """Return the parts of a text with their shares; unknown parts count like the rarest."""
        rarest = math.log(1 + len(self.texts))
        raw = {
            part: (1 + math.log(count)) * self.weights.get(part, rarest) * (1.0 if part.endswith("-") else _GRAM_SHARE)
            for part, count in found.items()
        }
        length = math.sqrt(sum(value * value for value in raw.values()))
        return {part: value / length for part, value in raw.items()}

    def nearest(self, text: str) -> list[tuple[float, str, str]]:
        """Return the best two matches: similarity, name and text."""
        scores: dict[int, float] = {}
        if not self.texts:
            return []
        for part, share in self.vector(_count_parts(text)).items():
            for number, other in self.entries.get(part, ()):
                scores[number] = scores.get(number, 0.0) + share * other
        best: dict[str, tuple[float, str, str]] = {}
        for number, score in scores.items():
            name, own = self.texts[number]
            if name not in best or score > best[name][0]:
                best[name] = (score, name, own)
        return sorted(best.values(), reverse=True)[:2]

    def nearest_of(self, texts: Iterable[str]) -> tuple[str, list[tuple[float, str, str]]]:
        """Return the text with the nearest name among several, with its best two matches."""
        return max(((text, self.nearest(text)) for text in texts), key=lambda pair: pair[1][:1])


def plain_text(text: str) -> str:
    """Return the letters and digits of a text, folded.

    Example:
        >>> plain_text("A.1 – Stratégie nationale?")
        'a 1 strategie nationale'
    """
    return " ".join(_WORD.findall(fold_text(text)))


def has_other_words(text: str, found: str) -> bool:
    """True if each text has a word, or a sign such as %, that the other lacks: men and women, hours and minutes.

    Example:
        >>> has_other_words("Men trained", "Women trained"), has_other_words("Share (%)", "Share (number)")
        (True, True)
        >>> has_other_words("Staff trained in forensics?", "Staff trained, in digital forensics")
        False
    """
    ours, theirs = ({word[:_STEM] for word in _WORD_OR_SIGN.findall(fold_text(one))} for one in (text, found))
    return not (ours <= theirs or theirs <= ours)


def turns_round(text: str, found: str) -> bool:
    """True if one text alone has a negation, or both have the same words in another order: who trusts whom.

    Example:
        >>> turns_round("The law is in force", "The law is not in force")
        True
        >>> turns_round("Do the judges trust the police?", "Do the police trust the judges?")
        True
        >>> turns_round("Staff trained in forensics?", "Staff trained, in digital forensics")
        False
    """
    ours, theirs = (_WORD.findall(fold_text(one)) for one in (text, found))
    if _list_negations(ours) != _list_negations(theirs):
        return True
    stems = [[word[:_STEM] for word in one if len(word) > _PARTICLE] for one in (ours, theirs)]
    shared = [[stem for stem in one if stem in other] for one, other in zip(stems, reversed(stems), strict=True)]
    shorter = min(map(len, stems))
    return len(shared[0]) == len(shared[1]) == shorter and shared[0] != shared[1]


def _list_negations(words: Iterable[str]) -> list[str]:
    return sorted(
        part for word in words for part in ([word] if word.isascii() else [word, *word]) if part in _NEGATIONS
    )


def judge_match(text: str, found: str, score: float, runner_up: float, *, first: bool) -> Certainty:
    """Return the certainty that two texts ask the same.

    Args:
        text: One text.
        found: Its nearest text.
        score: Their similarity.
        runner_up: Similarity of the next nearest.
        first: Whether no other text is nearer to the found one.
    """
    lead = 1 - runner_up / score if score else 0.0
    near = score >= _CERTAIN and lead >= _CERTAIN_LEAD and first
    if near and _list_numbers(text) == _list_numbers(found) and not turns_round(text, found):
        return Certainty.CERTAIN
    return Certainty.LIKELY if score >= _LIKELY and lead >= _LIKELY_LEAD else Certainty.NONE
