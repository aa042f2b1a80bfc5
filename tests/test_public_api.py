"""What is public is listed; a change of it is meant, and shows in the diff of the listing."""

import inspect
import re
from importlib import import_module
from typing import Any

import capbuild
from tools import public_api


def test_the_listing_is_current():
    differing = public_api.differences()
    assert not differing, "\n".join(
        [
            "the public interface differs from docs/reference/public-api.txt;",
            "if it is meant: uv run python -m tools.public_api, and a file in changes/ that says it",
            *differing,
        ]
    )


def test_it_lists_the_face_and_what_plugins_build_on():
    text = public_api.LISTING.read_text("utf-8")
    for name in capbuild.__all__:
        assert f"\n{name}" in text, name
    for package in ("model", "plugins", "io", "errors", "origin", "reports", "formats", "testing"):
        assert f"[capbuild.{package}]" in text


def test_the_new_names_of_the_renaming_table_exist():
    page = (public_api.LISTING.parent / "renamed.md").read_text("utf-8")
    names = re.findall(r"^\|[^|]*\| `(capbuild[\w.]+)(?:\(\))?`", page, re.MULTILINE)
    assert len(names) > 150
    assert [name for name in names if not exists(name)] == []


def exists(name):
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            fields = [one.name for one in getattr(found, "__attrs_attrs__", ())]
            if not hasattr(found, part):
                return part in fields
            found = getattr(found, part)
        return True
    return False


def test_a_signature_says_what_may_be_left_out_and_what_has_a_name():
    def sample(source, /, *others, kind=None, strict=True, limits=inspect, **more):
        """Signs of every kind."""

    assert public_api.signature(sample) == "(source, *others, kind=None, strict=True, limits=..., **more)"
    assert public_api.signature(lambda a, *, b=1: a) == "(a, *, b=1)"


def public_callables():
    """Yield the dotted name and the function of everything public that can be called or read."""
    for package in public_api.packages():
        for name in package.__all__:
            thing = getattr(package, name)
            if isinstance(thing, type):
                for member, value in vars(thing).items():
                    bare = next(
                        (getattr(value, at) for at in ("fget", "func", "__func__") if hasattr(value, at)), value
                    )
                    if not member.startswith("_") and inspect.isfunction(bare):
                        yield f"{package.__name__}.{name}.{member}", bare
            elif inspect.isfunction(thing):
                yield f"{package.__name__}.{name}", thing


def returns_any(function):
    return function.__annotations__.get("return") in (Any, "Any")


def test_every_public_function_says_what_it_returns():
    found = list(public_callables())
    assert len(found) > 500
    assert [name for name, function in found if returns_any(function)] == []


def test_the_test_finds_a_function_of_any_result():
    def sample() -> Any:
        """Anything."""

    def quoted() -> "Any":
        """Anything."""

    assert returns_any(sample)
    assert returns_any(quoted)
    assert not returns_any(public_api.signature)
