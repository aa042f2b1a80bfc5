"""Isolated parts of a run; failures do not stop others."""

from collections.abc import Callable
from typing import TypeVar

from attrs import evolve

from capbuild._logs import logger
from capbuild.errors import CapbuildError
from capbuild.model import Issue
from capbuild.origin import Origin

T = TypeVar("T")

_SETTINGS = Origin("programme.toml", row=1)


def attempt(make: Callable[[], T], what: str, issues: list[Issue], origin: Origin = _SETTINGS) -> T | None:
    """Call a function, and report failure as an issue.

    Returns None then.

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
        issue = evolve(found := Issue.from_error(error), origin=found.origin or origin)
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
