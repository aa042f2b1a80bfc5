"""Output to terminals, without control characters."""

import sys
from collections.abc import Iterable

import click
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from capbuild.escaping import terminal_text

__all__ = ["SafeConsole", "echo"]


class SafeConsole(Console):
    """Console that prints control characters of texts as escapes.

    Colours and cursor movements of rich itself are kept.
    """

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield the segments of the printed text."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(terminal_text(segment.text), segment.style)


def echo(text: str, *, nl: bool = True, err: bool = False, document: bool = False) -> None:
    """Print a text with its control characters as escapes.

    Args:
        text: The text.
        nl: End the line.
        err: Print it on the error stream.
        document: The content of a file, which stays unchanged, in UTF-8, where a pipe or a file takes it.
    """
    if document and not sys.stdout.isatty():
        click.echo((text + "\n" * nl).encode(), nl=False, err=err)
    else:
        click.echo(terminal_text(text.replace("\r\n", "\n")), nl=nl, err=err)
