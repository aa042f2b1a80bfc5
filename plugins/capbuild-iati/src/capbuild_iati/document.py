"""Results of reading and writing IATI, with losses."""

from attrs import field, frozen

from capbuild.model import Issues, Programme
from capbuild_iati.options import IatiOptions


@frozen(kw_only=True)
class IatiDocument:
    """An activity file and its losses.

    Attributes:
        xml: The file, UTF-8.
        losses: Data that it cannot store or may not show: left out (warning), or in capbuild's namespace (note).
    """

    xml: bytes = field(repr=False)
    losses: Issues = Issues()


@frozen(kw_only=True)
class IatiActivity:
    """An activity as a programme.

    Attributes:
        programme: The programme.
        options: Data of the activity without a place in a programme: with these options it is written unchanged.
        issues: Issues of the activity and its children: migrated, not understood or not kept.
    """

    programme: Programme
    options: IatiOptions = IatiOptions()
    issues: Issues = Issues()


@frozen(kw_only=True)
class IatiReading:
    """Programmes of an activity file.

    Attributes:
        edition: Declared edition, such as `2.03`; empty for none.
        activities: Top-level activities of the file.
        issues: Issues: migrated, not understood or not kept.
    """

    edition: str
    activities: tuple[IatiActivity, ...]
    issues: Issues = Issues()

    @property
    def programmes(self) -> tuple[Programme, ...]:
        """The programmes of its activities."""
        return tuple(activity.programme for activity in self.activities)
