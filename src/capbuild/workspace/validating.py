"""What is wrong with a programme's folder: found once, for `validate` as for `run`."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from capbuild.model import AssessmentSet, Issue, Issues
from capbuild.origin import Origin
from capbuild.workspace.attempts import attempt
from capbuild.workspace.dossiers import Reporting
from capbuild.workspace.doubts import conflicts, open_to_others, silences
from capbuild.workspace.jobs import refused_reports, unknown_writers
from capbuild.workspace.register import disagreements
from capbuild.workspace.scored import received, refused_comparison

__all__ = ["folder_issues", "round_issues"]


def folder_issues(workspace: Reporting) -> Issues:
    """Return problems of the folder itself: settings, frameworks, registers, tables and permissions."""
    chosen = unknown_writers(workspace) if workspace.usable else ()
    found = [*workspace.loading_issues, *chosen, *open_to_others(workspace.folder / "private")]
    return Issues(dict.fromkeys(found))


def round_issues(workspace: Reporting, round_: str) -> Issues:
    """Return problems of one round: what was read, what cannot be made of it, and what should be looked at."""
    one = workspace.round(round_)
    came = workspace.collect(one.id)
    found = [*came.issues, *disagreements(workspace.register.of(one.id), came.sources)]
    assessed = attempt(lambda: workspace.assess(one.id), f"round {one.id}", found)
    if assessed is None:
        return Issues(dict.fromkeys(found))
    for what, look in _looks(workspace, assessed):
        found += attempt(partial(_listed, look), f"{one.id}: {what}", found) or ()
    return Issues(dict.fromkeys(found))


def _places(workspace: Reporting, round_: str) -> dict[str, Origin]:
    """Return where to look for a country of which nothing is known: what it sent, or where it is named."""
    sent = {code: origin for code, (_, origin) in received(workspace, round_).items() if origin is not None}
    return {**workspace.settings.places, **sent}


def _listed(look: Callable[[], Iterable[Issue]]) -> list[Issue]:
    return list(look())


def _looks(workspace: Reporting, assessed: AssessmentSet) -> Iterator[tuple[str, Callable[[], Iterable[Issue]]]]:
    """Yield what is looked at in a round, each with its name."""
    from capbuild.scoring import quality

    round_ = assessed.round.id
    yield "countries without answers", lambda: silences(assessed, _places(workspace, round_))
    yield "quality of returns", lambda: quality(assessed).issues
    yield "comparison", lambda: refused_comparison(workspace, round_)
    for assessment in assessed:
        asked = partial(workspace.host.joined, "check_assessment", assessment=assessment)
        yield f"checks of plugins on {assessment.country}", asked
        yield "conflicts", partial(conflicts, assessment)
    yield "needs and plan", lambda: workspace.planned.issues(round_)
    yield "reports", lambda: refused_reports(workspace, round_)
