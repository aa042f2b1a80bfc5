"""`[check]` table of programme.toml: thresholds, holidays, disabled rules."""

import datetime
import re

import attrs
from attrs import field, frozen

from capbuild.checks import between, to_map
from capbuild.documents.toml import TomlTable
from capbuild.frozen import FrozenMap
from capbuild.workspace.settings.reading import CountryFinder

_DAY = re.compile(r"([0-9]{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
#: Metadata key for the reason of a threshold's default.
REASON = "reason"


def _make_threshold(default: float, low: float, high: float, reason: str) -> float:
    threshold: float = field(default=default, validator=between(low, high), metadata={REASON: reason})
    return threshold


@frozen(kw_only=True)
class CheckSettings:
    """Thresholds of `capbuild check`.

    Attributes:
        dont_know: Share of a return that may be `don't know`.
        unanswered: Share of a return that may be blank.
        least_answers: Minimum answers of a return for its shares to be meaningful.
        claimed: Share of yes above which unverified claims are doubtful.
        refuted: Share of a country's claims that a visit may refute without a finding.
        evidence_months: Age of a finding at the reference date, in months.
        level_move: Change of level between two rounds that needs an explanation.
        team: Minimum assessors on a visit.
        proposal_days: Days that a proposal may stay open.
        contact_days: Days after which a test of a contact no longer counts.
        request_days: Days that a request for help may stay open.
        holidays: Public holidays by alpha-2 code: `2017-08-06` once, `08-06` every year.
        off: Rules switched off, with reasons; `check_rules_off` finds wrong ones.
    """

    dont_know: float = _make_threshold(0.3, 0, 1, "of ten answers three unknown leave most levels of a dimension open")
    unanswered: float = _make_threshold(0.5, 0, 1, "below half, missing answers decide more than those given")
    least_answers: float = _make_threshold(12, 1, 10_000, "shares of fewer answers vary by chance")
    claimed: float = _make_threshold(0.9, 0, 1, "nine criteria met in ten are rare where somebody looked")
    refuted: float = _make_threshold(0.5, 0, 1, "then a claim is as often wrong as right")
    evidence_months: float = _make_threshold(24, 1, 600, "the longest window that most criteria look back")
    level_move: float = _make_threshold(2, 1, 100, "one level may be chance of one answer, two rest on several")
    team: float = _make_threshold(2, 1, 100, "two people judge; one person's view is not checked by another")
    proposal_days: float = _make_threshold(60, 1, 10_000, "a country waits two months for an answer at most")
    contact_days: float = _make_threshold(
        365, 1, 10_000, "networks ask for a test every year; capbuild network uses it too"
    )
    request_days: float = _make_threshold(
        60, 1, 10_000, "stored data are often kept for 90 days; a month is left to act"
    )
    holidays: FrozenMap[str, tuple[str, ...]] = field(factory=FrozenMap, converter=to_map)
    off: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)

    def is_holiday(self, day: datetime.date, place: str = "") -> bool:
        """True if a day is a weekend or country holiday."""
        listed = self.holidays.get(place, ())
        return day.weekday() > 4 or day.isoformat() in listed or f"{day:%m-%d}" in listed


def load_check_settings(top: TomlTable, find_country: CountryFinder) -> CheckSettings:
    """Load `[check]`, ignoring invalid values.

    Args:
        top: The top table of programme.toml.
        find_country: Finds the countries of holidays.
    """
    table = top.table("check")
    thresholds: dict[str, float] = {}
    for rule in attrs.fields(CheckSettings):
        if REASON in rule.metadata and (value := table.number(rule.name)) is not None:
            settings = table.make(lambda name=rule.name, value=value: CheckSettings(**{name: value}), rule.name)  # type: ignore[misc]
            thresholds |= {} if settings is None else {rule.name: value}
    reasons = table.table("off")
    off = {name: reasons.get(name, str, "").strip() for name in reasons.data}
    days = table.table("holidays")
    holidays: dict[str, list[str]] = {}
    for text in days.data:
        named = days.names(text)
        for day in named:
            if not _DAY.fullmatch(day):
                days.add_error(text, f"{day!r} is not a day", 'write "2017-08-06", or "08-06" for every year')
        if (place := find_country(days, text, text)) is not None:
            holidays[place.alpha_2] = [day for day in named if _DAY.fullmatch(day)]
    table.report_unknown()
    return CheckSettings(**thresholds, holidays=holidays, off=off)
