"""Methods of computing a figure, and their properties."""

import math
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from attrs import field, frozen

from capbuild.checks import identifier, to_tuple
from capbuild.errors import ModelError, did_you_mean
from capbuild.model import Method, MissingPolicy, Parameter
from capbuild.model.recipe import TOP_STEP


class MethodInput(StrEnum):
    """Input of a method."""

    CRITERIA = "criteria"
    RATING = "rating"
    CHILDREN = "children"


@frozen(kw_only=True, eq=False)
class RegisteredMethod:
    """Named method with its properties.

    `capbuild.testing.MethodConformance` tests the declared properties. It also tests that a missing answer is not 0,
    that only the ratio of weights counts, and that other interpreters compute the same figures.

    Attributes:
        name: Name used by a `Method` of a framework or recipe.
        title: Name for people.
        function: Takes the children's values and weights (tuples of floats of one length, those without a figure left
            out; no weight is negative, and one at least is above 0) and the method's settings by keyword; returns the
            figure. None for the built-in ones.
        source: Publication of the method.
        input: Input of the method; a plugin's combines children.
        missing: Permitted policies on missing answers, the default first.
        monotone: Whether a better answer never lowers the figure, given the same sources and agreement.
        bounds: For a method that is not monotone: takes the lowest and the highest value of each child, the weights
            and the settings as `function` does, and returns a lowest and a highest figure that enclose all between.
        symmetric: Whether the order of children does not matter.
        texts: Settings of a built-in method that are texts; all others are numbers.
    """

    name: str = field(validator=identifier)
    title: str = field(validator=identifier)
    function: Callable[..., float] | None = None
    source: str = ""
    input: MethodInput = MethodInput.CHILDREN
    missing: tuple[MissingPolicy, ...] = field(default=tuple(MissingPolicy), converter=to_tuple)
    monotone: bool = True
    bounds: Callable[..., tuple[float, float]] | None = None
    symmetric: bool = True
    texts: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.monotone is (self.bounds is not None):
            raise ModelError(
                "RegisteredMethod.bounds", self.name, "must be given where `monotone` is False, and only there"
            )


def _bound_penalised_mean(
    lows: Sequence[float], highs: Sequence[float], weights: Sequence[float], **_settings: Parameter
) -> tuple[float, float]:
    """Return bounds of the penalised mean.

    The mean is `2 M - E[x^2] / M`, where `M <= E[x^2] / M <= max(x)` above 0.
    """
    total = sum(weights)
    least, most = (sum(x * w for x, w in zip(ends, weights, strict=True)) / total for ends in (lows, highs))
    return 2 * least - max(highs), most


#: With `partly = "top step"`: ratings N, P, L and F of ISO, where L suffices at the level itself.
_STAIRCASES = "Oxford GCSCC, CMM 2021; ISO/IEC 33020"


def _list_built_in_methods() -> tuple[RegisteredMethod, ...]:
    make, rating, criteria = RegisteredMethod, MethodInput.RATING, MethodInput.CRITERIA
    only = (MissingPolicy.LEFT_OUT,)
    handbook = "OECD and JRC, Handbook on Constructing Composite Indicators (2008)"
    return (
        make(
            name="staircase",
            title="Staircase of levels",
            input=criteria,
            missing=only,
            source=_STAIRCASES,
            texts=("partly",),
        ),
        make(name="points", title="Share of points", input=criteria),
        make(name="value", title="Value as given", input=rating),
        make(name="scaled", title="Level as a share of the highest", input=rating),
        make(name="rate", title="One quantity divided by another", input=rating, missing=only, texts=("count", "base")),
        make(name="profile", title="No figure", missing=only),
        make(name="mean", title="Weighted mean", source=handbook),
        make(name="geometric", title="Weighted geometric mean", source=handbook),
        make(name="harmonic", title="Weighted harmonic mean", source=handbook),
        make(name="generalised", title="Weighted power mean", source=handbook),
        # A better answer in one child makes children less alike, which the method penalises.
        make(
            name="mazziotta-pareto",
            title="Mean less a penalty for imbalance",
            source="Mazziotta and Pareto (2013), Rivista Italiana di Economia Demografia e Statistica 67",
            monotone=False,
            bounds=_bound_penalised_mean,
        ),
        make(name="minimum", title="Lowest child", source=handbook),
        make(
            name="lowest",
            title="Lowest level below",
            source="WHO, Joint External Evaluation tool, 3rd edition (2022)",
            missing=only,
        ),
        make(
            name="cumulative",
            title="Criteria of all nodes below",
            source="US DOE, C2M2 version 2.1 (2022)",
            missing=only,
        ),
    )


#: Methods that give a node with children a level instead of a figure.
LEVEL_METHODS = ("lowest", "cumulative")

#: Built-in methods by name.
BUILT_IN_METHODS: Mapping[str, RegisteredMethod] = {method.name: method for method in _list_built_in_methods()}


def is_number(value: Parameter) -> bool:
    """True for a finite number, or the text of one.

    Example:
        >>> is_number(0.5), is_number("2"), is_number("two"), is_number("nan")
        (True, True, False, False)
    """
    try:
        return math.isfinite(float(value))
    except (ValueError, OverflowError):
        return False


def find_method(method: Method, registered: Mapping[str, RegisteredMethod]) -> RegisteredMethod:
    """Return the method with a name.

    Args:
        method: Its name, with settings.
        registered: Methods of plugins by name; built-in ones cannot be replaced.

    Raises:
        ModelError: The name is unknown, a setting of a built-in method is no number, or the method does not support the
            policy on missing answers.
    """
    registered_method = BUILT_IN_METHODS.get(method.name) or registered.get(method.name)
    if registered_method is None:
        names = sorted({*BUILT_IN_METHODS, *registered})
        raise ModelError("Method.name", method.name, f"must be one of {names}{did_you_mean(method.name, names)}")
    if not isinstance(registered_method, RegisteredMethod):
        raise ModelError("methods", registered_method, "must hold registered methods by name, as `Host.methods` does")
    if method.missing not in registered_method.missing:
        allowed = [policy.value for policy in registered_method.missing]
        raise ModelError(
            "Method.parameters missing", method.missing.value, f"must be one of {allowed} for {registered_method.name}"
        )
    for name, value in method.settings.items() if registered_method.name in BUILT_IN_METHODS else ():
        if name not in registered_method.texts and not is_number(value):
            raise ModelError(f"Method.parameters {name}", value, f"must be a number for {registered_method.name}")
    if registered_method.name == "staircase" and method.settings.get("partly", TOP_STEP) != TOP_STEP:
        raise ModelError("Method.parameters partly", method.settings["partly"], f"must be {TOP_STEP!r} for staircase")
    return registered_method
