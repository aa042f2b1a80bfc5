"""Rules on findings of assessors and their evidence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from capbuild.display import name_some
from capbuild.model import Basis, Check, Finding, FindingStatus, Missing, Source, SourceKind, Verdict
from capbuild.scoring.answer_words import plain_verdict
from capbuild.workspace.checks.context import CheckContext, Found, RoundRecords, error, months_before, note, warning
from capbuild.workspace.records.evidence import find_changed_files, find_unrecorded_files
from capbuild.workspace.rounds.evidence import DueFinding, list_due_findings

_ASSESSED = (SourceKind.VISIT, SourceKind.MEETING, SourceKind.DESK)
#: Checks of documents.
_PAPERS = (Check.DOCUMENT, Check.RECORD)


def _list_dated(context: CheckContext, *kinds: SourceKind) -> Iterator[tuple[RoundRecords, Finding, Source]]:
    """Yield findings with a date."""
    for round_ in context.rounds:
        for finding, source in round_.findings(*kinds):
            if finding.as_of is not None and not isinstance(finding.value, Missing):
                yield round_, finding, source


@warning("CK201", "Something is confirmed from a paper, and no evidence is named", "name the paper in evidence_title")
def find_confirmed_without_evidence(context: CheckContext) -> Iterator[Found]:
    """Yield sources with confirmations by document, but without a document."""
    for round_ in context.rounds:
        unsupported: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        papers: dict[tuple[str, str], int] = defaultdict(int)
        for finding, source in round_.findings(*_ASSESSED):
            criterion = round_.assessed.framework.criteria.get(finding.target)
            if (
                criterion is not None
                and criterion.check in _PAPERS
                and finding.value is Verdict.YES
                and finding.status is FindingStatus.CONFIRMED
                and finding.basis in (Basis.SEEN, Basis.COPY)
            ):
                key = source.id, finding.country.name
                papers[key] += 1
                unsupported[key] += [] if finding.evidence else [finding]
        for (source_id, country), findings in unsupported.items():
            if findings:
                names = name_some(finding.target for finding in findings)
                total = papers[source_id, country]
                message = (
                    f"{country}: {len(findings)} of {total} confirmations of {source_id} name no evidence: {names}"
                )
                yield message, findings[0].origin


def _group_by_source(rows: Iterable[tuple[Finding, str]], what: str = "") -> Iterator[Found]:
    """Yield one result of a rule per source and country.

    It has the first text, and all targets.
    """
    by_source: dict[tuple[str, str], list[tuple[Finding, str]]] = defaultdict(list)
    for finding, words in rows:
        by_source[finding.source, finding.country.name].append((finding, words))
    for (_, country), group in by_source.items():
        targets = name_some(finding.target for finding, _ in group)
        yield f"{country}: {targets}{what}: {group[0][1]}", group[0][0].origin


@warning("CK202", "A finding is older than evidence may be", "observe it again, or record it in the earlier round")
def find_old_findings(context: CheckContext) -> Iterator[Found]:
    """Yield findings older than the limit."""
    months = int(context.settings.evidence_months)
    rows = (
        (finding, f"true of {finding.as_of}, {months} months and more before {records.round.reference_date}")
        for records, finding, _ in _list_dated(context, *_ASSESSED)
        if finding.as_of is not None and finding.as_of < months_before(records.round.reference_date, months)
    )
    yield from _group_by_source(rows)


@error("CK203", "A finding is dated after its visit or meeting", "correct as_of, or the end of the visit")
def find_findings_after_visits(context: CheckContext) -> Iterator[Found]:
    """Yield findings dated after their visit, meeting or review."""
    rows = (
        (finding, f"dated {finding.as_of}, and {source.id} ended on {source.end or source.start}")
        for _, finding, source in _list_dated(context, *_ASSESSED)
        if finding.as_of is not None and source.start is not None and finding.as_of > (source.end or source.start)
    )
    yield from _group_by_source(rows)


@warning("CK204", "A finding is dated after the round's reference date", "correct as_of, or put it in the next round")
def find_findings_after_rounds(context: CheckContext) -> Iterator[Found]:
    """Yield findings dated after the round's reference date."""
    rows = (
        (finding, f"dated {finding.as_of}, and {records.round.id} is true of {records.round.reference_date}")
        for records, finding, _ in _list_dated(context, *_ASSESSED)
        if finding.as_of is not None and finding.as_of > records.round.reference_date
    )
    yield from _group_by_source(rows)


@warning("CK205", "A finding is older than the window of its criterion", "observe it again: the window is not covered")
def find_findings_outside_windows(context: CheckContext) -> Iterator[Found]:
    """Yield findings from before their criterion's reference period."""

    def rows() -> Iterator[tuple[Finding, str]]:
        for records, finding, _ in _list_dated(context, *_ASSESSED):
            criterion = records.assessed.framework.criteria.get(finding.target)
            months = criterion.window_months if criterion is not None else None
            if months is None or finding.as_of is None:
                continue
            begin = months_before(records.round.reference_date, months)
            if finding.as_of < begin:
                yield finding, f"dated {finding.as_of}, and its {months} months began on {begin}"

    yield from _group_by_source(rows())


@error("CK206", "A finding is marked weaker than its evidence", "give it the marking of the evidence")
def find_weak_markings(context: CheckContext) -> Iterator[Found]:
    """Yield findings with a weaker label than their evidence."""
    policy = context.workspace.programme.disclosure
    for round_ in context.rounds:
        evidence = {item.id: item for items in round_.collection.evidence.values() for item in items}
        for finding, _ in round_.findings(*_ASSESSED):
            own = policy.label(finding.marking)
            for name in finding.evidence:
                cited = policy.label(evidence[name].marking) if name in evidence else None
                if own is not None and cited is not None and own is not cited and not cited.allows(own):
                    message = f"{finding.country} {finding.target} is {finding.marking}, its evidence {cited.value}"
                    yield message, finding.origin


@warning("CK207", "Something was seen without a visit", "record it as copy or told, or add the visit")
def find_seen_without_visit(context: CheckContext) -> Iterator[Found]:
    """Yield findings of meetings and desk reviews marked as observed."""
    rows = (
        (finding, f"{source.id} is a {source.kind.value}")
        for round_ in context.rounds
        for finding, source in round_.findings(SourceKind.MEETING, SourceKind.DESK)
        if finding.basis is Basis.SEEN and not isinstance(finding.value, Missing)
    )
    yield from _group_by_source(rows, " seen")


@warning("CK208", "Fewer files were sampled than the criterion asks for", "sample the rest, or note why not")
def find_small_samples(context: CheckContext) -> Iterator[Found]:
    """Yield criteria met with fewer files than required."""
    for round_ in context.rounds:
        for finding, _ in round_.findings(*_ASSESSED):
            criterion = round_.assessed.framework.criteria.get(finding.target)
            wanted = criterion.sample if criterion is not None else None
            if wanted and finding.sample is not None and finding.sample < wanted and finding.value is Verdict.YES:
                message = f"{finding.country} {finding.target}: {finding.sample} sampled of {wanted}"
                yield message, finding.origin


@warning("CK209", "A visit saw things and names no site", "list the sites in visits/visits.toml")
def find_visits_without_sites(context: CheckContext) -> Iterator[Found]:
    """Yield visits with observations but no named site."""
    for round_ in context.rounds:
        for visit in round_.collection.visits:
            findings = [f for f in round_.by_source.get(visit.source.id, ()) if f.basis is Basis.SEEN]
            if not visit.sites and findings:
                yield f"{visit.source.id}: {len(findings)} findings seen", round_.origin(visit.source)


@note("CK210", "A visit was made by a small team", "let a second assessor read the findings")
def find_small_teams(context: CheckContext) -> Iterator[Found]:
    """Yield visits with too few assessors."""
    for round_ in context.rounds:
        for visit in round_.of_kind(SourceKind.VISIT):
            if 0 < len(visit.team) < context.settings.team:
                yield f"{visit.id}: {name_some(visit.team)}", round_.origin(visit)


@warning("CK211", "Evidence has expired: what rests on it is due again", "look again, or record its new date")
def find_expired_evidence(context: CheckContext) -> Iterator[Found]:
    """Yield findings whose evidence has expired."""
    rows: dict[tuple[str, str], list[DueFinding]] = defaultdict(list)
    for finding in list_due_findings(context.workspace, context.on):
        rows[finding.finding.country.name, ", ".join(item.id for item in finding.evidence)].append(finding)
    for (country, names), due in rows.items():
        targets = name_some(finding.finding.target for finding in due)
        yield f"{country}: {targets}: {names}, expired on {due[0].since}", due[0].finding.origin


@warning("CK214", "Evidence is said to exist, and is not named", "write the title of the paper, or its link")
def find_unnamed_evidence(context: CheckContext) -> Iterator[Found]:
    """Yield findings whose evidence has a title such as yes."""
    rows = []
    for records in context.rounds:
        titles = {
            item.id: str(item.title) for assessment in records.assessed for item in assessment.evidence if not item.link
        }
        for finding in records.collection.findings:
            cited = [titles[item] for item in finding.evidence if item in titles]
            rows += [(finding, repr(title)) for title in cited if plain_verdict(title) is Verdict.YES]
    yield from _group_by_source(rows)


@error("CK212", "A file of evidence is missing or not as recorded", "put it back: capbuild evidence add FOLDER FILE")
def find_changed_evidence(context: CheckContext) -> Iterator[Found]:
    """Yield evidence files that are missing or changed."""
    return find_changed_files(context.workspace.folder, context.workspace.evidence)


@note("CK213", "A file of evidence is not recorded", "add it: capbuild evidence add FOLDER FILE")
def find_unrecorded_evidence(context: CheckContext) -> Iterator[Found]:
    """Yield files of evidence that no row names."""
    return find_unrecorded_files(context.workspace.folder, context.workspace.evidence)
