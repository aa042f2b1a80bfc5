"""Disclosed needs and plans: unnamed countries masked, without costs."""

from collections.abc import Iterable, Mapping

from attrs import define, evolve, field

from capbuild.disclosure.groups import Groups
from capbuild.disclosure.outcome import Log, Redaction
from capbuild.model import (
    TLP,
    Activity,
    AssessmentSet,
    Catalogue,
    Country,
    Gap,
    Limits,
    Money,
    Need,
    Needs,
    Plan,
    PlannedActivity,
    Recommendation,
)
from capbuild.model.need import need_weight
from capbuild.text import Text, as_text


@define(slots=False)
class PlanFilter:
    """Removes undisclosed parts from needs and plan.

    Attributes:
        groups: Named and hidden countries.
        one: The round of the needs; None if unknown: no unnamed country is then counted.
        label: Label of the report; None for none.
        sources: Whether the audience sees sources.
        log: Log of redactions.
        unplaced: Ids of the sessions and deliveries with withheld place; added to.
        ids: Disclosed ids of sessions, by id. Audiences that do not see sources get new ids, in which the
            numbers of those left out are not missing.
    """

    groups: Groups
    one: AssessmentSet | None
    label: TLP | None
    sources: bool
    log: Log
    unplaced: set[str] = field(factory=set)
    ids: dict[str, str] = field(factory=dict)

    def log_redaction(
        self, section: str, what: str, why: str, about: str | Text = "", *, count: int = 0, least: int = 0
    ) -> None:
        """Log a redaction.

        Args:
            section: Message key of the section's title.
            what: Message key of the item.
            why: Message key of the reason.
            about: Id or text of the item.
            count: Number in the item's message.
            least: Number in the reason's message.
        """
        self.log[
            Redaction(section=section, what=what, why=why, about=about, count=count or None, least=least or None)
        ] = None

    @property
    def hides(self) -> bool:
        """True if the plan must not name some country."""
        return bool(self.groups.hidden("plan"))

    def mentions(self, text: Text | None) -> bool:
        """True if a text names a hidden country."""
        return text is not None and any(self.groups.mentions(text.get(language)) for language in text.languages)

    # Needs

    def needs(self, found: Needs | None) -> Needs | None:
        """Return needs with named countries and safe masks."""
        if found is None:
            return None
        kept = [need for need in found if need.tlp is None or self.label is None or need.tlp.allows(self.label)]
        if len(kept) < len(found.needs):
            self.log_redaction("needs.title", "marked_needs", "marked", count=len(found.needs) - len(kept))
        if not self.groups.hidden("needs"):
            return evolve(found, needs=kept)
        named = self.groups.named["needs"]
        gaps = [gap for gap in found.gaps if gap.country.alpha_2 in named]
        targets = [gap.target for gap in gaps]
        common = max(sorted(set(targets)), key=targets.count, default=0.0)
        shown = [
            filtered for need in kept if (filtered := self._filter_need(need, found.gaps, gaps, common)) is not None
        ]
        ids = {need.id for need in shown}
        return evolve(
            found,
            needs=[evolve(need, depends_on=[name for name in need.depends_on if name in ids]) for need in shown],
            gaps=[evolve(gap, probability=None) for gap in gaps] if not self.sources else gaps,
            headcount={},
        )

    def _filter_need(self, need: Need, every: Iterable[Gap], gaps: Iterable[Gap], common: float) -> Need | None:
        """Return a need recomputed from the gaps of named countries."""
        if self.mentions(need.statement):
            self.log_redaction("needs.title", "", "mention", need.id)
            return None
        by_code = {country.alpha_2: country for country in need.countries}
        round_ = self.one.round.id if self.one is not None else ""
        named, masks = self.groups.share(f"{round_} need {need.id}", dict.fromkeys(by_code, 1), "needs", self.one)
        if self.one is None or not self.groups.shows_rows(self.one, need.capacities):
            masks = []
        if len(named) + len(masks) < len(need.countries):
            hidden = len(need.countries) - len(named) - len(masks)
            self.log_redaction("needs.title", "needs", "consent", need.statement, count=hidden)
        if need.countries and not named and not masks:
            return None
        if need.roles:
            self.log_redaction("needs.title", "headcount", "people")
        own = _pair_gaps(need, gaps)
        filtered = evolve(
            need,
            countries=[*(by_code[code] for code in named), *masks],
            roles={},
            sources=need.sources if self.sources else (),
        )
        if not _pair_gaps(need, every):
            return filtered  # needs not derived from gaps reveal none
        weight = need_weight(own, common) if own else (2, 2)
        names = {name for _, name in own}
        return evolve(
            filtered, criteria=[name for name in need.criteria if name in names], urgency=weight[0], relevance=weight[1]
        )

    def recommendations(
        self, found: Iterable[Recommendation], every: Needs | None, shown: Needs | None
    ) -> list[Recommendation]:
        """Return the recommendations for shown needs.

        An answer is shown only if it comes from one named country.
        """
        if self.groups.everything:
            return list(found)
        countries_of = {need.id: need.countries for need in every or ()}
        ids = {need.id for need in shown or ()}
        kept = []
        for recommendation in found:
            codes = {code for name in recommendation.needs for code in countries_of.get(name, ())}
            if recommendation.country is not None:  # between a country and the team
                kept += [recommendation] if recommendation.country.alpha_2 in self.groups.own else []
                continue
            if self.mentions(recommendation.text) or self.groups.mentions(recommendation.owner):
                self.log_redaction("activities.title", "", "mention", recommendation.id)
            elif ids.intersection(recommendation.needs):
                alone = len(codes) == 1 and codes <= self.groups.named["needs"]
                kept.append(recommendation if alone else evolve(recommendation, answer=""))
        return kept

    # Plan

    def plan(self, found: Plan | None, needs: Needs | None) -> Plan | None:
        """Return the sessions that may be shown, without costs.

        These are sessions of named countries, or of enough countries. Costs are left out because prices are public
        and the cost of a session grows with its seats: it would reveal the number of hidden seats.
        """
        if found is None or not self.hides:
            self.ids = {activity.id: activity.id for activity in found.activities} if found is not None else {}
            return found
        shown = []
        for activity in sorted(found.activities, key=lambda session: (session.start, session.end, session.id)):
            named, masks = self.groups.share(f"seats {activity.activity}", activity.seats, "plan")
            if len(named) + len(masks) < len(activity.seats):
                left = len(activity.seats) - len(named)  # without a round, all others have masks or none
                self.log_redaction("plan.title", "session", "few", activity.id, count=left, least=self.groups.least)
            if named or masks or not activity.seats:
                shown.append((activity, named, masks))
        self.ids = {
            planned.id: planned.id if self.sources else f"S{number:03d}"
            for number, (planned, _, _) in enumerate(shown, start=1)
        }
        known = {need.id for need in needs or ()}
        self.log_redaction("plan.title", "costs", "costs")
        for key, many in (("reasons", len(found.left_out)), ("wishes", len(found.unmet) + len(found.overrides))):
            if many:
                self.log_redaction("plan.title", key, "reasons", count=many)
        left_out = {
            name: why if self.sources else ""
            for name, why in found.left_out.items()
            if name in known and not (self.sources and self._is_reason_revealing(name, why))
        }
        return Plan(
            activities=[self._disclose_session(session, named, masks, known) for session, named, masks in shown],
            limits=Limits(
                budget=found.limits.budget,
                start=found.limits.start,
                months=found.limits.months,
                cleared=[code for code in found.limits.cleared if code in self.groups.own],
            ),
            stopped=found.stopped,
            left_out=left_out,
            left_out_for={name: why for name, why in found.left_out_for.items() if self.sources and name in left_out},
            invented=found.invented,
        )

    def _is_reason_revealing(self, need: str, why: str) -> bool:
        """True if a reason names a hidden country."""
        is_revealing = self.groups.mentions(why)
        if is_revealing:
            self.log_redaction("activities.title", "", "mention", need)
        return is_revealing

    def _disclose_session(
        self, session: PlannedActivity, named: list[str], masks: list[str], needs: set[str]
    ) -> PlannedActivity:
        own = self.groups.own
        mine = bool(own & set(session.seats))
        pairs = (condition.rsplit(" ", 1) for condition in session.conditions)
        name = self.ids[session.id]
        host, place = (session.host, session.place) if mine else self.place_of(name, session.host, session.place)
        show_language = mine or not self.groups.is_language_revealing(session.language)
        if not show_language:
            self.log_redaction("plan.title", "language", "language", session.id, least=self.groups.least)
        return PlannedActivity(
            id=name,
            activity=session.activity,
            start=session.start,
            end=session.end,
            host=host,
            place=place,
            language=session.language if show_language else "",
            seats={code: session.seats[code] for code in named} | _share_seats(masks, session.seats, named),
            cost=Money(0, session.cost.currency),
            addresses=[need for need in session.addresses if need in needs],
            conditions=[" ".join(pair) for pair in pairs if pair[-1] in own],
        )

    def place_of(self, name: str, host: Country | None, place: str) -> tuple[Country | None, str]:
        """Return host and place, unless they reveal a hidden country.

        If fewer countries than the minimum are hidden, a single withheld place would reveal them, so all places are
        withheld.
        """
        few = 0 < len(self.groups.hidden("plan")) < self.groups.least
        stays = not host and place in ("", "online")
        safe = host is not None and host.alpha_2 in self.groups.named["plan"] and not self.groups.mentions(place)
        if (stays or safe) and not few:
            return host, place
        self.unplaced.add(name)
        self.log_redaction("plan.title", "place", "place", name)
        return None, ""

    def catalogue(self, found: Catalogue | None) -> Catalogue | None:
        """Return a catalogue without titles that name hidden countries."""
        if found is None or not self.hides:
            return found
        return evolve(found, activities=[self._disclose_activity(activity) for activity in found.activities])

    def _disclose_activity(self, activity: Activity) -> Activity:
        return evolve(activity, title=as_text(activity.id)) if self.mentions(activity.title) else activity


def _pair_gaps(need: Need, gaps: Iterable[Gap]) -> list[tuple[Gap, str]]:
    """Return the gaps behind a need, each with a criterion."""
    codes = {country.alpha_2 for country in need.countries}
    return [
        (gap, name)
        for gap in gaps
        if gap.capacity in need.capacities and gap.country.alpha_2 in codes
        for name in (*gap.lacking, *gap.open) or (gap.capacity,)
        if name in need.criteria or name == gap.capacity
    ]


def _share_seats(masks: list[str], seats: Mapping[str, int], named: Iterable[str]) -> dict[str, int]:
    """Share the seats of unnamed countries among masks.

    Only the sum of these seats is disclosed.
    """
    total = sum(seats.values()) - sum(seats[code] for code in named)
    each = [1] * len(masks) if total >= len(masks) else [0] * len(masks)
    return {mask: n + (total - sum(each) if mask == masks[0] else 0) for mask, n in zip(masks, each, strict=True)}
