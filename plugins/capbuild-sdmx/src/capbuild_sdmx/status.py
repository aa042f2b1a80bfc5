"""SDMX codes of missing values: CL_OBS_STATUS (2.2), CL_CONF_STATUS (1.2)."""

from capbuild.model import TLP, Missing

NORMAL, UNVALIDATED, MISSING, NOT_COLLECTED, CANNOT_EXIST, SUPPRESSED = "A", "V", "O", "L", "M", "Q"
FREE, INTERNAL, CONFIDENTIAL = "F", "N", "C"

#: The codes that are used, with what they mean.
OBSERVATION_STATUS = {
    NORMAL: "Normal value",
    NOT_COLLECTED: "Missing value: data exist but were not collected",
    CANNOT_EXIST: "Missing value: data cannot exist",
    MISSING: "Missing value",
    SUPPRESSED: "Missing value: suppressed",
    UNVALIDATED: "Unvalidated value",
}
CONFIDENTIALITY = {
    FREE: "Free for publication",
    INTERNAL: "Not for publication, for internal use only",
    CONFIDENTIAL: "Confidential",
}

_STATUS = {
    Missing.NOT_ASKED: NOT_COLLECTED,
    Missing.NOT_COLLECTED: NOT_COLLECTED,
    Missing.NOT_APPLICABLE: CANNOT_EXIST,
    Missing.CONFIDENTIAL: SUPPRESSED,
    Missing.DONT_KNOW: MISSING,
    Missing.REFUSED: MISSING,
    Missing.NO_ANSWER: MISSING,
    Missing.NOT_OBSERVED: MISSING,
    Missing.INVALID: MISSING,
}


def find_observation_status(missing: Missing) -> str:
    """Return the observation status of a missing value.

    Five kinds share one code: `MISSING_KIND` tells them apart.

    Example:
        >>> find_observation_status(Missing.NOT_APPLICABLE), find_observation_status(Missing.DONT_KNOW)
        ('M', 'O')
    """
    return _STATUS[missing]


def find_confidentiality(label: TLP | None, *, confidential: bool) -> str:
    """Return the confidentiality status; only TLP:CLEAR files are free."""
    if confidential:
        return CONFIDENTIAL
    return FREE if label is TLP.CLEAR else INTERNAL
