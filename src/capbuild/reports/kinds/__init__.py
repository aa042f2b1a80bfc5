"""Report kinds.

They are a separate module, so that listing them loads nothing.
"""

__all__ = ["KINDS"]

#: Kinds of report that can be requested.
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
