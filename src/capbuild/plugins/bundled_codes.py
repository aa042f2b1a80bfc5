"""Built-in plugin with the code lists of capbuild."""

from capbuild.countries import CodeList, code_lists
from capbuild.plugins.hookspecs import hookimpl


@hookimpl
def register_code_lists() -> list[CodeList]:
    """Return the codes of FIFA, ITU and user-assigned ones."""
    return list(code_lists())
