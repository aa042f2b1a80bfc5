"""What a file cannot hold, found by comparing what was read before with what is read back."""

from collections.abc import Iterator

from attrs import field, frozen

from capbuild.checks import between, identifier, to_tuple
from capbuild.io.loss_counts import Counted
from capbuild.io.lost_answers import compare_responses
from capbuild.io.lost_forms import compare_forms
from capbuild.model import Reading

__all__ = ["Loss", "LossReport", "find_losses"]


@frozen(kw_only=True)
class Loss:
    """One kind of thing that did not come through.

    Attributes:
        kind: What it is, such as `kinds of missing`.
        count: How many.
        of: How many there were.
        examples: Some of them, in words.
    """

    kind: str = field(validator=identifier)
    count: int = field(validator=between(1))
    of: int = field(default=0, validator=between(0))
    examples: tuple[str, ...] = field(default=(), converter=to_tuple)

    def __str__(self) -> str:
        whole = f" of {self.of:,}" if self.of else ""
        told = f": {'; '.join(self.examples)}" if self.examples else ""
        return f"{self.kind}, {self.count:,}{whole}{told}"


@frozen(kw_only=True)
class LossReport:
    """What did not come through, measured by reading the new file back.

    Attributes:
        losses: One a kind, what is asked before what was answered.
        answers: How many answers there were.
        kept: How many of them came back with the same value.
    """

    losses: tuple[Loss, ...] = field(default=(), converter=to_tuple)
    answers: int = 0
    kept: int = 0

    @property
    def exact(self) -> bool:
        """Whether nothing was lost."""
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


def find_losses(before: Reading, after: Reading) -> LossReport:
    """Return what was in one reading and is not in another, and what is there that was not.

    Origins, and what each reader found out about its own file, are of that file and are not compared. Neither is in
    which order a response answers different questions: tables have the order of the form.

    Args:
        before: What was read from the source.
        after: What was read back from the file that was written.
    """
    counted = Counted()
    names = compare_forms(counted, before.questionnaire, after.questionnaire)
    answers, kept = compare_responses(counted, before.responses, after.responses, names)
    losses = [
        Loss(kind=kind, count=count, of=counted.wholes[kind], examples=counted.examples.get(kind, ()))
        for kind, count in counted.counts.items()
    ]
    return LossReport(losses=losses, answers=answers, kept=kept)
