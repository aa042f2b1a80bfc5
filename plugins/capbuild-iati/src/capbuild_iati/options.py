"""The IATI writer and its options."""

import datetime
from typing import Any

from attrs import Attribute, asdict, field, frozen, validators

from capbuild.countries import country_by_code
from capbuild.errors import ModelError, UnknownCountry
from capbuild.frozen import FrozenMap, freeze
from capbuild.model import Programme
from capbuild.plugins import LazyFunction, Writer

#: Codes of `ActivityStatus`.
STATUSES = ("1", "2", "3", "4", "5", "6")


def _check_percentages(instance: object, attribute: "Attribute[Any]", value: FrozenMap[str, Any]) -> None:
    """Refuse shares of unknown countries, and invalid percentages."""
    for code, share in value.items():
        field_name = f"{type(instance).__name__}.{attribute.name}.{code}"
        try:
            country_by_code(code)
        except UnknownCountry as error:
            raise ModelError(field_name, code, "must be a country's code, such as BB") from error
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 100:
            raise ModelError(field_name, share, "must be a percentage, from 0 to 100")


@frozen(kw_only=True)
class IatiOptions:
    """Options of the writer `iati`, with codes of IATI's lists.

    Attributes:
        reporting: Id of the reporting organisation; by default the first accountable, then implementing, then any other
            one with a reference.
        reference: IATI identifier of that organisation, if the programme lacks it.
        reporting_type: Kind of that organisation (`OrganisationType`): 40 is multilateral.
        identifier: IATI identifier of the activity; empty for the reporting organisation's reference and the
            programme's id.
        status: Status of the activity (`ActivityStatus`): 2 is implementation. Independent of the clock.
        sector: DAC purpose code (`Sector`): 15132 is police.
        shares: Percentage of the money by alpha-2 code; IATI requires several to sum to 100.
        as_of: Last day of commitments and spending; by default each line's rate date, else its last day.
        start: First day, for a programme without phases, rounds and yearly budgets.
        end: Last day, likewise.
    """

    reporting: str = ""
    reference: str = ""
    reporting_type: str = "40"
    identifier: str = ""
    status: str = field(default="2", validator=validators.in_(STATUSES))
    sector: str = "15132"
    shares: FrozenMap[str, float] = field(factory=FrozenMap, converter=freeze, validator=_check_percentages)
    as_of: datetime.date | None = None
    start: datetime.date | None = None
    end: datetime.date | None = None


def list_given_options(options: IatiOptions) -> dict[str, Any]:
    """Return the options that differ from defaults, by name.

    Example:
        >>> list_given_options(IatiOptions(status="4"))
        {'status': '4'}
    """
    usual = asdict(IatiOptions(), recurse=False)
    return {name: value for name, value in asdict(options, recurse=False).items() if value != usual[name]}


#: Fields of a programme that IATI has no place for.
_LOST = ("rounds", "framework", "rates", "evaluation", "targets", "contacts", "disclosure")

WRITER = Writer(
    name="iati",
    title="IATI 2.03 activities",
    accepts=(Programme,),
    write=LazyFunction("capbuild_iati.writer:write_activities"),
    suffixes=(".xml",),
    options=IatiOptions,
    discloses=True,
    loses=tuple(f"Programme.{name}" for name in _LOST),
)
