"""Report kinds. A separate module, so that listing them loads nothing."""

__all__ = ["KINDS"]

#: What a report can be asked for as.
KINDS = (
    "profile",
    "regional",
    "brief",
    "brief-country",
    "letter",
    "actions",
    "evidence",
    "donor",
    "logframe",
    "explorer",
    "redactions",
)
