"""Who may see what in a report. It fails closed: what the policy does not name is not shown."""

from attrs import field, frozen

from capbuild.errors import WriteError, did_you_mean
from capbuild.model import TLP, Assessment, AssessmentSet, Audience, Country, Criterion, DisclosurePolicy, Programme
from capbuild.plugins import RenderContext
from capbuild.reports.cells import to_tuple

__all__ = ["Disclosure", "disclose", "disclose_one", "disclosed"]

_REFUSED = "CB703"

#: Audiences that see the answers behind a result: who said what, notes, evidence.
_SEE_SOURCES = (Audience.TEAM, Audience.COUNTRY)


@frozen(kw_only=True)
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
    """

    audience: Audience
    tlp: TLP | None
    named: tuple[Assessment, ...] = field(default=(), converter=to_tuple)
    unnamed: tuple[Assessment, ...] = field(default=(), converter=to_tuple)
    silent: tuple[Country, ...] = field(default=(), converter=to_tuple)
    silent_count: int = 0
    minimum_n: int = 1

    @property
    def sources(self) -> bool:
        """Whether the audience sees who said what, notes and evidence."""
        return self.audience in _SEE_SOURCES

    @property
    def counted(self) -> tuple[Assessment, ...]:
        """Assessments that totals are made of.

        A total minus the named ones is a result too: where fewer than the minimum are unnamed, they are left out.
        """
        enough = not self.unnamed or len(self.unnamed) >= self.minimum_n
        return (*self.named, *self.unnamed) if enough else self.named

    def may_show_criterion(self, criterion: Criterion) -> bool:
        """Tell whether the answer to a criterion may be shown to the audience at all."""
        return criterion.public or self.audience is not Audience.PUBLIC

    def may_show(self, label: TLP) -> bool:
        """Tell whether something with this label may stand in the report."""
        return self.tlp is None or label.allows(self.tlp)


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

    Raises:
        WriteError: The policy does not name the audience. Code CB703.
    """
    whom, label, policy = _policy(audience, programme)
    named = {a.country for a in subject if policy.may_name(a.country, whom)}
    return Disclosure(
        audience=whom,
        tlp=label,
        named=[a for a in subject if a.country in named],
        unnamed=[a for a in subject if a.country not in named],
        silent=subject.silent if whom in policy.named_by_default else (),
        silent_count=len(subject.silent),
        minimum_n=policy.minimum_n,
    )


def disclose_one(subject: Assessment, audience: str, programme: Programme | None) -> Disclosure:
    """Return what an audience is shown of one country. A country is always shown its own results.

    Raises:
        WriteError: The policy does not name the audience, or the country has not consented. Code CB703.
    """
    whom, label, policy = _policy(audience, programme)
    if whom is not Audience.COUNTRY and not policy.may_name(subject.country, whom):
        raise WriteError(
            f"{subject.country} has not consented to be named with its results before the audience {audience!r}",
            code=_REFUSED,
            remedy="record its consent with date and office, or write the report for another audience",
        )
    return Disclosure(audience=whom, tlp=label, named=[subject], minimum_n=policy.minimum_n)


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
