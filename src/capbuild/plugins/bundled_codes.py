"""Built-in plugin: the codes of organisations that come with capbuild."""

from capbuild.countries import CodeList, code_lists
from capbuild.plugins.hookspecs import hookimpl

__all__ = ["register_code_lists"]


@hookimpl
def register_code_lists() -> list[CodeList]:
    """Return the codes of FIFA and ITU, and those that ISO 3166-1 leaves to users."""
    return list(code_lists())
