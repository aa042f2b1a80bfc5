"""Options of form-product readers."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from capbuild.errors import ModelError
from capbuild.formats import TableOptions, fold_header
from capbuild.frozen import FrozenMap


def _choices(value: Any) -> FrozenMap[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise ModelError("choices", value, "must be a table of head = list of options")
    choices = {}
    for head, options in value.items():
        if isinstance(options, str) or not all(isinstance(option, str) and option.strip() for option in options):
            raise ModelError(f"choices.{head}", options, "must be a list of texts")
        choices[fold_header(str(head))] = tuple(option.strip() for option in options)
    return FrozenMap(choices)


@frozen(kw_only=True)
class FormOptions(TableOptions):
    """Options of form-product readers, beside those of `TableOptions`.

    Attributes:
        choices: Options of multi-select questions, by header. With them, a cell can be split even if options contain
            the separator.

    Example:
        >>> FormOptions(choices={"Units?": ["CERT, national", "Police"]}).choices["units"]
        ('CERT, national', 'Police')
    """

    choices: FrozenMap[str, tuple[str, ...]] = field(factory=FrozenMap, converter=_choices)
