# ruff: noqa: C901, E501 - as an author elsewhere wrote it
# fmt: off
"""Write scores as status books: XML with a country element each, its scores, and totals over all."""

from collections import Counter
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from capbuild.model import Assessment, AssessmentSet, Score
from capbuild.plugins import NoOptions, RenderContext, Writer, hookimpl
from capbuild.reports import list_disclosed

CAPBUILD_API = 1
XML_LANG = "http://www.w3.org/XML/1998/namespace"
BAD = dict.fromkeys((*range(9), 11, 12, *range(14, 32)), " ")


def clean(text: str) -> str:
    """Return a text without characters that XML cannot hold."""
    return "".join(" " if ord(one) in BAD or 0xD800 <= ord(one) <= 0xDFFF or ord(one) in (0xFFFE, 0xFFFF) else one for one in text)


def attribute(name: str, value: object) -> str:
    """Return an attribute, with a space before it."""
    return f" {name}={quoteattr(clean(str(value)))}"


def element(name: str, text: str, /, **attributes: object) -> str:
    """Return an element with a text."""
    return f"<{name}{''.join(attribute(key, value) for key, value in attributes.items())}>{escape(clean(text))}</{name}>\n"


def standing(score: Score) -> str:
    """Return how well a score is founded."""
    if score.level is not None or score.value is not None:
        return "verified" if score.verified else "reported"
    return "not verified"


def write_score(score: Score, language: str) -> Iterator[str]:
    """Yield the element of a score."""
    coverage = score.coverage
    fields = {
        "capacity": score.capacity.id,
        "standing": standing(score),
        "answered": f"{coverage.answered}/{coverage.applicable}",
        "settled": coverage.settled,
        "checked": coverage.checked,
    }
    if score.level is not None:
        fields["level"] = score.level
    if score.plausible is not None:
        fields["plausible"] = score.plausible
    if score.claimed is not None:
        fields["claimed"] = score.claimed
    if score.value is not None:
        fields["value"] = repr(score.value)
    if score.interval is not None:
        fields["interval"] = score.interval
    if score.target is not None:
        fields["target"] = score.target
    if score.starred:
        fields["starred"] = "yes"
    yield "<score" + "".join(attribute(key, value) for key, value in fields.items()) + ">\n"
    yield element("title", score.capacity.title.get(language))
    yield element("says", str(score))
    for kind, count in sorted(score.missing.items()):
        yield element("missing", str(count), kind=kind)
    for criterion in score.lacking:
        yield element("lacking", str(getattr(criterion, "id", criterion)))
    if score.undefined:
        yield element("undefined", str(score.undefined))
    if score.review:
        yield element("review", str(score.review))
    yield "</score>\n"


def write(subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions) -> Iterator[str]:
    """Yield the book, of the countries that the disclosure policy lets this audience see."""
    shown = list_disclosed(subject, context)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<status{attribute("xml:lang", context.language)}'
    if context.is_invented(subject):
        yield attribute("note", "Invented answers")
    yield ">\n"
    yield element("round", str(subject.round.title), id=subject.round.id, date=subject.round.reference_date or "")
    yield element("framework", subject.framework.title.get(context.language), id=subject.framework.id, edition=subject.framework.edition)
    standings: Counter[str] = Counter()
    levels: Counter[int] = Counter()
    for assessment in shown:
        country = assessment.country
        yield f"<country{attribute('code', country.alpha_3)}{attribute('name', country.name)}{attribute('state', assessment.state.value)}>\n"
        for score in assessment:
            yield from write_score(score, context.language)
            standings[standing(score)] += 1
            if score.level is not None:
                levels[score.level] += 1
        yield "</country>\n"
    if isinstance(subject, AssessmentSet):
        visible = {one.alpha_2 for one in subject.silent}
        for country in subject.silent:
            if country.alpha_2 in visible and context.audience == "team":
                yield element("silent", country.name, code=country.alpha_3)
    yield f"<totals{attribute('countries', len(shown))}>\n"
    for name in sorted(standings):
        yield element("standing", str(standings[name]), name=name)
    for level in sorted(levels):
        yield element("level", str(levels[level]), order=level)
    yield "</totals>\n</status>\n"


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer `status-lines`."""
    return [
        Writer(
            name="status-lines",
            title="Status books",
            accepts=(AssessmentSet, Assessment),
            write=write,
            suffixes=(".statusbook",),
            discloses=True,
        )
    ]
