"""Progress callbacks, which may also cancel."""

from typing import Protocol

from attrs import define


class Progress(Protocol):
    """Callback that receives progress.

    Any exception cancels the work and propagates unchanged; nothing is left half written.
    """

    def __call__(self, done: int, total: int | None, what: str, /) -> None:
        """Receive the amount done, the total or None, and the current item."""


@define
class StepCounter:
    """Counter that reports each step before it starts.

    Attributes:
        progress: The callback, if there is one.
        done: Steps taken.

    Example:
        >>> steps = StepCounter(lambda done, total, what: print(done, what))
        >>> steps.begin("Read: a.csv")
        0 Read: a.csv
        >>> steps.begin("Read: b.csv")
        1 Read: b.csv
    """

    progress: Progress | None = None
    done: int = 0

    def begin(self, what: str) -> None:
        """Report the start of a step."""
        if self.progress is not None:
            self.progress(self.done, None, what)
        self.done += 1
