"""Files of needs and plan beside the reports of a round: documents to read back, and a calendar."""

from collections.abc import Callable, Iterator

from capbuild.documents import dumps
from capbuild.io import render_files
from capbuild.model import Plan
from capbuild.workspace.dossiers import Reporting
from capbuild.workspace.plans import plan_file, planned_round

__all__ = ["plan_jobs"]

Files = dict[str, str | bytes]


def plan_jobs(workspace: Reporting, round_: str) -> Iterator[tuple[str, str, str, Callable[[], Files]]]:
    """Yield name, writer, language and maker of each file of needs and plan; one may come to nothing.

    Documents have no writer of their own, and hold every language: theirs is empty.
    """
    if planned_round(workspace) == round_:
        yield f"{round_}-needs.json", "", "", lambda: _document(workspace.needs(round_))
        yield plan_file(round_), "", "", lambda: _document(workspace.plan())
        language = workspace.settings.report_languages[0]
        yield f"{round_}-plan.ics", "ics", language, lambda: _calendar(workspace, workspace.plan(), language)


def _document(made: object) -> Files:
    return {} if made is None else {"": dumps(made)}


def _calendar(workspace: Reporting, plan: Plan | None, language: str) -> Files:
    if plan is None:
        return {}
    return render_files(
        plan,
        "ics",
        language=language,
        programme=workspace.programme,
        dossier=workspace.dossier(workspace.round(planned_round(workspace) or "").id),
        host=workspace.host,
    )
