"""Progress bars in terminals (rich) and notebooks (tqdm)."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from capbuild.escaping import terminal_text
from capbuild.plugins import Progress

__all__ = ["progress_bar"]


def _no_progress(done: int, total: int | None, what: str) -> None:
    """Show nothing."""


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    return getattr(running, "kernel", None) is not None


def _terminal_bar(stack: ExitStack) -> Progress:
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    from capbuild._terminal import SafeConsole

    parts = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    bars = stack.enter_context(Bars(*parts, console=SafeConsole(stderr=True), transient=True))
    task = bars.add_task("", total=None)
    return lambda done, total, what: bars.update(task, completed=done, total=total, description=what)


def _notebook_bar(stack: ExitStack) -> Progress:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # without ipywidgets the bar is of text, which is well
        from tqdm.auto import tqdm
    bar = stack.enter_context(tqdm(leave=False, unit_scale=True))

    def show(done: int, total: int | None, what: str) -> None:
        bar.total, bar.n = total, done
        bar.set_description_str(terminal_text(what), refresh=False)
        bar.refresh()

    return show


@contextmanager
def progress_bar() -> Iterator[Progress]:
    r"""Yield a callback for `progress=` that shows a bar.

    A notebook shows a bar of tqdm, and a terminal one of rich on the error stream. Nothing is shown without a terminal,
    or if the library is not installed.

    Example:
        >>> import capbuild as cb
        >>> with progress_bar() as progress:
        ...     table = cb.scan(b"country,P1\nJamaica,3\n", name="a.csv", progress=progress)
        >>> len(table)
        1
    """
    with ExitStack() as stack:
        try:
            shown = _show_bar(stack)
        except ModuleNotFoundError:
            shown = _no_progress
        yield shown


def _show_bar(stack: ExitStack) -> Progress:
    if _in_notebook():
        return _notebook_bar(stack)
    watched = sys.stderr is not None and sys.stderr.isatty()
    return _terminal_bar(stack) if watched else _no_progress
