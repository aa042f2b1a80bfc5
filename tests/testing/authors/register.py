"""Writer of a register of scores, in lines of parts with tabs."""

from collections.abc import Iterator

from capbuild.formats import one_line
from capbuild.model import AssessmentSet, Missing, Score
from capbuild.plugins import NoOptions, RenderContext, Writer, hookimpl
from capbuild.reports import escape_formula

CAPBUILD_API = 1


def write(subject: AssessmentSet, context: RenderContext, options: NoOptions) -> Iterator[str]:
    """Yield a register: a title, a notice if invented, and a line for each score."""
    yield _line("register", subject.round.title.get(context.language) if subject.round else "", context.language)
    for assessment in subject:
        mark = "invented" if assessment.invented else ""
        yield _line("country", assessment.country.alpha_3, assessment.country.name, assessment.state.value, mark)
        for score in assessment:
            yield _line(*_cells(score, context.language))


def _cells(score: Score, language: str) -> tuple[str, ...]:
    title = score.capacity.title.get(language)
    return (
        "score", score.capacity.id, title, str(score),
        "" if score.value is None or isinstance(score.value, Missing) else repr(score.value),
        str(score.coverage),
    )  # fmt: skip


def _line(*cells: str) -> str:
    return "\t".join(escape_formula(one_line(cell)) for cell in cells) + "\n"


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer."""
    return [
        Writer(name="register", title="Register of scores", accepts=(AssessmentSet,), write=write,
               suffixes=(".register",), discloses=True)
    ]  # fmt: skip
