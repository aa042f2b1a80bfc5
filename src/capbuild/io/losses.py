"""Losses of a conversion, from comparing readings before and after."""

from collections.abc import Iterator

from attrs import field, frozen

from capbuild.checks import between, identifier, to_tuple
from capbuild.io.loss_counts import LossCounter
from capbuild.io.lost_answers import compare_responses
from capbuild.io.lost_forms import compare_forms
from capbuild.model import Survey

__all__ = ["Loss", "LossReport", "find_losses"]


@frozen(kw_only=True)
class Loss:
    """Losses of one kind.

    Attributes:
        kind: Kind, such as `kinds of missing`.
        count: Number of losses.
        of: Number of items.
        examples: Examples, as text.
    """

    kind: str = field(validator=identifier)
    count: int = field(validator=between(1))
    of: int = field(default=0, validator=between(0))
    examples: tuple[str, ...] = field(default=(), converter=to_tuple)

    def __str__(self) -> str:
        whole = f" of {self.of:,}" if self.of else ""
        examples = f": {'; '.join(self.examples)}" if self.examples else ""
        return f"{self.kind}, {self.count:,}{whole}{examples}"


@frozen(kw_only=True)
class LossReport:
    """Losses of a conversion, measured by reading the new file back.

    Attributes:
        losses: One per kind, questions before answers.
        answers: Number of answers.
        kept: Number of answers with an unchanged value.
    """

    losses: tuple[Loss, ...] = field(default=(), converter=to_tuple)
    answers: int = 0
    kept: int = 0

    @property
    def is_exact(self) -> bool:
        """True if nothing was lost."""
        return not self.losses

    def __getitem__(self, kind: str) -> Loss:
        for loss in self.losses:
            if loss.kind == kind:
                return loss
        raise KeyError(kind)

    def __contains__(self, kind: object) -> bool:
        return any(loss.kind == kind for loss in self.losses)

    def __iter__(self) -> Iterator[Loss]:
        return iter(self.losses)

    def __len__(self) -> int:
        return len(self.losses)


def find_losses(before: Survey, after: Survey) -> LossReport:
    """Return the differences between two readings.

    Ignores origins, and properties of the files themselves. Also ignores the order in which a response answers
    different questions: tables have the order of the form.

    Args:
        before: Reading of the source.
        after: Reading of the written file.
    """
    counted = LossCounter()
    names = compare_forms(counted, before.questionnaire, after.questionnaire)
    answers, kept = compare_responses(counted, before.responses, after.responses, names)
    losses = [
        Loss(kind=kind, count=count, of=counted.wholes[kind], examples=counted.examples.get(kind, ()))
        for kind, count in counted.counts.items()
    ]
    return LossReport(losses=losses, answers=answers, kept=kept)
