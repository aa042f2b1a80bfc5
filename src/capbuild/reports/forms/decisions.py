"""Decision forms: the team accepts or rejects countries' proposals."""

import hashlib
from collections.abc import Iterator

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.disclosure import disclose
from capbuild.errors import WriteError
from capbuild.escaping import format_csv
from capbuild.model import AssessmentSet, Decision, Proposal
from capbuild.plugins import NoOptions, RenderContext
from capbuild.reports.i18n import Translator, get_translator

#: Ids of the columns; the last four are for the team. The first one has the proposal and its state.
DECISION_COLUMNS = (
    "id", "country", "target", "statement", "computed", "proposed", "comment", "evidence", "by", "date",
    "decision", "decided_by", "decided_on", "reason",
)  # fmt: skip


@frozen(kw_only=True)
class DecisionForm:
    """Sheet of a round.

    Attributes:
        title: Title.
        notice: Text on top, such as that answers are invented; may be empty.
        lead: How it is filled in.
        headers: Titles of the columns.
        choices: Possible decisions.
        rows: Cells by column; proposals that wait for a decision come first.
    """

    title: str
    notice: str = ""
    lead: str = ""
    header: tuple[str, ...] = field(default=(), converter=to_tuple)
    choices: tuple[str, ...] = field(default=(), converter=to_tuple)
    rows: tuple[tuple[str, ...], ...] = field(default=(), converter=to_tuple)


def compute_digest(*parts: str) -> str:
    """Return a short digest of texts."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def make_proposal_key(one: Proposal) -> str:
    """Return the key of a proposal, independent of its decision."""
    day = "" if one.date is None else one.date.isoformat()
    texts = (one.proposed, one.comment, one.evidence)
    return compute_digest(
        one.country.alpha_2, one.round, one.target, *(" ".join(text.split()) for text in texts), one.by, day
    )


def digest_decision(proposal: Proposal) -> str:
    """Return a digest of a decision, to detect later changes."""
    day = "" if proposal.decided_on is None else proposal.decided_on.isoformat()
    return compute_digest(proposal.decision.value, proposal.decided_by, day, proposal.reason)


def list_decision_words(t: Translator) -> dict[str, Decision]:
    """Return the words for decisions in a language."""
    return {t(f"decide.{decision.name.lower()}"): decision for decision in (Decision.ACCEPTED, Decision.REJECTED)}


def _describe_statement(assessed: AssessmentSet, target: str, t: Translator) -> str:
    framework = assessed.framework
    if target in framework.criteria:
        return t.text(framework.criteria[target].text)
    return t.text(framework[target].title) if target in framework else ""


def _make_proposal_row(one: Proposal, assessed: AssessmentSet, t: Translator) -> tuple[str, ...]:
    words = {decision: word for word, decision in list_decision_words(t).items()}
    days = ("" if day is None else day.isoformat() for day in (one.date, one.decided_on))
    asked, decided = days
    return (
        f"{make_proposal_key(one)}.{digest_decision(one)}", one.country.name, one.target,
        _describe_statement(assessed, one.target, t), one.computed, one.proposed, one.comment, one.evidence, one.by,
        asked, words.get(one.decision, ""), one.decided_by, decided, one.reason,
    )  # fmt: skip


def make_decision_form(assessed: AssessmentSet, context: RenderContext) -> DecisionForm:
    """Return the sheet of a round.

    Args:
        assessed: The round.
        context: Language; audience; the dossier with the proposals; the country, where those of one alone are decided.

    Raises:
        WriteError: The policy does not name the audience, or it may not see a country's answers. Code CB703.
    """
    t = get_translator(context.language)
    assessed, context = disclose(assessed, context)
    if not context.disclosure.sources:
        raise WriteError(
            f"proposals of countries are not written for {context.audience!r}",
            code="CB703",
            remedy="leave out the audience: the form is for the team",
        )
    asked = [
        proposal
        for proposal in context.dossier.proposals
        if proposal.round == assessed.round.id and context.country in ("", proposal.country.alpha_2)
    ]
    asked.sort(key=lambda proposal: proposal.decision is not Decision.OPEN)
    return DecisionForm(
        title=t("decide.title", round=t.text(assessed.round.title)),
        notice=t("invented") if context.is_invented(assessed) else "",
        lead=t("decide.how"),
        header=[t(f"decide.head.{name}") for name in DECISION_COLUMNS],
        choices=list(list_decision_words(t)),
        rows=[_make_proposal_row(proposal, assessed, t) for proposal in asked],
    )


def write_csv(subject: AssessmentSet, context: RenderContext, _options: NoOptions) -> Iterator[str]:
    """Yield the sheet of a round as CSV."""
    form = make_decision_form(subject, context)
    lead = ([line] for line in (form.title, form.notice, form.lead) if line)
    yield format_csv([*lead, (), form.header, DECISION_COLUMNS, *form.rows])
