"""Visit packs: agenda, checklist, criteria and evidence to check."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from capbuild.escaping import format_csv
from capbuild.fieldwork import visit_agenda
from capbuild.fieldwork.register import AgendaItem, list_criteria
from capbuild.frameworks.instruments import judged_text
from capbuild.model import Assessment, Finding, Framework, Missing, Verdict
from capbuild.reports.country_names import get_country_name
from capbuild.reports.i18n import Translator, get_translator
from capbuild.reports.score_text import ScoreFormatter, write_criterion
from capbuild.workspace.folder_functions import in_own_languages, takes_folder
from capbuild.workspace.records.catalogue import ChecklistItem
from capbuild.workspace.records.findings import QUIET
from capbuild.workspace.records.folder_tables import VISIT_FINDINGS
from capbuild.workspace.settings.reading import choose_report_language
from capbuild.workspace.transactions import write_export
from capbuild.workspace.workspace import Workspace

#: Criteria on the first page of the agenda.
_FIRST = 12


@takes_folder
@in_own_languages
def write_visit_pack(
    workspace: Workspace, country: str, folder: Path, *, round_: str | None = None, language: str = ""
) -> tuple[Path, ...]:
    """Write `agenda.md` and `checklist.csv` for a visit.

    The checklist is a findings table that can be put into `visits/` unchanged once it is filled in. Conflicts and
    open criteria come first, then all others.

    Args:
        workspace: The programme's folder: its path, or opened by `open_workspace`.
        country: Name or code of the country.
        folder: Folder to write to.
        round_: Round of the evidence; the first one by default.
        language: Language code of the pack, such as `es`; the first language of the country's participation by default.

    Raises:
        KeyError: There is no data on the country yet: send the survey first, or use the whole checklist.
    """
    round_record = workspace.round(round_) if round_ else workspace.programme.rounds[0]
    assessment = workspace.assess(round_record.id)[country]
    t = get_translator(language or choose_report_language(workspace.programme, assessment.country))
    items = visit_agenda(assessment)
    looked_at = workspace.checklist
    contents = {
        "agenda.md": "\n".join(_write_agenda(assessment, items, t, workspace, looked_at)) + "\n",
        "checklist.csv": _write_checklist(assessment, items, t, looked_at),
    }
    for name, text in contents.items():
        write_export(workspace.folder, folder / name, "\ufeff" + text if name.endswith(".csv") else text)
    return tuple(folder / name for name in contents)


def _write_agenda(
    assessment: Assessment,
    items: tuple[AgendaItem, ...],
    t: Translator,
    workspace: Workspace,
    looked_at: Mapping[str, Sequence[ChecklistItem]],
) -> Iterator[str]:
    marks = ScoreFormatter(framework=assessment.framework, t=t)
    name = get_country_name(assessment.country, t.language)
    conflicts = sum(item.conflict for item in items)
    yield f"# {t('pack.title', country=name)}"
    yield ""
    if assessment.invented:
        yield f"*{t('invented')}.* {t.text(workspace.programme.notice)}"
        yield ""
    lead = t("pack.lead", count=len(items))
    yield f"{lead} {t('lead.conflicts', count=conflicts)}" if items else lead
    yield ""
    yield f"**{t('pack.never')}**"
    for title, chosen in (
        (t("pack.first"), items[:_FIRST]),
        (t("pack.then"), items[_FIRST:]),
    ):
        if chosen:
            yield from ("", f"## {title}", "")
            for item in chosen:
                yield from _write_entry(item, marks, t, assessment)
                yield from (
                    f"  - {_describe_item(checklist_item, t)}"
                    for checklist_item in looked_at.get(item.criterion.id, ())
                )
    yield from ("", f"## {t('pack.evidence')}", "")
    for check, names in _group_by_check(items, t).items():
        yield f"- {check}: {', '.join(names)}"


def _write_entry(item: AgendaItem, marks: ScoreFormatter, t: Translator, assessment: Assessment) -> Iterator[str]:
    node = assessment.framework[item.capacity]
    why = "pack.conflict" if item.conflict else "pack.decides" if item.decides else "pack.open"
    text = write_criterion(item.criterion, assessment.size, t)
    yield f"- [ ] **{item.criterion.id}** {text} *({marks.title(node)}; {t(why)})*"
    for finding in item.reported:
        answer = _describe_answer(finding, assessment.framework, t)
        yield f"  - {_describe_source(finding, assessment, t)}: {answer}"


def _describe_item(item: ChecklistItem, t: Translator) -> str:
    return f"{t.text(item.title)} ({item.place})" if item.place else t.text(item.title)


def _describe_source(finding: Finding, assessment: Assessment, t: Translator) -> str:
    source = assessment.source_by_id.get(finding.source)
    if source is None:
        return finding.source
    kind = t(f"source.{source.kind.name.lower()}")
    return f"{kind}, {source.respondent}" if source.respondent else kind


def _describe_answer(finding: Finding, framework: Framework, t: Translator) -> str:
    value = finding.value
    if isinstance(value, Verdict | Missing):
        return t(f"answer.{value.name.lower()}")
    scale = framework.scale_of(framework[finding.target]) if finding.target in framework else None
    if scale is not None and value in scale.orders:
        return f"{value} {t.text(scale.level(int(value)).label)}"
    return str(value)


def _group_by_check(items: tuple[AgendaItem, ...], t: Translator) -> dict[str, list[str]]:
    """Return evidence to see or request, by kind of check."""
    groups: dict[str, list[str]] = {}
    for item in items:
        label = t(f"check.{item.criterion.check.value}")
        groups.setdefault(label, []).append(item.criterion.id)
    return dict(sorted(groups.items()))


def _write_checklist(
    assessment: Assessment,
    items: tuple[AgendaItem, ...],
    t: Translator,
    looked_at: Mapping[str, Sequence[ChecklistItem]],
) -> str:
    framework = assessment.framework
    (key, *others) = VISIT_FINDINGS.columns
    columns = (key, *QUIET, *others)
    first = {item.criterion.id: item for item in items}
    rows: list[tuple[str, ...]] = [(t("pack.checklist"), *("" for _ in columns[1:])), columns]
    all_criteria = [criterion for node in framework.indicators for criterion in list_criteria(node)]
    for criterion in (*(item.criterion for item in items), *(c for c in all_criteria if c.id not in first)):
        reason = ""
        if criterion.id in first:
            reason = t("pack.conflict" if first[criterion.id].conflict else "pack.open")
        text, check = write_criterion(criterion, assessment.size, t), t(f"check.{criterion.check.value}")
        if criterion.id in framework.capacities:
            text, check = f"{text}\n{judged_text(framework, framework[criterion.id], t.language)}", ""
        rows.append((criterion.id, reason, text, check, *("" for _ in others)))
        rows += (
            (f"# {criterion.id}", "", _describe_item(checklist_item, t), "", *("" for _ in others))
            for checklist_item in looked_at.get(criterion.id, ())
        )
    rows.append((f"# {t('pack.never')}", *("" for _ in columns[1:])))
    return format_csv(rows, end="\r\n")
