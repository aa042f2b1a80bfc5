"""Options of the writers of forms."""

from attrs import field, frozen

from capbuild.checks import between


@frozen(kw_only=True)
class NominationOptions:
    """Options of the writers of nomination sheets.

    Attributes:
        seats: Seats for the country; 0 where that is not decided.
    """

    seats: int = field(default=0, validator=between(0))
