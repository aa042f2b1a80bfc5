"""What objects print: whatever is set, also where it is false, zero or empty against a default that is not."""

import attrs

from capbuild._slots import repr_set_fields
from capbuild.model import Money


@attrs.frozen(repr=False)
class Shown:
    must: str | None
    name: str = ""
    on: bool = True
    currency: str = "USD"
    count: int = 0
    parts: tuple[str, ...] = attrs.field(factory=tuple)
    double: int = attrs.field(default=attrs.Factory(lambda self: 2 * self.count, takes_self=True))

    __repr__ = repr_set_fields


def test_only_optional_fields_that_are_empty_are_left_out():
    assert repr(Shown(None)) == "Shown(must=None, on=True, currency='USD', double=0)"
    assert repr(Shown("", on=False, currency="", count=3, parts=("a",))) == (
        "Shown(must='', on=False, currency='', count=3, parts=('a',), double=6)"
    )


def test_an_amount_says_its_currency():
    assert repr(Money(5)) == "Money(amount=Decimal('5'), currency='USD')"
