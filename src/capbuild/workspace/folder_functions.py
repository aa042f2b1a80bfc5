"""Functions of a programme's folder: opened from a path, in its languages, with failures as issues."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from attrs import evolve

from capbuild._lazy import provided
from capbuild._logs import logger
from capbuild.errors import CapbuildError
from capbuild.model import Issue
from capbuild.origin import Origin
from capbuild.reports.languages import LanguageTexts, use_languages

A = TypeVar("A")
P = ParamSpec("P")
T = TypeVar("T")


class _HasLanguages(Protocol):
    @property
    def languages(self) -> tuple[LanguageTexts, ...]: ...


W = TypeVar("W", bound=_HasLanguages)


def in_own_languages(function: Callable[Concatenate[W, P], T]) -> Callable[Concatenate[W, P], T]:
    """Make a function use the languages of a programme's folder.

    The folder is the function's first argument. Generators are not supported.
    """

    @wraps(function)
    def call(workspace: W, /, *args: P.args, **options: P.kwargs) -> T:
        with use_languages(workspace.languages):
            return function(workspace, *args, **options)

    return call


def takes_folder(function: Callable[Concatenate[A, P], T]) -> Callable[Concatenate[A | str | Path, P], T]:
    """Make a function open its first argument if a path.

    The argument is a programme's folder.
    """

    @wraps(function)
    def call(workspace: A | str | Path, *args: P.args, **options: P.kwargs) -> T:
        opened: A = provided("open_workspace")(workspace) if isinstance(workspace, str | Path) else workspace
        return function(opened, *args, **options)

    return call  # type: ignore[return-value]  # the argument may be named, too


_SETTINGS = Origin("programme.toml", row=1)


def attempt(make: Callable[[], T], what: str, issues: list[Issue], origin: Origin = _SETTINGS) -> T | None:
    """Call a function, and report failure as an issue.

    The result is None if the function fails.

    Args:
        make: Function that makes the part.
        what: Name of the part, such as a file of results.
        issues: Collects the issue.
        origin: Default origin, if the error has none.

    Example:
        >>> problems = []
        >>> attempt(lambda: 1 / 0, "baseline.md", problems), problems[0].message
        (None, 'baseline.md is left out: ZeroDivisionError: division by zero')
    """
    try:
        return make()
    except CapbuildError as error:
        issue = evolve(own_issue := Issue.from_error(error), origin=own_issue.origin or origin)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong with a part, the others are made
        logger.exception("%s cannot be made", what)
        issue = Issue.error(
            "CB609",
            f"{type(error).__name__}: {error}",
            origin,
            "report it with the log of `capbuild`: this is a fault of the software, not of the folder",
        )
    remedy = issue.remedy or "see docs/reference/errors.md"
    issues.append(evolve(issue, message=f"{what} is left out: {issue.message}", remedy=remedy))
    return None
