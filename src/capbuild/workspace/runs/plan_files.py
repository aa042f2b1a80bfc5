"""Files of needs and plan: native documents and a calendar."""

from collections.abc import Callable, Iterator

from capbuild.documents import dumps
from capbuild.io.writing import render_files
from capbuild.model import Plan
from capbuild.workspace.rounds.dossiers import Reporting
from capbuild.workspace.rounds.plans import find_planned_round, make_plan_name

Files = dict[str, str | bytes]


def list_plan_jobs(workspace: Reporting, round_: str) -> Iterator[tuple[str, str, str, Callable[[], Files]]]:
    """Yield name, writer, language and function of each file.

    Some functions yield nothing.

    Documents have no writer, and contain every language: both are empty.
    """
    if find_planned_round(workspace) == round_:
        yield f"{round_}-needs.json", "", "", lambda: _write_document(workspace.needs(round_))
        yield make_plan_name(round_), "", "", lambda: _write_document(workspace.plan())
        language = workspace.settings.report_languages[0]
        yield f"{round_}-plan.ics", "ics", language, lambda: _write_calendar(workspace, workspace.plan(), language)


def _write_document(made: object) -> Files:
    return {} if made is None else {"": dumps(made)}


def _write_calendar(workspace: Reporting, plan: Plan | None, language: str) -> Files:
    if plan is None:
        return {}
    return render_files(
        plan,
        "ics",
        language=language,
        programme=workspace.programme,
        dossier=workspace.dossier(workspace.round(find_planned_round(workspace) or "").id),
        host=workspace.host,
    )
