"""Plugin for Typeform and Formbricks: definitions and responses."""

from collections.abc import Iterable

from capbuild.formats import DefinitionOptions
from capbuild.plugins import Companion, LazyFunction, Reader, hookimpl

__all__ = ["CAPBUILD_API", "register_readers"]

CAPBUILD_API = 1


def _make_reader(name: str, title: str) -> Reader:
    module = f"capbuild_forms.{name}"
    definition = Companion(option="definition", patterns=("*.json",), explains=LazyFunction(f"{module}:explains"))
    return Reader(
        name=name,
        title=title,
        sniff=LazyFunction(f"{module}:sniff"),
        read=LazyFunction(f"{module}:read_file"),
        facts=LazyFunction(f"capbuild_forms.facts:{name}_facts"),
        options=DefinitionOptions,
        companions=(definition,),
        suffixes=(".json",),
    )


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the readers of Typeform and Formbricks."""
    return [
        _make_reader("typeform", "Typeform form or responses"),
        _make_reader("formbricks", "Formbricks survey or responses"),
    ]
