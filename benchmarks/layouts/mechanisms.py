"""Predicates of the table engine, to be counted or left out one at a time."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from capbuild.formats import layouts
from capbuild.formats.layouts import engine, header_candidates, layout_score, regions, sibling_tables, steps

#: Where a function is defined: a module or class, and its name there.
Place = tuple[Any, str]


def predicates() -> dict[str, Place]:
    """Return the functions and methods of the table engine that return a bool, by module and name."""
    found: dict[str, Place] = {}
    for info in pkgutil.iter_modules(layouts.__path__, f"{layouts.__name__}."):
        module = importlib.import_module(info.name)
        owners = [module, *(value for value in vars(module).values() if inspect.isclass(value))]
        for owner in owners:
            for name, value in vars(owner).items():
                function = value.__func__ if isinstance(value, staticmethod) else value
                own = inspect.isfunction(function) and function.__module__ == info.name
                if own and not name.startswith("__") and function.__annotations__.get("return") in (bool, "bool"):
                    found[f"{info.name.rpartition('.')[2]}.{function.__qualname__}"] = (owner, name)
    return found


@contextmanager
def replaced(place: Place, replacement: Callable[..., Any]) -> Iterator[None]:
    """Replace a function wherever it is imported."""
    owner, name = place
    value = vars(owner)[name]
    with ExitStack() as stack:
        if inspect.isclass(owner):
            new = staticmethod(replacement) if isinstance(value, staticmethod) else replacement
            stack.enter_context(mock.patch.object(owner, name, new))
        else:
            for module in [m for n, m in sys.modules.items() if n.startswith("capbuild.")]:
                if vars(module).get(name) is value:
                    stack.enter_context(mock.patch.object(module, name, replacement))
        yield


def others() -> dict[str, tuple[Place, Callable[..., Any]]]:
    """Return further mechanisms, with what replaces them: the result without their contribution."""
    return {
        "group labels": ((header_candidates, "_take_group_labels"), lambda _, ranked: ranked),
        "headers that cut merged cells": ((header_candidates, "_drop_cutting"), lambda _, ranked: ranked),
        "split at blank columns": ((regions, "_split_at_blank_columns"), lambda *_: []),
        "split at blank rows": ((regions, "_below"), lambda *_: []),
        "siblings": ((sibling_tables, "settle_by_siblings"), lambda _, box, *__: box),
        "country of other sheets": ((engine, "_share_country"), lambda _: None),
        "lists of values": ((engine, "find_lists"), lambda _: []),
        "topics": ((engine, "find_topics"), lambda _: {}),
        "country codes": ((layout_score, "_find_codes"), lambda *_: None),
        "legends": ((steps, "_find_legend"), lambda *_: frozenset()),
        "columns of totals": ((steps.Drop, "_leave_total_columns"), lambda *_: None),
    }


def never(*_: object, **__: object) -> bool:
    """Return False, whatever is asked."""
    return False


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count how often each predicate is true within the context."""
    times: Counter[str] = Counter()

    def counting(key: str, function: Callable[..., bool]) -> Callable[..., bool]:
        @functools.wraps(function)
        def count(*args: object, **options: object) -> bool:
            result = function(*args, **options)
            times[key] += bool(result)
            return result

        return count

    with ExitStack() as stack:
        for key, (owner, name) in predicates().items():
            value = vars(owner)[name]
            function = value.__func__ if isinstance(value, staticmethod) else value
            stack.enter_context(replaced((owner, name), counting(key, function)))
        yield times
