"""What a notebook is given for an object, by media type."""

from collections.abc import Callable
from importlib import import_module

from capbuild.notebook.html import as_html
from capbuild.notebook.pages import Page
from capbuild.notebook.plain import as_plain

__all__ = ["has_display", "mimebundle"]

#: Module of each class. They are imported when first shown: a table of responses loads what a country never needs.
_MODULES = {
    "Assessment": "assessment",
    "AssessmentSet": "assessment_set",
    "Capacity": "capacity",
    "Change": "change",
    "ChangeSeries": "change",
    "Costing": "costing",
    "Country": "country",
    "Framework": "framework",
    "Needs": "needs",
    "Plan": "plan",
    "Programme": "programme",
    "Questionnaire": "questionnaire",
    "Reading": "reading",
    "ResponseTable": "response_table",
    "Score": "score",
    "Tally": "tally",
    "TrainingSummary": "training",
}


def _module_of(kind: type) -> str | None:
    """Return the module that shows a class or the nearest one it inherits from, of this package's own."""
    own = (base for base in kind.__mro__ if base.__module__.startswith("capbuild."))
    return next((_MODULES[base.__name__] for base in own if base.__name__ in _MODULES), None)


def has_display(kind: type) -> bool:
    """Tell whether a class is drawn; any other shows as plain text.

    Example:
        >>> from capbuild.model import Country, Limits
        >>> has_display(Country), has_display(Limits)
        (True, False)
    """
    return _module_of(kind) is not None


def mimebundle(subject: object) -> dict[str, str]:
    """Return what a notebook shows for an object, by media type: `text/plain` always, `text/html` where it is drawn.

    Example:
        >>> mimebundle(1)
        {'text/plain': '1'}
        >>> from capbuild.model import Country
        >>> print(mimebundle(Country(alpha_2="BB", alpha_3="BRB", name="Barbados"))["text/plain"].splitlines()[0])
        Barbados
    """
    module = _module_of(type(subject))
    if module is None:
        text = str(subject) if type(subject).__str__ is not object.__str__ else repr(subject)
        return {"text/plain": text}
    make: Callable[[object], Page] = import_module(f"capbuild.notebook.{module}").page
    page = make(subject)
    return {"text/plain": as_plain(page), "text/html": as_html(page)}
