"""Values of items in the data."""

from capbuild.formats import RecordValue
from capbuild.model import Missing, QuestionType
from capbuild.origin import Origin
from capbuild_cspro.dictionary import Item, Values, number_text


def record_value(item: Item, text: str, origin: Origin, repeat: int = 0, comment: str | None = None) -> RecordValue:
    """Return the value of an item's stored text."""
    values, plain = item.values, text.strip()
    value: str | list[str] | None = plain
    absent = values.blank
    if not plain:
        value = None
    elif values.type is QuestionType.SELECT_MULTIPLE:
        boxes = (text[place : place + values.width].strip() for place in range(0, len(text), values.width))
        value = list(dict.fromkeys(code for code in boxes if code))
    elif values.numeric and not plain.strip("*"):
        value, absent = None, Missing.INVALID
    elif values.numeric:
        value = _number(values, plain)
    return RecordValue(
        item.question, value, origin, absent, repeat, plain if plain and value != plain else None, comment
    )


def _number(values: Values, plain: str) -> str:
    """Return a number with implied decimals and without fill; a date in ISO form."""
    number = number_text(plain)
    if number is None:
        return plain
    if values.type is QuestionType.DATE and len(plain) == len("YYYYMMDD"):
        return f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    if values.decimals and "." not in plain:
        return number_text(f"{float(number) / 10**values.decimals:.{values.decimals}f}") or number
    return number
