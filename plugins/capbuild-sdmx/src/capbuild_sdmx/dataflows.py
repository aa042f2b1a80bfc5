"""Components of the two dataflows, in SDMX order."""

from attrs import frozen


@frozen
class Component:
    """A dimension, the measure or an attribute.

    Attributes:
        id: Its id, and that of its concept.
        name: Name of the component.
        codelist: Id of its code list; empty for none.
        kind: Type of its text where it has no code list.
        required: For attributes: whether every observation has it.
    """

    id: str
    name: str
    codelist: str = ""
    kind: str = "String"
    required: bool = False


@frozen
class Flow:
    """A dataflow and its structure.

    Attributes:
        id: Id of both.
        name: Name of the dataflow.
        dimensions: Dimensions, the time period last.
        measure: The measure.
        attributes: Attributes of each observation.
    """

    id: str
    name: str
    dimensions: tuple[Component, ...]
    measure: Component
    attributes: tuple[Component, ...]

    @property
    def components(self) -> tuple[Component, ...]:
        """All components, in the order of columns."""
        return (*self.dimensions, self.measure, *self.attributes)


def _make_dimensions(subject: Component) -> tuple[Component, ...]:
    return (
        Component("REF_AREA", "Country", "CL_AREA"),
        subject,
        Component("ROUND", "Round of assessment", "CL_ROUND"),
        Component("TIME_PERIOD", "Day that results are true of", kind="ObservationalTimePeriod"),
    )


_STATUS = (
    Component("OBS_STATUS", "Observation status", "CL_OBS_STATUS", required=True),
    Component("CONF_STATUS", "Confidentiality status", "CL_CONF_STATUS", required=True),
    Component("MISSING_KIND", "Why there is no value", "CL_MISSING_KIND"),
)
_NOTICE = Component("NOTICE", "Notice that answers are invented")

SCORES = Flow(
    "SCORES",
    "Confirmed level, or value, of each capacity",
    _make_dimensions(Component("CAPACITY", "Capacity", "CL_CAPACITY")),
    Component("OBS_VALUE", "Confirmed level order, or value on the scale", kind="Double"),
    (
        *_STATUS,
        Component("LOWEST", "Lowest level that the evidence leaves open", kind="Integer"),
        Component("HIGHEST", "Highest level that the evidence leaves open", kind="Integer"),
        Component("CLAIMED", "Level if all claims were true", kind="Integer"),
        Component("LOWER", "Lower end of the interval of the value", kind="Double"),
        Component("UPPER", "Upper end of the interval of the value", kind="Double"),
        Component("TARGET", "Level order or value aimed at", kind="Double"),
        Component("ANSWERED", "Criteria with an answer", kind="Integer"),
        Component("SETTLED", "Criteria that confirmed findings decide", kind="Integer"),
        Component("APPLICABLE", "Criteria that can apply", kind="Integer"),
        _NOTICE,
    ),
)

CRITERIA = Flow(
    "CRITERIA",
    "Answer to each criterion",
    _make_dimensions(Component("CRITERION", "Criterion", "CL_CRITERION")),
    Component("OBS_VALUE", "Answer that counts", "CL_ANSWER"),
    (
        *_STATUS,
        Component("STATE", "What the evidence says", "CL_STATE", required=True),
        Component("CONFLICT", "Whether sources disagree", kind="Boolean"),
        _NOTICE,
    ),
)

FLOWS = (SCORES, CRITERIA)
