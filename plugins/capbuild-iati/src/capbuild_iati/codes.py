"""Mapping between IATI codes and the model's terms."""

from capbuild.model import OrganisationRole, ResultKind

#: Namespace for capbuild's own data. The standard permits elements and attributes of other namespaces.
NAMESPACE = "urn:capbuild:iati:1"

ROLE_CODES = {
    OrganisationRole.FUNDING: "1",
    OrganisationRole.ACCOUNTABLE: "2",
    OrganisationRole.EXTENDING: "3",
    OrganisationRole.IMPLEMENTING: "4",
}
ROLES = {code: role for role, code in ROLE_CODES.items()}

RESULT_TYPES = {
    ResultKind.ACTIVITY: "9",  # IATI has activities around results, not among them
    ResultKind.OUTPUT: "1",
    ResultKind.IMMEDIATE_OUTCOME: "2",
    ResultKind.INTERMEDIATE_OUTCOME: "2",
    ResultKind.ULTIMATE_OUTCOME: "3",
}
#: "Other" (9) becomes an output: the model never shows anything as more than it is.
RESULT_KINDS = {
    "1": ResultKind.OUTPUT,
    "2": ResultKind.INTERMEDIATE_OUTCOME,
    "3": ResultKind.ULTIMATE_OUTCOME,
    "9": ResultKind.OUTPUT,
}

#: Attributes of an indicator without a place in IATI.
DETAILS = ("source", "method", "frequency", "responsible", "computed")

QUALITATIVE = "5"
#: Units with their own measure; all others are counted in units (1).
MEASURES = {
    "%": "2",
    "percent": "2",
    "percentage": "2",
    "nominal": "3",
    "level": "4",
    "levels": "4",
    "qualitative": QUALITATIVE,
}
#: Unit for each measure on reading.
UNITS = {"1": "", "2": "%", "3": "nominal", "4": "level", QUALITATIVE: "qualitative"}


def find_measure(unit: str) -> str:
    """Return the measure code of an indicator.

    Example:
        >>> find_measure("people"), find_measure("%"), find_measure("level"), find_measure("qualitative")
        ('1', '2', '4', '5')
    """
    return MEASURES.get(unit.strip().casefold(), "1")
