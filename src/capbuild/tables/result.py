"""The result of a tally: one cell for each domain and target, and the findings that the cells make."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from capbuild._lazy import provided
from capbuild.checks import to_map, to_tuple
from capbuild.display import FrameConversion, NotebookDisplay
from capbuild.errors import CountryError, ModelError
from capbuild.frozen import FrozenMap
from capbuild.model import Basis, Country, Finding, FindingStatus, FindingValue, Interval, Issues, Missing, Verdict
from capbuild.model.country import country_code
from capbuild.stats.estimate import Estimate
from capbuild.undefined import Undefined

if TYPE_CHECKING:
    import altair

__all__ = ["Tally", "TallyCell"]

#: A share that meets a criterion from here on is a yes; from `_PARTLY` on it is partly.
_YES = 0.75
_PARTLY = 0.25


@frozen(kw_only=True)
class TallyCell:
    """What the respondents of one domain say of one criterion, capacity or option of a question.

    Attributes:
        domain: The values that tell the domain from others, such as a country, in the order of `Tally.by`.
        domain_labels: The same for people: labels of options, names of countries; None for no answer.
        target: Id of the criterion or capacity; of an option, of its question.
        option: Code of the option that respondents chose or did not; empty for a criterion or capacity.
        label: Label of the option; `median` or `quantile 0.9` of a quantile.
        quantile: Share of respondents with this figure or less, where it is a quantile; None for a mean or share.
        estimate: Weighted mean over respondents with its design-based error; undefined, with the reason, where nobody
            answered, too few did, all said the same, or the design does not tell the error. For a criterion the share
            that meets it, for an option the share that chose it.
        mean: The weighted mean, share or quantile alone, where only its error is undefined.
        rows: Respondents in the domain; None where they are too few to be shown.
        n: Respondents with a figure; None where the cell is suppressed.
        short: Respondents who answered too little of what they were asked; None where the cell is suppressed.
        effective: Effective number of respondents by Kish: (sum of weights) squared over the sum of squared weights;
            None where the cell is suppressed.
        missing: Answers missing, by kind; empty where the cell is suppressed.
        suppressed: Whether there are too few respondents for the cell to be shown.
        is_verdict: Whether the figure is a share, of those who meet a criterion or chose an option.
    """

    domain: tuple[Any, ...] = field(converter=to_tuple)
    domain_labels: tuple[str | None, ...] = field(converter=to_tuple)

    @domain_labels.default
    def _default_labels(self) -> tuple[str | None, ...]:
        return tuple(None if part is None else str(part) for part in self.domain)

    target: str
    option: str = ""
    label: str = ""
    quantile: float | None = None
    estimate: Estimate | Undefined
    mean: float | None = None
    rows: int | None
    n: int | None
    short: int | None = 0
    effective: float | None = None
    missing: FrozenMap[Missing, int] = field(factory=FrozenMap, converter=to_map)
    suppressed: bool = False
    is_verdict: bool = False

    @property
    def interval(self) -> Interval | None:
        """The interval of the estimate; None where there is none."""
        found = self.estimate
        return Interval(lower=found.low, upper=found.high, nominal=found.level) if isinstance(found, Estimate) else None

    @property
    def finding_value(self) -> FindingValue:
        """What the cell says as a finding: a verdict or a number, or why there is neither.

        A share of three quarters and more that meets a criterion is a yes, of a quarter and more partly. A suppressed
        cell is confidential; where nobody gave a figure, the commonest kind of missing says why.
        """
        if self.suppressed:
            return Missing.CONFIDENTIAL
        if self.mean is None:
            return max(self.missing, key=lambda kind: self.missing[kind], default=Missing.NOT_COLLECTED)
        if not self.is_verdict:
            return self.mean
        share = round(self.mean, 9)  # engines add up in different orders
        return Verdict.YES if share >= _YES else Verdict.PARTLY if share >= _PARTLY else Verdict.NO


@frozen(kw_only=True)
class Tally(NotebookDisplay, FrameConversion):
    """What respondents say, by domain and target: the small result of millions of answers.

    Attributes:
        by: What the domains are told apart by.
        cells: The cells, by domain in a fixed order, then by target in the order of the mapping.
        minimum_n: Fewest respondents of a cell that is shown.
        issues: What a person should know: weights left out, and questions answered several times by one respondent.
    """

    by: tuple[str, ...] = field(converter=to_tuple)
    cells: tuple[TallyCell, ...] = field(converter=to_tuple)
    minimum_n: int = 1
    issues: Issues = Issues()

    def __repr__(self) -> str:
        return self._repr_mimebundle_()["text/plain"]

    @cached_property
    def _index(self) -> dict[tuple[Any, ...], TallyCell]:
        codes = [(cell.domain, cell.option or cell.quantile) for cell in self.cells]
        labels = [(cell.domain_labels, cell.label if cell.option else cell.quantile) for cell in self.cells]
        keys = [(*domain, cell.target, *filter(None, [part])) for named in (labels, codes)
                for (domain, part), cell in zip(named, self.cells, strict=True)]  # fmt: skip
        return dict(zip(keys, [*self.cells, *self.cells], strict=True))  # a code comes before a label

    def __getitem__(self, key: tuple[Any, ...] | str) -> TallyCell:
        """Return the cell of a domain and a target, such as `tally["Jamaica", "TRN-1"]`; of the whole, by its target.

        A cell of an option has its code or label last: `tally[country, "Q12", "agree"]`; a quantile its share:
        `tally["staff", 0.5]`.

        Raises:
            KeyError: There is none.
        """
        parts = (key,) if isinstance(key, str) else key
        found = self._index.get(parts) or self._index.get(self._with_country(parts))
        if found is None:
            raise KeyError(key)
        return found

    def _with_country(self, parts: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return a key in which a text that names a country is the country; the key itself where it names none."""
        place = self.by.index("country") if "country" in self.by else len(parts)
        if place >= len(parts) or not isinstance(parts[place], str):
            return parts
        known = {c.alpha_2: c for cell in self.cells if isinstance(c := cell.domain[place], Country)}
        try:
            code = country_code(parts[place], known.values())
        except CountryError:
            return parts
        return (*parts[:place], known.get(code), *parts[place + 1 :])

    def __iter__(self) -> Iterator[TallyCell]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)

    def plot(self) -> "altair.TopLevelMixin":
        """Return a chart: shares as bars of 100 %, means as dots with their intervals (extra `charts`)."""
        chart: altair.TopLevelMixin = provided("plot_tally")(self)
        return chart

    def findings(
        self, source: str, *, status: Callable[[str, FindingValue], FindingStatus] | None = None
    ) -> tuple[Finding, ...]:
        """Return a finding for each country and target; respondents of no country and options make none.

        Args:
            source: Id of the survey as a source of the programme.
            status: Whether the survey could check what it says, by target and value; None leaves it to `assess`.

        Raises:
            ModelError: The tally is by more than the country.
        """
        if self.by != ("country",):
            raise ModelError("Tally.by", self.by, "must be the country alone to make findings")
        found = []
        for cell in self.cells:
            (country,) = cell.domain
            if cell.option or cell.quantile is not None or not isinstance(country, Country):
                continue
            value = cell.finding_value
            found.append(
                Finding(
                    country=country,
                    target=cell.target,
                    value=value,
                    source=source,
                    status=None if status is None else status(cell.target, value),
                    basis=Basis.TOLD,
                    sample=cell.n,
                    interval=cell.interval,
                )
            )
        return tuple(found)

    def __str__(self) -> str:
        hidden = sum(cell.suppressed for cell in self.cells)
        noted = f", {self.issues}" if self.issues else ""
        return f"{len(self.cells)} cells by {', '.join(self.by) or 'nothing'}, {hidden} suppressed{noted}"
