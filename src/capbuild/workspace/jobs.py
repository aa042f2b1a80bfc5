"""What a run writes of a round: each output with its name, its language and what makes it."""

from collections.abc import Callable, Iterator
from functools import partial

from attrs import frozen

from capbuild.io import render_files
from capbuild.plugins import Shared
from capbuild.workspace.dossiers import donor_dossier, reported
from capbuild.workspace.folder import Workspace
from capbuild.workspace.ledger import RoundRecord
from capbuild.workspace.plan_files import plan_jobs
from capbuild.workspace.subjects import subject_for

__all__ = ["Files", "Job", "jobs_of"]

Files = dict[str, str | bytes]

#: Writers whose files hold data, not sentences: one language is enough.
_DATA = ("json", "csv", "sqlite", "parquet", "arrow", "sdmx-csv", "sdmx-ml", "iati")
#: Writers that make a folder.
_FOLDERS = ("csv", "sdmx-csv", "sdmx-ml")


@frozen(kw_only=True)
class Job:
    """One output of a round.

    Attributes:
        name: What the ledger knows it by.
        base: What its files' names begin with.
        render: Makes its files.
        writer: Name of its writer; empty for a document of the plan.
        language: Language it is written in; empty where it has none.
        optional: Whether it may come to nothing, as where no plan can be made.
    """

    name: str
    base: str
    render: Callable[[], Files]
    writer: str = ""
    language: str = ""
    optional: bool = False


def jobs_of(workspace: Workspace, round_: str, record: RoundRecord) -> Iterator[Job]:
    """Yield every output of a round, in the order that the ledger keeps.

    Args:
        workspace: The programme's folder.
        round_: Id of the round.
        record: What is recorded of the round: which kinds of report have something to say is found out once.
    """
    shared: dict[tuple[str, str, str], Shared] = {}

    def job(writer: str, language: str, kind: str = "", audience: str = "team", name: str = "") -> Job:
        base = _base(workspace, round_, writer, language, name)
        told = shared.setdefault((language, kind, audience), Shared())
        asked = partial(_render, language=language, kind=kind, audience=audience, shared=told)
        # The base is part of the name: the language that comes first is not in the name of its files.
        return Job(
            name=f"{writer} {language} {base}",
            base=base,
            render=partial(asked, workspace, round_, writer),
            writer=writer,
            language=language,
        )

    for writer, language in _written(workspace):
        reports = workspace.host.writers[writer].reports
        if "regional" in workspace.settings.report_kinds or not reports:
            yield job(writer, language)
        for kind, audience, name in _kinds(workspace, round_, record) if reports else ():
            if kind == "redactions" and language != workspace.settings.report_languages[0]:
                continue  # a list for the team, which has a language of its own
            yield job(writer, language, kind, audience, f"-{name}")
    for name, language, make in plan_jobs(workspace, round_):
        yield Job(name=f"plan {language} {name}", base=name, render=make, optional=True)


def _written(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Yield every writer a run uses with the language it writes in; a writer that is not installed is left out."""
    for writer in workspace.settings.formats:
        if writer in workspace.host.writers:
            languages = workspace.settings.report_languages
            yield from ((writer, language) for language in (languages[:1] if writer in _DATA else languages))


def _kinds(workspace: Workspace, round_: str, record: RoundRecord) -> Iterator[tuple[str, str, str]]:
    """Yield the further reports of a round with their audience and what stands in their files' names.

    The programme report is written for the donor where the policy names the donor, with what it leaves out beside it.
    A round that rests on the same as in the last run has the kinds that it had then: nothing is scored to find out.
    """
    wanted = workspace.settings.report_kinds
    named = "donor" in workspace.programme.disclosure.audiences
    if record.kinds is None:
        record.kinds = tuple(sorted(_kinds_with_something(workspace, round_)))
    if "brief" in wanted and "brief" in record.kinds:
        yield "brief", "team", "brief"
    if "donor" in wanted and "donor" in record.kinds:
        yield "donor", "donor" if named else "team", "donor"
        if named:
            yield "redactions", "donor", "donor-redactions"


def _kinds_with_something(workspace: Workspace, round_: str) -> set[str]:
    """Return the further kinds of reports that have something to say of a round."""
    dossier = workspace.dossier(round_)
    programme = reported(workspace.programme, dossier)
    found: set[str] = set()
    if dossier.needs is not None and len(dossier.needs):
        found.add("brief")
    if programme.results or programme.budgets or dossier.deliveries:
        found.add("donor")
    return found


def _base(workspace: Workspace, round_: str, writer: str, language: str, name: str = "") -> str:
    first = language == workspace.settings.report_languages[0]
    stem = f"{round_}{name}" if first else f"{round_}{name}-{language}"
    if writer in _FOLDERS:
        return f"{stem}-{writer}"
    return f"{stem}{workspace.host.writers[writer].suffixes[0]}"


def _render(
    workspace: Workspace, round_: str, writer: str, *, language: str, kind: str, audience: str, shared: Shared
) -> Files:
    dossier = donor_dossier(workspace, round_) if kind == "donor" else workspace.dossier(round_)
    programme = reported(workspace.programme, dossier)
    subject = subject_for(workspace, workspace.host.writers[writer], round_, programme)
    return render_files(
        subject,
        writer,
        language=language,
        audience=audience,
        programme=programme,
        dossier=dossier,
        kind=kind,
        options=workspace.settings.report_options.get(writer),
        host=workspace.host,
        shared=shared,
    )
