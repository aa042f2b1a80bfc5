"""Codes and words for missing values that the user declares, for readers that type values themselves."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve

from capbuild.formats.vocabulary import fold_word
from capbuild.model import Answer, Missing, Questionnaire, Response, SheetReconciliation
from capbuild.plugins import ReadItem


def mark_missing(items: Iterable[ReadItem], missing: Mapping[str, Missing]) -> Iterator[ReadItem]:
    """Yield the items of a reader, in which answers that the user declares missing are missing.

    As in `RecordReader`, an answer is declared by its text, its code, or a label of its choice. Its text is kept as
    `raw`, and the reconciliation counts it as missing.

    Args:
        items: The items; the form comes before the responses.
        missing: Kinds by folded code or word, as `missing_kinds` returns them.

    Example:
        >>> answers = [Answer("law", "Yes"), Answer("law", "No idea")]
        >>> response = Response(id="1", answers=answers)
        >>> (changed,) = mark_missing([response], {"no idea": Missing.DONT_KNOW})
        >>> [(answer.value, answer.raw) for answer in changed.answers]
        [('Yes', None), (<Missing.DONT_KNOW: "don't know">, 'No idea')]
    """
    if not missing:
        yield from items
        return
    labels: dict[tuple[str, str], list[str]] = {}
    moved: Counter[str] = Counter()

    def change(answer: Answer) -> Answer:
        value = answer.value
        code = value[0] if isinstance(value, tuple) and len(value) == 1 else value
        text = answer.raw if answer.raw is not None else "" if isinstance(code, Missing | tuple) else str(code)
        words = (
            text,
            *(() if isinstance(code, Missing) else (str(code), *labels.get((answer.question, str(code)), ()))),
        )
        kind = next((missing[word] for word in map(fold_word, words) if word in missing), None)
        if kind is None or kind is value:
            return answer
        moved[value.value if isinstance(value, Missing) else ""] -= 1
        moved[kind.value] += 1
        return evolve(answer, value=kind, raw=text)

    for item in items:
        if isinstance(item, Questionnaire):
            labels |= {
                (question.id, choice.code): [choice.label.get(tag) for tag in choice.label.languages]
                for question in item.questions
                for choice in question.choices
            }
        if isinstance(item, Response):
            yield evolve(item, answers=list(map(change, item.answers)))
        elif isinstance(item, SheetReconciliation):
            absent = Counter(item.absent)
            absent.update({kind: count for kind, count in moved.items() if kind})
            yield evolve(item, answers=item.answers + moved[""], absent=+absent)
            moved.clear()
        else:
            yield item
