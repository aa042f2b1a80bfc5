"""Options of the readers of form products' exports."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from capbuild.errors import ModelError
from capbuild.formats import TableOptions, fold_head
from capbuild.frozen import FrozenMap

__all__ = ["FormOptions"]


def _choices(value: Any) -> FrozenMap[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise ModelError("choices", value, "must be a table of head = list of options")
    found = {}
    for head, options in value.items():
        if isinstance(options, str) or not all(isinstance(option, str) and option.strip() for option in options):
            raise ModelError(f"choices.{head}", options, "must be a list of texts")
        found[fold_head(str(head))] = tuple(option.strip() for option in options)
    return FrozenMap(found)


@frozen(kw_only=True)
class FormOptions(TableOptions):
    """How an export is read; options of every table are described with `TableOptions`.

    Attributes:
        choices: Options of questions where several may be chosen, by head. A cell that joins them can then be taken
            apart even where the options hold the separator themselves.

    Example:
        >>> FormOptions(choices={"Units?": ["CERT, national", "Police"]}).choices["units"]
        ('CERT, national', 'Police')
    """

    choices: FrozenMap[str, tuple[str, ...]] = field(factory=FrozenMap, converter=_choices)
