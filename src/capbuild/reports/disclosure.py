"""Who may see what in a report. It fails closed: what the policy does not name is not shown."""

from collections.abc import Hashable, Iterable, Iterator
from functools import cached_property

from attrs import field, frozen

from capbuild import countries
from capbuild.errors import WriteError, did_you_mean
from capbuild.model import (
    TLP,
    Assessment,
    AssessmentSet,
    Audience,
    Country,
    Criterion,
    DisclosurePolicy,
    Evidence,
    Finding,
    Participation,
    Programme,
)
from capbuild.plugins import RenderContext
from capbuild.reports.cells import to_tuple

__all__ = ["ITEMS", "Disclosure", "disclose", "disclose_one", "disclose_silent", "disclosed"]

_REFUSED = "CB703"

#: What a country can agree to be named with: everything, or one part.
ITEMS = ("results", "needs", "change", "plan")

#: Audiences that see the answers behind a result: who said what, notes, evidence.
_SEE_SOURCES = (Audience.TEAM, Audience.COUNTRY)


@frozen(kw_only=True, slots=False)
class Disclosure:
    """What one audience is shown of a set of assessments.

    Attributes:
        audience: Whom the report is for.
        tlp: Label of the report.
        named: Assessments shown with the country's name.
        unnamed: Assessments that are counted only.
        silent: Silent countries that may be named as silent.
        silent_count: How many countries are silent.
        minimum_n: Least number of countries behind a figure.
        policy: The rules.
        participants: Every participant with the languages it works in.
    """

    audience: Audience
    tlp: TLP | None
    named: tuple[Assessment, ...] = field(default=(), converter=to_tuple)
    unnamed: tuple[Assessment, ...] = field(default=(), converter=to_tuple)
    silent: tuple[Country, ...] = field(default=(), converter=to_tuple)
    silent_count: int = 0
    minimum_n: int = 1
    policy: DisclosurePolicy = DisclosurePolicy()
    participants: tuple[Participation, ...] = field(default=(), converter=to_tuple)

    @property
    def sources(self) -> bool:
        """Whether the audience sees who said what, notes and evidence."""
        return self.audience in _SEE_SOURCES

    @property
    def everything(self) -> bool:
        """Whether the audience is one that the policy hides no country from."""
        return self.audience in self.policy.named_by_default

    @property
    def counted(self) -> tuple[Assessment, ...]:
        """Assessments that totals are made of.

        A total minus the named ones is a result too: where fewer than the minimum are unnamed, they are left out.
        """
        enough = not self.unnamed or len(self.unnamed) >= self.minimum_n
        return (*self.named, *self.unnamed) if enough else self.named

    @cached_property
    def _shown(self) -> dict[str, frozenset[str]]:
        """Alpha-2 codes of the countries named, by item; the countries of the report itself are named with all."""
        own = frozenset(a.country.alpha_2 for a in self.named)
        every = {part.country for part in self.participants} | {a.country for a in (*self.named, *self.unnamed)}
        return {
            item: own | {c.alpha_2 for c in every if self.policy.may_name(c, self.audience, item)} for item in ITEMS
        }

    def names(self, code: str, item: str) -> bool:
        """Tell whether a country may be named with one part of its results.

        Args:
            code: Alpha-2 code.
            item: `results`, `needs`, `change` or `plan`.
        """
        return self.everything or code in self._shown[item]

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Alpha-2 codes of participants not named with their results: unnamed, or silent and not listed."""
        if self.everything:
            return frozenset()
        every = {part.country.alpha_2 for part in self.participants} | {a.country.alpha_2 for a in self.unnamed}
        return frozenset(every - self._shown["results"])

    @property
    def pooled(self) -> bool:
        """Whether what is estimated from all countries together would tell of some that are hidden."""
        return bool(self.hidden) and not self.sources

    def countable(self, codes: Iterable[str], item: str) -> frozenset[str]:
        """Return the countries of a group that a figure may count: the named ones, and the others where that is safe.

        The others are in it only where at least the minimum of them are, and not all: whoever takes the named ones
        from the figure cannot tell then whether a certain country is among them. Otherwise none of them is, and that
        none is looks the same as that some are left out.

        Args:
            codes: Alpha-2 codes of the group.
            item: `results`, `needs`, `change` or `plan`.
        """
        every = frozenset(codes)
        others = frozenset(code for code in every if not self.names(code, item))
        assessed = {a.country.alpha_2 for a in self.unnamed if not self.names(a.country.alpha_2, item)}
        safe = len(others) >= self.minimum_n and not assessed <= others
        return every if safe else every - others

    def tells(self, text: str) -> bool:
        """Tell whether a text names a country that is not named otherwise, in any language and spelling."""
        return bool(self.hidden) and any(
            code in self.hidden for mention in countries.find_countries(text) for code in mention.candidates
        )

    def tells_by_language(self, language: str) -> bool:
        """Tell whether a language gives away a country: too few participants work in it, and one of them is hidden.

        A hidden country whose languages nobody recorded may work in any.
        """
        base = language.split("-", maxsplit=1)[0]
        if not self.hidden or not base:
            return False
        speak = [part.country.alpha_2 for part in self.participants if base in _bases(part.languages)]
        unknown = any(not part.languages and part.country.alpha_2 in self.hidden for part in self.participants)
        known = {part.country.alpha_2 for part in self.participants}
        unknown = unknown or bool(self.hidden - known)
        return len(speak) < self.minimum_n and (unknown or not self.hidden.isdisjoint(speak))

    def gives_away(self, values: Iterable[Hashable]) -> bool:
        """Tell whether a total would give away what is hidden, from the values of those who are in it without a name.

        Anybody can take the named ones from a total; what is left tells everything where all have the same value.
        """
        return len(set(values)) == 1

    def may_show_criterion(self, criterion: Criterion) -> bool:
        """Tell whether the answer to a criterion may be shown to the audience at all."""
        return criterion.public or self.audience is not Audience.PUBLIC

    def may_show(self, label: TLP) -> bool:
        """Tell whether something with this label may stand in the report."""
        return self.tlp is None or label.allows(self.tlp)

    def may_show_evidence(self, item: Evidence) -> bool:
        """Tell whether a piece of evidence may stand in the report, by its label and by the programme's own mark."""
        label = self.policy.label(item.marking, item.tlp)
        return label is not None and self.may_show(label)


def _bases(languages: Iterable[str]) -> set[str]:
    return {language.split("-", maxsplit=1)[0] for language in languages}


def _policy(audience: str, programme: Programme | None) -> tuple[Audience, TLP | None, DisclosurePolicy]:
    known = [a.value for a in Audience]
    if audience not in known:
        raise WriteError(
            f"{audience!r} is no audience{did_you_mean(audience, known)}",
            code=_REFUSED,
            remedy=f"audiences are: {', '.join(known)}",
        )
    whom = Audience(audience)
    policy = programme.disclosure if programme is not None else DisclosurePolicy()
    label = policy.audiences.get(whom.value) or policy.audiences.get(whom)
    if label is None and whom not in policy.named_by_default:
        raise WriteError(
            f"the disclosure policy does not name the audience {audience!r}",
            code=_REFUSED,
            remedy=f'name it with its label in programme.toml: [audiences] {audience} = "TLP:GREEN"',
        )
    return whom, TLP(label) if label is not None else None, policy


def disclose(subject: AssessmentSet, audience: str, programme: Programme | None) -> Disclosure:
    """Return what an audience is shown of all countries of a round.

    Before others than those the policy names by default, silent countries are counted and not listed: naming them
    would name the countries without consent by elimination.

    Args:
        subject: Assessments of a round.
        audience: Who is to read it.
        programme: The programme, with its policy and consents; None where only the team is served.

    Raises:
        WriteError: The policy does not name the audience (code CB703), or a finding is marked more strictly than the
            report (CB730).
    """
    whom, label, policy = _policy(audience, programme)
    named = {a.country for a in subject if policy.may_name(a.country, whom)}
    _admit(subject, label, policy)
    return Disclosure(
        audience=whom,
        tlp=label,
        named=[a for a in subject if a.country in named],
        unnamed=[a for a in subject if a.country not in named],
        silent=subject.silent if whom in policy.named_by_default else (),
        silent_count=len(subject.silent),
        minimum_n=policy.minimum_n,
        policy=policy,
        participants=programme.participations if programme is not None else (),
    )


def disclose_one(subject: Assessment, audience: str, programme: Programme | None) -> Disclosure:
    """Return what an audience is shown of one country. A country is always shown its own results.

    Args:
        subject: The assessment of a country.
        audience: Who is to read it.
        programme: The programme, with its policy and consents; None where only the team is served.

    Raises:
        WriteError: The policy does not name the audience, or the country has not consented (code CB703); a finding
            is marked more strictly than the report (CB730).
    """
    whom, label, policy = _policy(audience, programme)
    if whom is not Audience.COUNTRY and not policy.may_name(subject.country, whom):
        raise _unnamed(subject.country, audience)
    _admit([subject], label, policy)
    return Disclosure(
        audience=whom,
        tlp=label,
        named=[subject],
        minimum_n=policy.minimum_n,
        policy=policy,
        participants=programme.participations if programme is not None else (),
    )


def disclose_silent(country: Country, audience: str, programme: Programme | None) -> Disclosure:
    """Return what an audience is shown of a silent country: that it is silent. The country itself may know it.

    Args:
        country: The country.
        audience: Who is to read it.
        programme: The programme, with its policy and consents; None where only the team is served.

    Raises:
        WriteError: The policy does not name the audience, or the country has not consented. Code CB703.
    """
    whom, label, policy = _policy(audience, programme)
    if whom is not Audience.COUNTRY and not policy.may_name(country, whom):
        raise _unnamed(country, audience)
    return Disclosure(audience=whom, tlp=label, silent=[country], silent_count=1, policy=policy)


def _unnamed(country: Country, audience: str) -> WriteError:
    return WriteError(
        f"{country} has not consented to be named with its results before the audience {audience!r}",
        code=_REFUSED,
        remedy="record its consent with date and office, or write the report for another audience",
    )


def _admit(assessments: Iterable[Assessment], label: TLP | None, policy: DisclosurePolicy) -> None:
    """Refuse a report with inputs that are marked more strictly than its label.

    Evidence only supports a finding and can be left out; a finding is in the level, in every count and in the plan.

    Raises:
        WriteError: Code CB730, with the findings and their marks.
    """
    if label is None:
        return
    strict = [(f, mark) for f in _marked(assessments) if not (mark := policy.label(f.marking) or label).allows(label)]
    if strict:
        listed = [f"{f.country.alpha_2} {f.target} ({f.marking})" for f, _ in strict[:3]]
        more = f" and {len(strict) - 3} more" if len(strict) > 3 else ""
        raise WriteError(
            f"{len(strict)} findings are marked more strictly than {label.value}: {', '.join(listed)}{more}",
            code="CB730",
            remedy="write it for an audience with a stricter label, or have the mark changed by whoever set it",
        )


def disclosed(subject: AssessmentSet | Assessment, context: RenderContext) -> tuple[Assessment, ...]:
    """Return the assessments that a writer may show with the country's name; others are left out.

    A writer that writes these alone may say `discloses=True`, as far as it shows results and not who said what.

    Args:
        subject: What is written.
        context: What the writer was given: the audience, and the programme with its policy.

    Raises:
        WriteError: The policy does not name the audience, or refuses the one country asked for. Code CB703.

    Example:
        >>> from datetime import date
        >>> from capbuild.model import Framework, Round, Scale
        >>> baseline = Round(id="baseline", kind="baseline", title="Baseline", reference_date=date(2016, 3, 31))
        >>> framework = Framework(id="f", edition="1", title="F", scales=[Scale(id="s")], roots=())
        >>> disclosed(AssessmentSet(round=baseline, framework=framework), RenderContext())
        ()
    """
    if isinstance(subject, Assessment):
        return disclose_one(subject, context.audience, context.programme).named
    return disclose(subject, context.audience, context.programme).named


def _marked(assessments: Iterable[Assessment]) -> Iterator[Finding]:
    return (f for a in assessments for s in a.indicators for r in s.results for f in r.findings if f.marking)
