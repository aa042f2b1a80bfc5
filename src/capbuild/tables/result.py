"""Result of a tally: cells and findings."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from capbuild._lazy import provided
from capbuild.checks import to_map, to_tuple
from capbuild.display import FrameConversion, NotebookDisplay, counted
from capbuild.errors import CountryError, ModelError
from capbuild.frozen import FrozenMap
from capbuild.model import Basis, Country, Finding, FindingStatus, FindingValue, Interval, Issues, Missing, Verdict
from capbuild.model.country import country_code
from capbuild.stats.estimate import Estimate
from capbuild.undefined import Undefined

if TYPE_CHECKING:
    import altair


#: Share that meets a criterion from which the verdict is yes; from `_PARTLY` on it is partly.
_YES = 0.75
_PARTLY = 0.25


@frozen(kw_only=True)
class TallyCell:
    """Estimate of one criterion, capacity or option in one domain.

    Attributes:
        domain: Values that define the domain, such as a country, in the order of `Tally.by`.
        domain_labels: Labels of these values: labels of options, names of countries; None for no answer.
        target: Id of the criterion or capacity; of an option, of its question.
        option: Code of the option; empty for a criterion or capacity.
        label: Label of the option; `median` or `quantile 0.9` of a quantile.
        quantile: Probability of a quantile; None for a mean or share.
        estimate: Weighted mean over respondents with its design-based standard error. For a criterion the share that
            meets it, for an option the share that chose it. Undefined, with the reason, if there are too few answers,
            all answers are equal, or the design gives no standard error.
        mean: The weighted mean, share or quantile, also if only its standard error is undefined.
        rows: Respondents in the domain; None if suppressed.
        n: Respondents with a figure; None if suppressed.
        short: Respondents who answered too few of their questions; None if suppressed.
        effective: Effective sample size (Kish): (sum of weights) squared over the sum of squared weights; None if
            suppressed.
        missing: Missing answers by kind; empty if suppressed.
        suppressed: True if there are too few respondents to publish the cell.
        is_verdict: True if the figure is a share, of those who meet a criterion or chose an option.
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
        """Interval of the estimate, or None."""
        estimate = self.estimate
        return (
            Interval(lower=estimate.low, upper=estimate.high, nominal=estimate.level)
            if isinstance(estimate, Estimate)
            else None
        )

    @property
    def finding_value(self) -> FindingValue:
        """Verdict or number of the cell, or missing reason.

        A share from 0.75 that meets a criterion is a yes, from 0.25 partly. A suppressed cell is confidential. A cell
        without a figure has its most frequent kind of missing.
        """
        if self.suppressed:
            return Missing.CONFIDENTIAL
        if self.mean is None:
            return max(self.missing, key=lambda kind: self.missing[kind], default=Missing.NOT_COLLECTED)
        if not self.is_verdict:
            return self.mean
        share = round(self.mean, 9)  # engines sum in different orders
        return Verdict.YES if share >= _YES else Verdict.PARTLY if share >= _PARTLY else Verdict.NO


@frozen(kw_only=True, repr=False)
class Tally(NotebookDisplay, FrameConversion):
    """Result of a tally: estimates by domain and target.

    Attributes:
        by: Columns that define the domains.
        cells: The cells, by domain in a fixed order, then by target in the order of the mapping.
        minimum_n: Minimum number of respondents of a cell that is not suppressed.
        issues: Warnings: weights left out, and questions answered several times by one respondent.
        texts: Texts of the questions, by id.
    """

    by: tuple[str, ...] = field(converter=to_tuple)
    cells: tuple[TallyCell, ...] = field(converter=to_tuple)
    minimum_n: int = 1
    issues: Issues = Issues()
    texts: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map, repr=False)

    @cached_property
    def _index(self) -> dict[tuple[Any, ...], TallyCell]:
        codes = [(cell.domain, cell.option or cell.quantile) for cell in self.cells]
        labels = [(cell.domain_labels, cell.label if cell.option else cell.quantile) for cell in self.cells]
        keys = [(*domain, cell.target, *filter(None, [part])) for named in (labels, codes)
                for (domain, part), cell in zip(named, self.cells, strict=True)]  # fmt: skip
        return dict(zip(keys, [*self.cells, *self.cells], strict=True))  # a code takes precedence over a label

    def _ipython_key_completions_(self) -> list[tuple[Any, ...] | str]:
        keys = list(self._index)[: len(self.cells)]  # labels, such as names of countries, come before codes
        return [key[0] if len(key) == 1 else key for key in keys]

    def __getitem__(self, key: tuple[Any, ...] | str) -> TallyCell:
        """Return the cell of a domain and target.

        The key lists the values of the domain, then the target: `tally["Jamaica", "TRN-1"]`. Without domains it is the
        target alone. An option adds its code or label, as in `tally[country, "Q12", "agree"]`, and a quantile its
        probability, as in `tally["staff", 0.5]`.

        Raises:
            KeyError: There is none.
        """
        parts = (key,) if isinstance(key, str) else key
        cell = self._index.get(parts) or self._index.get(self._with_country(parts))
        if cell is None:
            raise KeyError(key)
        return cell

    def _with_country(self, parts: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return a key with the country instead of its name.

        A key that names no country is returned unchanged.
        """
        place = self.by.index("country") if "country" in self.by else len(parts)
        if place >= len(parts) or not isinstance(parts[place], str):
            return parts
        countries = {c.alpha_2: c for cell in self.cells if isinstance(c := cell.domain[place], Country)}
        try:
            code = country_code(parts[place], countries.values())
        except CountryError:
            return parts
        return (*parts[:place], countries.get(code), *parts[place + 1 :])

    def __iter__(self) -> Iterator[TallyCell]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)

    def plot(self) -> "altair.TopLevelMixin":
        """Return a chart of the tally.

        Shares are bars and means are dots, with intervals. The extra `charts` is needed.
        """
        chart: altair.TopLevelMixin = provided("plot_tally")(self)
        return chart

    def findings(
        self, source: str, *, status: Callable[[str, FindingValue], FindingStatus] | None = None
    ) -> tuple[Finding, ...]:
        """Return a finding for each country and target.

        Cells of options and quantiles, and cells without a country, are left out.

        Args:
            source: Id of the survey as a source of the programme.
            status: Status of a finding by target and value; None leaves it to `assess`.

        Raises:
            ModelError: The tally is not by country alone.
        """
        if self.by != ("country",):
            raise ModelError("Tally.by", self.by, "must be the country alone to make findings")
        findings = []
        for cell in self.cells:
            (country,) = cell.domain
            if cell.option or cell.quantile is not None or not isinstance(country, Country):
                continue
            value = cell.finding_value
            findings.append(
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
        return tuple(findings)

    def __str__(self) -> str:
        hidden = sum(cell.suppressed for cell in self.cells)
        noted = f", {self.issues}" if self.issues else ""
        by = f" by {', '.join(self.by)}" if self.by else ""
        return f"{counted(len(self.cells), 'cell')}{by}, {hidden} suppressed{noted}"
