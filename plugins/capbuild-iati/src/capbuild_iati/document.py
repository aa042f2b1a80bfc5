"""Results of reading and writing IATI, with losses."""

from attrs import field, frozen

from capbuild.model import Issues, Programme
from capbuild_iati.options import IatiOptions

__all__ = ["IatiActivity", "IatiDocument", "IatiReading"]


@frozen(kw_only=True)
class IatiDocument:
    """An activity file and its losses.

    Attributes:
        xml: The file, UTF-8.
        losses: What it cannot hold or may not show: left out (warning), or kept where only capbuild reads it (note).
    """

    xml: bytes = field(repr=False)
    losses: Issues = Issues()


@frozen(kw_only=True)
class IatiActivity:
    """An activity as a programme.

    Attributes:
        programme: The programme.
        options: What the activity says and a programme has no place for: with these it is written as it was.
        issues: What was migrated, not understood or not kept of it and of the activities below it.
    """

    programme: Programme
    options: IatiOptions = IatiOptions()
    issues: Issues = Issues()


@frozen(kw_only=True)
class IatiReading:
    """Programmes of an activity file.

    Attributes:
        edition: Edition the file declares, such as `2.03`; empty when it declares none.
        activities: One for each activity that is not part of another in the file.
        issues: What was migrated, not understood or not kept.
    """

    edition: str
    activities: tuple[IatiActivity, ...]
    issues: Issues = Issues()

    @property
    def programmes(self) -> tuple[Programme, ...]:
        """The programmes of its activities."""
        return tuple(one.programme for one in self.activities)
