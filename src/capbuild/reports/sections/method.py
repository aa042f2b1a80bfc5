"""Method and provenance, for reproducing a report."""

from collections import Counter
from collections.abc import Iterator

from capbuild.model import Assessment, AssessmentSet, AssessmentState, Framework, Missing, MissingPolicy
from capbuild.reports.context import ReportContext, get_software
from capbuild.reports.model import Definitions, ReportSection
from capbuild.reports.sections.activities import describe_state

#: Files that are named with their hash; the record of a run has all.
_INPUTS = 12


def build_method_section(subject: Assessment | AssessmentSet, context: ReportContext) -> ReportSection:
    """Build the section on method and provenance."""
    t, recipe = context.t, subject.recipe
    entries = [
        (t("method.framework"), _describe_framework(context.framework, context)),
        (t("method.rule"), t.clauses(*_describe_rules(subject, context))),
        (t("method.disagree"), t(f"policy.{recipe.reconciliation.name.lower()}")),
        *_describe_judgement(context),
        *(_describe_absences(context) if isinstance(subject, AssessmentSet) else ()),
        *_describe_rounding(subject, context),
        (t("method.made"), _describe_software(subject, context)),
    ]
    if isinstance(subject, AssessmentSet):
        entries += _count_states(subject, context)
        entries += _list_inputs(None, context)
    else:
        entries.append((t("method.state"), describe_state(subject, context)))
        entries += _list_inputs(_list_files(subject), context)
    return context.section("method", 800, Definitions(entries=entries))


def _describe_judgement(context: ReportContext) -> Iterator[tuple[str, str]]:
    """Yield the framework's rules for judgements.

    They say how assessors who differ are reconciled, and which levels need evidence.
    """
    t, framework = context.t, context.framework
    rules = framework.judgement
    if rules.agreement is not None:
        yield t("method.assessors"), t(f"explain.by.{rules.agreement.name.lower()}")
    scale = framework.scales[0]
    if rules.evidence_from is not None and rules.evidence_from in scale.orders and not framework.criteria:
        yield t("method.evidence"), t("method.evidence.text", level=scale.level(rules.evidence_from).code)


def _describe_absences(context: ReportContext) -> list[tuple[str, str]]:
    t = context.t
    listed = t.joined([context.coded("answer", kind.name.lower()) for kind in Missing])
    return [(t("method.absences"), t("method.absences.text", listed=listed))]


def _count_states(subject: AssessmentSet, context: ReportContext) -> list[tuple[str, str]]:
    """Count the states of the assessments shown.

    The result is empty if all are drafts. Only the countries in the report are counted: each has its state on its own
    page, so that a count of all would reveal the others.
    """
    counts = Counter(assessment.state for assessment in subject)
    if set(counts) <= {AssessmentState.DRAFT}:
        return []
    t = context.t
    shown = [
        t("method.state.count", state=t(f"state.{state.name.lower()}"), number=counts[state])
        for state in AssessmentState
        if counts[state]
    ]
    return [(t("method.state"), t.clauses(*shown))]


def _describe_framework(framework: Framework, context: ReportContext) -> str:
    t = context.t
    parts = [t("count.indicators", count=len(framework.indicators))]
    if framework.criteria:
        parts.append(t("count.criteria", count=len(framework.criteria)))
    codes = [level.code for level in framework.scales[0].levels]
    if codes:
        parts.append(t("method.levels", low=codes[0], high=codes[-1]))
    if framework.licence:
        parts.append(t("method.licence", licence=framework.licence))
    return t.labelled(f"{t.text(framework.title)}, {framework.key}", ", ".join(parts))


def _describe_rules(subject: Assessment | AssessmentSet, context: ReportContext) -> list[str]:
    """Describe the aggregation method of each kind of node."""
    t = context.t
    names: dict[str, None] = {}
    for node in context.framework.walk():
        method = subject.recipe.methods.get(node.id) or subject.recipe.methods.get(node.kind)
        method = method or context.framework.method_of(node)
        judged = method.name in ("staircase", "points") and not node.children and not node.criteria
        rule = "rule.judged" if judged else f"rule.{method.name}"
        words = t(rule) if rule in t.messages else method.name
        if method.name == "scaled" and node.criteria:
            names[t("rule.staircase")] = None
        zero = method.missing is MissingPolicy.ZERO
        names[f"{words}; {t('rule.zero', rule=method.rule)}" if zero else words] = None
    return list(names)


def _describe_rounding(subject: Assessment | AssessmentSet, context: ReportContext) -> list[tuple[str, str]]:
    rules = {**context.framework.rounding, **subject.recipe.rounding}
    if not rules:
        return []
    t = context.t
    parts = [
        t("method.rounding.text", kind=kind, count=rule.digits, mode=t(f"rounding.{rule.mode.name.lower()}"))
        + (t("method.rounding.feeds") if rule.feeds_up else "")
        for kind, rule in rules.items()
    ]
    return [(t("method.rounding"), t.clauses(*parts))]


def _describe_software(subject: Assessment | AssessmentSet, context: ReportContext) -> str:
    t, recipe = context.t, subject.recipe
    allowed = recipe.allow_partial if context.framework.criteria else 0
    partial = t("method.partly", count=allowed) if allowed else ""
    software_text = t(
        "method.made.text",
        software=get_software(),
        recipe=recipe.name,
        seed=str(recipe.seed),
        date=t.date(subject.round.reference_date),
    )
    return f"{software_text}{partial}"


def _list_files(subject: Assessment) -> frozenset[str]:
    """Return the source files of one country's findings."""
    return frozenset(finding.origin.file for finding in subject.findings if finding.origin is not None)


def _list_inputs(files: frozenset[str] | None, context: ReportContext) -> list[tuple[str, str]]:
    """Return input file hashes, for readers who may see sources."""
    inputs = {name: digest for name, digest in context.inputs.items() if files is None or name in files}
    if not inputs or not context.disclosure.sources:
        return []
    shown = [f"{name} {digest[:8]}" for name, digest in sorted(inputs.items())]
    listed = ", ".join(shown[:_INPUTS])
    if len(shown) > _INPUTS:
        listed = context.t("and_more", listed=listed, count=len(shown) - _INPUTS)
    return [(context.t("method.inputs", count=len(inputs)), listed)]
