"""What a report can be asked for as. A module of its own, so that naming the kinds loads nothing."""

__all__ = ["KINDS"]

#: What a report can be asked for as.
KINDS = ("profile", "regional", "brief", "donor", "redactions")
