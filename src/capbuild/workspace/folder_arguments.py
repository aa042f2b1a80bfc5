"""Paths of folders, in place of opened programmes."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from capbuild._lazy import provided

P = ParamSpec("P")
T = TypeVar("T")
W = TypeVar("W")


def takes_folder(function: Callable[Concatenate[W, P], T]) -> Callable[Concatenate[W | str | Path, P], T]:
    """Make a function open a programme's folder.

    The folder is its first argument, if this is a path.
    """

    @wraps(function)
    def call(workspace: W | str | Path, *args: P.args, **options: P.kwargs) -> T:
        opened: W = provided("open_workspace")(workspace) if isinstance(workspace, str | Path) else workspace
        return function(opened, *args, **options)

    return call  # type: ignore[return-value]  # the argument may be named, too
