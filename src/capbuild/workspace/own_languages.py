"""Use of a programme folder's languages."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from capbuild.reports.languages import LanguageTexts, use_languages

P = ParamSpec("P")
T = TypeVar("T")


class _HasLanguages(Protocol):
    @property
    def languages(self) -> tuple[LanguageTexts, ...]: ...


W = TypeVar("W", bound=_HasLanguages)


def in_own_languages(function: Callable[Concatenate[W, P], T]) -> Callable[Concatenate[W, P], T]:
    """Make a function use the folder's languages.

    The folder is its first argument. A generator cannot be used.
    """

    @wraps(function)
    def call(workspace: W, /, *args: P.args, **options: P.kwargs) -> T:
        with use_languages(workspace.languages):
            return function(workspace, *args, **options)

    return call
