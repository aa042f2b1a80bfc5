"""How long work says how far it has come, and how it is cancelled."""

from typing import Protocol

from attrs import define

__all__ = ["Progress", "Steps"]


class Progress(Protocol):
    """A function that is told how far work has come.

    Whatever it raises cancels the work and comes through as it is; nothing is left half written.
    """

    def __call__(self, done: int, total: int | None, what: str, /) -> None:
        """Take note: how much is done, of how much (None when it is not known), and what is at hand."""


@define
class Steps:
    """Counts steps, and tells a callback of each before it is taken.

    Attributes:
        progress: The callback, if there is one.
        done: Steps taken.

    Example:
        >>> steps = Steps(lambda done, total, what: print(done, what))
        >>> steps.begin("Read: a.csv")
        0 Read: a.csv
        >>> steps.begin("Read: b.csv")
        1 Read: b.csv
    """

    progress: Progress | None = None
    done: int = 0

    def begin(self, what: str) -> None:
        """Tell of a step that begins."""
        if self.progress is not None:
            self.progress(self.done, None, what)
        self.done += 1
