"""`[check]` table of programme.toml: thresholds, holidays, disabled rules."""

import datetime
import re
from collections.abc import Mapping

import attrs
from attrs import field, frozen

from capbuild.checks import between, to_map
from capbuild.documents.toml import TomlTable
from capbuild.errors import CountryError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.io import country
from capbuild.plugins import Host
from capbuild.workspace.checks.table import RULES

_DAY = re.compile(r"([0-9]{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
#: Metadata key for the reason of a threshold's default.
REASON = "reason"


def _make_threshold(default: float, low: float, high: float, reason: str) -> float:
    made: float = field(default=default, validator=between(low, high), metadata={REASON: reason})
    return made


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
        off: Rules switched off, with reasons.
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
        """True if a day is a holiday or weekend.

        Holidays are those of a country.
        """
        listed = self.holidays.get(place, ())
        return day.weekday() > 4 or day.isoformat() in listed or f"{day:%m-%d}" in listed


def load_check_settings(top: TomlTable, host: Host, spellings: Mapping[str, str | None]) -> CheckSettings:
    """Load `[check]`, ignoring invalid values.

    Args:
        top: The top table of programme.toml.
        host: Plugin host, to resolve countries.
        spellings: The programme's own spellings.
    """
    table = top.table("check")
    found: dict[str, float] = {}
    for one in attrs.fields(CheckSettings):
        if REASON in one.metadata and (value := table.number(one.name)) is not None:
            settings = table.make(lambda name=one.name, value=value: CheckSettings(**{name: value}), one.name)  # type: ignore[misc]
            found |= {} if settings is None else {one.name: value}
    off = _load_off(table.table("off"))
    holidays = _load_holidays(table.table("holidays"), host, spellings)
    table.report_unknown()
    return CheckSettings(**found, holidays=holidays, off=off)


def _load_off(table: TomlTable) -> dict[str, str]:
    """Return disabled rules with their required reasons."""
    found = {}
    for name in table.data:
        reason = table.get(name, str, "").strip()
        if name not in RULES:
            message = f"there is no rule {name!r}{did_you_mean(name, RULES)}"
            table.add_error(name, message, "see: capbuild check --rules")
        elif not reason:
            table.add_error(name, f"{name} is off without a reason", f'write {name} = "why it does not hold here"')
        else:
            found[name] = reason
    return found


def _load_holidays(table: TomlTable, host: Host, spellings: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    found = {}
    for text in table.data:
        days = table.names(text)
        for day in days:
            if not _DAY.fullmatch(day):
                table.add_error(text, f"{day!r} is not a day", 'write "2017-08-06", or "08-06" for every year')
        try:
            code = country(text, overrides=spellings, host=host).alpha_2
        except CountryError as error:
            table.add_error(text, error.message, error.remedy or "", code=error.code)
        else:
            found[code] = tuple(day for day in days if _DAY.fullmatch(day))
    return found
