"""Rates: quotients of two quantities, per source that reported both."""

from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve

from capbuild.model import Finding, Framework, Method, Missing
from capbuild.text import Text

__all__ = ["derive_rates"]


def derive_rates(framework: Framework, findings: Mapping[str, Sequence[Finding]]) -> Iterator[Finding]:
    """Yield a finding for each unreported rate, from one source's two quantities.

    While the base is below `least`, the rate is not applicable: the note has both counts, since a share of three cases
    means little.

    Args:
        framework: The framework.
        findings: Findings of one country by target.
    """
    for node in framework.indicators:
        if node.method is None or not node.is_rate or node.id in findings:
            continue
        settings = node.method.parameters
        counts, bases = (_find_latest(findings.get(str(settings.get(name)), ())) for name in ("count", "base"))
        for key in counts.keys() & bases.keys():
            yield _divide(counts[key], bases[key], node.id, node.method)


def _find_latest(findings: Sequence[Finding]) -> dict[tuple[str, str | None], Finding]:
    """Return the latest number of each speaker; within a day, the last."""
    given = [one for one in findings if isinstance(one.value, int | float)]
    return {(one.source, one.respondent): one for one in sorted(given, key=lambda one: str(one.as_of or ""))}


def _divide(count: Finding, base: Finding, target: str, method: Method) -> Finding:
    above, below = (float(one.value) for one in (count, base))  # type: ignore[arg-type]  # numbers: `_find_latest` checks
    least, per = (float(method.parameters.get(name, usual)) for name, usual in (("least", 0), ("per", 100)))
    small = below <= 0 or below < least
    return evolve(
        count,
        target=target,
        value=Missing.NOT_APPLICABLE if small else above / below * per,
        note=Text(f"{above:.12g} / {below:.12g}", "und"),
        interval=None,
        raw=None,
    )
