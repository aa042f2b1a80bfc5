"""What writing and reading give beside the file: an account of what was lost or changed."""

from attrs import field, frozen

from capbuild.model import Issues, Programme

__all__ = ["IatiDocument", "IatiReading"]


@frozen(kw_only=True)
class IatiDocument:
    """An activity file and what is not in it.

    Attributes:
        xml: The file, UTF-8.
        losses: What it cannot hold or may not show: left out (warning), or kept where only capbuild reads it (note).
    """

    xml: bytes = field(repr=False)
    losses: Issues = Issues()


@frozen(kw_only=True)
class IatiReading:
    """What an activity file held.

    Attributes:
        edition: Edition the file declares, such as `2.03`; empty when it declares none.
        programmes: One for each activity that is not part of another in the file.
        issues: What was migrated, not understood or not kept.
    """

    edition: str
    programmes: tuple[Programme, ...]
    issues: Issues = Issues()
