"""Messages of advice as sentences in the languages of reports."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from attrs import field, frozen

from capbuild.advice import Advice, Certainty, Message, MessageKind
from capbuild.model import Assessment, Country, Finding, Framework
from capbuild.reports.country_names import get_country_name
from capbuild.reports.i18n import Translator, get_translator
from capbuild.reports.score_text import ScoreFormatter


def write_moves(counts: Mapping[str, int], t: Translator) -> str:
    """Return the criteria or levels that moved, with counts."""
    names = [name for name in ("gained", "lost", "risen", "fallen") if counts.get(name)]
    if not names:
        return t("message.change.still")
    return t("message.change", moves=t.joined([t(f"message.change.{name}", count=counts[name]) for name in names]))


#: Areas that a sentence names; the rest are counted.
_NAMED = 3


def write_sentences(advice: Advice, language: str = "en") -> list[str]:
    """Return each message as a sentence, the most important first."""
    writer = AdviceWriter(t=get_translator(language, advice.framework), framework=advice.framework)
    return [text for message in advice if (text := writer.sentence(message))]


@frozen(kw_only=True, slots=False)
class AdviceWriter:
    """Writer of advice in one language.

    Attributes:
        t: Translator.
        framework: Framework of the capacities.
        assessment: Assessment that findings come from; without it, sources are not named.
        describe: Returns the source and the answer of a finding.
        titles: Titles of activities by id; those without one are named by their id.
    """

    t: Translator
    framework: Framework
    assessment: Assessment | None = None
    describe: Callable[[Assessment, Finding], tuple[str, str]] | None = None
    titles: Mapping[str, str] = field(factory=dict)

    @cached_property
    def _marks(self) -> ScoreFormatter:
        return ScoreFormatter(framework=self.framework, t=self.t)

    # Words

    def title(self, capacity: str, *, inside: bool = False) -> str:
        """Return a capacity's short title."""
        title = self._marks.short_title(self.framework[capacity])
        return self.t.lowered(title) if inside else title

    def level(self, capacity: str, order: int) -> str:
        """Return the code of a level."""
        return self._marks.code(self.framework.scale_of(self.framework[capacity]), order)

    def action(self, criterion: str, *, order: int | None = None, inside: bool = False) -> str:
        """Return what meets a criterion or raises a capacity.

        A criterion without an action is quoted. A capacity that is judged directly is raised to the level `order`, by
        default the next level of the assessment, or the target if there is no assessment.
        """
        if criterion in self.framework.capacities:
            score = self.assessment.scores.get(criterion) if self.assessment is not None else None
            if order is None and score is not None and score.plausible is not None:
                order = score.plausible.lowest + 1
            raised = self.raise_level(criterion, order)
            return self.t.lowered(raised) if inside else raised
        known = self.framework.criteria[criterion]
        text = self.t.quoted(self.t.text(known.text)) if known.action is None else self.t.text(known.action)
        return self.t.lowered(text) if inside else text

    def raise_level(self, capacity: str, order: int | None) -> str:
        """Return the action that raises a capacity to a level.

        The definition of the level follows, if there is one. Without an order, the action is to reach the target.
        Titles are quoted because they have no article in some languages.
        """
        title, node = self.t.quoted(self.title(capacity)), self.framework[capacity]
        scale = self.framework.scale_of(node)
        if order is None or order not in scale.orders:
            return self.t("actions.raise.target", title=title)
        level = scale.level(order)
        means = node.level_texts.get(level.code) or level.definition
        raised = self.t("actions.raise", title=title, level=self.level(capacity, order))
        return raised if means is None else self.t.labelled(raised, self.t.text(means).removesuffix("."))

    def actions(self, message: Message) -> str:
        """Return the actions of a message as clauses in sentences."""
        return self.t.clauses(
            *(self.action(name, order=message.levels.get("then"), inside=True) for name in message.criteria)
        )

    def areas(self, names: Iterable[str], *, most: int = _NAMED, inside: bool = False) -> str:
        """Return a list of short titles."""
        all_names = list(names)
        kept = all_names if len(all_names) <= most else all_names[: most - 1]
        titles = [self.title(name, inside=inside or position > 0) for position, name in enumerate(kept)]
        rest = len(all_names) - len(kept)
        return self.t.joined([*titles, *([self.t("message.others", count=rest)] if rest else [])])

    def activities(self, names: Sequence[str]) -> str:
        """Return a list of activity titles."""
        titles = [self.t.quoted(self.titles[name]) if name in self.titles else name for name in names[:2]]
        rest = len(names) - len(titles)
        return self.t.joined([*titles, *([self.t("plan.others", count=rest)] if rest else [])])

    def name(self, country: Country | None) -> str:
        """Return a country's name."""
        return "" if country is None else get_country_name(country, self.t.language)

    def languages(self, codes: Iterable[str]) -> str:
        """Return names of languages as a list."""
        known = self.t.locale.languages
        return self.t.joined([str(known.get(code, code)) for code in codes])

    def partners(self, message: Message) -> str:
        """Return partners with their levels, or their names."""
        descriptions = []
        for country in message.countries:
            level = message.counts.get(country.alpha_2)
            known = self.level(message.capacity, level) if level is not None else ""
            descriptions.append(f"{self.name(country)} ({known})" if known else self.name(country))
        return self.t.joined(descriptions)

    # Sentences

    def sentence(self, message: Message) -> str:
        """Return a message as sentences, empty for a mere figure."""
        return self._sentences[message.kind](message)

    @cached_property
    def _sentences(self) -> dict[MessageKind, Callable[[Message], str]]:
        return {
            MessageKind.LEAD: self._write_lead,
            MessageKind.UNSETTLED: self._write_unsettled,
            MessageKind.HOLD: self._write_hold,
            MessageKind.OPEN: self._write_open,
            MessageKind.FIRST: self._write_action,
            MessageKind.THEN: self._write_action,
            MessageKind.MOVES: self._write_moves,
            MessageKind.COST: self.write_cost,
            MessageKind.OWN_STEP: self.write_cost,
            MessageKind.IDLE_SEATS: self._write_idle,
            MessageKind.CERTAINTY: self.write_certainty,
            MessageKind.HELP: self._write_help,
            MessageKind.OFFER: self._write_offer,
            MessageKind.ASK: self.write_request,
            MessageKind.CHANGE: self._write_change,
            MessageKind.UNKNOWN: self._write_unknown,
            MessageKind.REGION: self._write_region,
            MessageKind.STANDING: self._write_levels,
            MessageKind.DIMENSION: self._write_dimension,
            MessageKind.SHARED: self.write_shared,
            MessageKind.PRACTICE: self._write_practice,
            MessageKind.VISITS: self._write_visits,
            MessageKind.MEETINGS: partial(self._write_delivered, "message.meetings"),
            MessageKind.TRAINING: partial(self._write_delivered, "message.training"),
            MessageKind.OPERATIONS: partial(self._write_delivered, "message.operations"),
            MessageKind.FOLLOWED: self._write_followed,
        }

    def lead_parts(self, message: Message) -> tuple[str, str, str]:
        """Return figure, small steps and widest gap of the lead.

        Each part may be empty.
        """
        t, counts = self.t, message.counts
        whole = t("message.lead", count=counts["reached"], areas=counts["areas"], country=self.name(message.country))
        quick = deepest = ""
        if counts["quick"]:
            names = t.joined(self.title(name, inside=True) for name in message.capacities)
            quick = t("message.lead.quick", count=counts["steps"], areas=counts["quick"], list=names)
        if message.capacity:
            deepest = self._write_deepest(message.capacity, counts["missing"], counts["alike"])
        return whole, quick, deepest

    def _write_deepest(self, capacity: str, count: int, alike: int) -> str:
        """Return the sentence on the widest gap."""
        key = "message.lead.deepest" if alike == 1 else "message.lead.deepest.alike"
        return self.t(key, count=count, title=self.title(capacity, inside=True))

    def _write_lead(self, message: Message) -> str:
        return " ".join(filter(None, self.lead_parts(message)))

    def _write_unsettled(self, message: Message) -> str:
        t, counts = self.t, message.counts
        figures = {name: counts[name] for name in ("settled", "areas", "reached")}
        parts = [t("message.unsettled", country=self.name(message.country), **figures)]
        if counts.get("waiting"):
            parts.append(t("message.waiting", count=counts["waiting"]))
        if counts["open"]:
            parts.append(t("message.unsettled.visit", count=counts["open"]))
        return " ".join([*parts, t("message.unsettled.until")])

    def _write_hold(self, message: Message) -> str:
        return self.t(
            "message.hold",
            count=len(message.criteria),
            title=self.title(message.capacity),
            now=self.level(message.capacity, message.levels["now"]),
            then=self.level(message.capacity, message.levels["then"]),
            do=self.actions(message),
        )

    def _write_open(self, message: Message) -> str:
        if not message.levels:
            return ""
        return self.t(
            "message.open",
            count=message.counts["open"],
            title=self.title(message.capacity),
            low=self.level(message.capacity, message.levels["now"]),
            high=self.level(message.capacity, message.levels["high"]),
            missing=self.t("message.missing", count=message.counts["steps"]),
        )

    def write_reason(self, message: Message) -> str:
        """Return why an action is among the first."""
        reason = message.reason.name.lower() if message.reason is not None else "next"
        if reason == "quick":
            return self.t("message.why.quick", count=message.counts["met"], criteria=message.counts["criteria"])
        if reason == "rights":
            return self.t("message.why.rights")
        return self.t(f"message.why.{reason}", count=self.count_steps(message))

    def count_steps(self, message: Message) -> int:
        """Return the number of steps of an action.

        For a capacity without criteria, each level is a step.
        """
        if message.criteria == (message.capacity,):
            return message.levels["target"] - message.levels["now"]
        return message.counts["steps"]

    def actions_of(self, message: Message) -> str:
        """Return the actions for a capacity as a sentence."""
        return self.t.raised(self.actions(message))

    def _write_action(self, one: Message) -> str:
        return f"{self.t.labelled(self.title(one.capacity), self.actions_of(one))}. {self.write_reason(one)}"

    def write_levels(self, message: Message) -> str:
        """Return the levels of an action, with the target."""
        if not message.levels:
            return ""
        shown = {name: self.level(message.capacity, order) for name, order in message.levels.items()}
        if "then" not in shown:
            return self.t("message.moves.open", now=shown["now"], target=shown["target"])
        return self.t("message.moves", now=shown["now"], then=shown["then"], target=shown["target"])

    def _write_moves(self, message: Message) -> str:
        part = self.t("message.moves.part", count=message.counts["steps"], all=message.counts["all"])
        return f"{self.t.labelled(self.title(message.capacity), self.write_levels(message))}. {part}."

    def write_cost(self, message: Message) -> str:
        """Return cost, seats, date and host of an action.

        An action without a planned session gets a text that says so.
        """
        t = self.t
        if message.kind is MessageKind.OWN_STEP:
            by = [t("message.proposed", date=t.date(message.date))] if message.date is not None else []
            own = t("message.own_step.offered", activities=self.activities(message.activities[:1]))
            return " ".join([own if message.activities else t("message.own_step"), *by])
        seats = message.counts["seats"] - message.counts["home"]
        what = t.listed(t("count.seats", count=seats) if seats else "", self.activities(message.activities))
        text = t("message.cost.plain", what=what, date=t.date(message.date))
        if message.cost is not None:
            text = t.labelled(t.money(message.cost), text)
        host = t("message.host", host=self.name(message.host)) if message.host is not None else t("message.no_host")
        return f"{t.raised(text)} {host}"

    def _write_idle(self, one: Message) -> str:
        parts = [self.activities(one.activities), *([self.t.money(one.cost)] if one.cost is not None else [])]
        return self.t("message.idle", count=one.counts["seats"], what=self.t.clauses(*parts))

    def certainty_label(self, message: Message) -> str:
        """Return the label of a certainty, such as "Ask first."."""
        certainty = message.certainty or Certainty.REPORTED
        return self.t(f"message.sure.{certainty.name.lower()}")

    def write_certainty_reason(self, message: Message) -> str:
        """Return the answers that a certainty rests on."""
        t = self.t
        if message.certainty is Certainty.CHECK:
            met = t.joined(message.criteria[1:])
            return t("message.sure.exclude", missing=message.criteria[0], met=met)
        if self.assessment is None or self.describe is None:
            return ""
        shown = [self.describe(self.assessment, finding) for finding in message.findings]
        if message.certainty is Certainty.ASK and len(shown) > 1:
            (source, answer), (other, contrary) = shown[:2]
            both = (t.labelled(t.raised(source), answer), t.labelled(other, contrary))
            return f"{t.clauses(*both)}."
        source, answer = shown[0]
        when = t.listed(t.raised(source), t.date(message.date) if message.date is not None else "")
        return f"{t.labelled(when, answer)}."

    def write_certainty(self, message: Message) -> str:
        """Return how sure the steps of an action are missing."""
        known = " ".join(filter(None, (self.certainty_label(message), self.write_certainty_reason(message))))
        return f"{self.t.labelled(self.title(message.capacity), known)}"

    def _write_help(self, message: Message) -> str:
        text = self.t("message.help", partners=self.partners(message))
        return self.t.labelled(self.title(message.capacity), text)

    def _write_offer(self, one: Message) -> str:
        named = [f"{self.title(name, inside=True)} ({self.level(name, level)})" for name, level in one.counts.items()]
        return self.t.raised(self.t("message.offer", list=self.t.joined(named)))

    def write_request(self, message: Message) -> str:
        """Return the requests to the country."""
        reason = message.reason.name.lower() if message.reason is not None else ""
        if reason == "answers":
            return self.t("message.ask.answers", criteria=self.t.listed(*message.criteria))
        return self.t(f"message.ask.{reason}", count=next(iter(message.counts.values())))

    def _write_change(self, message: Message) -> str:
        t, counts = self.t, message.counts
        levels = "risen" in counts
        if not levels and not counts["gained"] and not counts["lost"]:
            return t("message.change.none", count=counts["other"])
        key = "message.change.levels.other" if levels else "message.change.other"
        rest = [t(key, count=counts["other"])] if counts["other"] else []
        return " ".join([write_moves(counts, t), *rest])

    def _write_unknown(self, message: Message) -> str:
        t, counts = self.t, message.counts
        reason = message.reason.name.lower() if message.reason is not None else ""
        if reason == "conflict":
            return t("message.unknown.conflict", count=counts["criteria"], all=counts["all"])
        if reason == "unmapped":
            waiting = t("message.waiting", count=counts["answers"])
            return t.labelled(self.areas(message.capacities), waiting) if message.capacities else waiting
        if reason == "no_price":
            return t("message.unknown.no_price", list=self.areas(message.capacities, inside=True))
        if reason == "not_seen":
            return t("message.unknown.not_seen", count=counts["criteria"], list=self.areas(message.capacities))
        return t("message.unknown.no_host", count=counts["sessions"])

    # Regions

    def _write_region(self, message: Message) -> str:
        counts = message.counts
        key = "message.region" if counts["areas"] else "message.region.none"
        near = self.t(key, count=counts["areas"], places=counts["countries"], all=counts["all"])
        shared = message.capacities[: counts["shared"]]
        return " ".join(
            [near, *([self.t("message.region.shared", list=self.areas(shared, inside=True))] if shared else [])]
        )

    def _write_levels(self, message: Message) -> str:
        return self.t("message.standing", title=self.title(message.capacity), **message.counts)

    def _write_dimension(self, message: Message) -> str:
        if message.country is not None:
            return self._write_own_dimension(message)
        counts, best, worst = message.counts, message.capacities[0], message.capacities[-1]
        named = [(best, counts["best"], counts["best_of"])]
        named += [(worst, counts["worst"], counts["worst_of"])] if worst != best else []
        parts = [self.t("message.dimension", title=self.title(name), count=n, of=total) for name, n, total in named]
        return " ".join([*parts, *self._list_step(message)])

    def _write_own_dimension(self, message: Message) -> str:
        t, counts = self.t, message.counts
        parts = [t("message.dimension.own", reached=counts["reached"], areas=counts["areas"])]
        if counts["open"]:
            parts.append(t("message.dimension.open", count=counts["open"]))
        if message.capacities:
            missing = counts.get("missing", len(message.criteria))
            parts.append(self._write_deepest(message.capacities[0], missing, counts["alike"]))
        return " ".join(parts)

    def _list_step(self, message: Message) -> list[str]:
        if not message.criteria or not message.counts["step"]:
            return []
        return [self.t("message.step", count=message.counts["step"], do=self.actions(message))]

    def write_shared(self, message: Message) -> str:
        """Return a shared gap, its commonest step and possible helpers."""
        t, counts = self.t, message.counts
        parts = [t("message.shared", title=self.title(message.capacity), count=counts["below"], of=counts["settled"])]
        return " ".join([*parts, *self._list_step(message), self.write_helpers(message)])

    def write_helpers(self, message: Message) -> str:
        """Return the countries that could help with a shared gap."""
        if not message.countries:
            return self.t("message.shared.none")
        return self.t("message.shared.help", partners=self.t.joined(map(self.name, message.countries)))

    def write_proven(self, message: Message) -> str:
        """Return the verified capacities of a country, with the level."""
        return f"{self.title(message.capacity, inside=True)} ({self.level(message.capacity, message.levels['now'])})"

    def _write_practice(self, message: Message) -> str:
        return self.t(
            "message.practice",
            country=self.name(message.country),
            title=self.title(message.capacity, inside=True),
            level=self.level(message.capacity, message.levels["now"]),
        )

    def _write_visits(self, message: Message) -> str:
        text, places = self.t("message.visits", count=message.counts["visited"]), message.countries
        if not places:
            return text
        listed = self.t.joined(sorted(map(self.name, places), key=self.t.sorted_as))
        return f"{text} {self.t('message.visits.again', count=len(places), list=listed)}"

    def _write_delivered(self, key: str, message: Message) -> str:
        """Return counts of delivered sessions, countries and participants.

        The share of women is among participants whose sex is recorded.
        """
        text = self.t(key, count=message.counts["held"], **self._list_numbers(message))
        women = self.t("message.training.women", **self._list_numbers(message)) if message.counts.get("known") else ""
        return " ".join(filter(None, (text, women)))

    def _write_followed(self, message: Message) -> str:
        return self.t("message.followed", **self._list_numbers(message))

    def _list_numbers(self, message: Message) -> dict[str, Any]:
        return {name: self.t.number(count) for name, count in message.counts.items()}
