"""What all parts of one report share: language, framework, audience, programme."""

from functools import cached_property, lru_cache
from importlib.metadata import PackageNotFoundError, version

from attrs import frozen

from capbuild.frozen import FrozenMap
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Country,
    CriterionResult,
    CriterionState,
    Finding,
    FindingValue,
    Framework,
    Missing,
    Programme,
    Source,
    Verdict,
)
from capbuild.plugins import RenderContext
from capbuild.reports.disclosure import Disclosure
from capbuild.reports.marks import Marks
from capbuild.reports.model import Report, ReportKind, ReportSection
from capbuild.reports.places import country_name
from capbuild.reports.wording import Wording, wording

__all__ = ["Setting", "make_setting"]

#: Fixed words that writers need, by key.
_WRITER_WORDS = (
    "skip",
    "contents",
    "profiles",
    "filter.shown",
    "back",
    "page.silent",
    "invented.running",
)


@lru_cache(maxsize=1)
def software() -> str:
    """Return name and version of the software."""
    try:
        return f"capbuild {version('capbuild')}"
    except PackageNotFoundError:
        return "capbuild"


@frozen(kw_only=True, slots=False)
class Setting:
    """What all parts of one report share.

    Attributes:
        say: The language.
        framework: The framework.
        disclosure: Who sees what.
        context: What the host knows.
        invented: Whether answers are invented.
    """

    say: Wording
    framework: Framework
    disclosure: Disclosure
    context: RenderContext
    invented: bool

    @cached_property
    def marks(self) -> Marks:
        """How scores are drawn and worded."""
        return Marks(framework=self.framework, say=self.say)

    @property
    def programme(self) -> Programme | None:
        """The programme, if there is one."""
        programme = self.context.programme
        return programme if isinstance(programme, Programme) else None

    def name(self, country: Country) -> str:
        """Return a country's name in the language of the report."""
        return country_name(country, self.say.language)

    def answer(self, value: FindingValue) -> str:
        """Return a verdict, a number or an absence in words; absences keep their own and are never merged."""
        if not isinstance(value, Verdict | Missing):
            return self.say.number(value)
        return self.coded("answer", value.name.lower())

    def coded(self, kind: str, code: str) -> str:
        """Return the word for a code: the framework's own, or the catalogue's."""
        own = self.framework.labels.get(f"{kind}.{code}")
        return own.get(self.say.language) if own is not None else self.say(f"{kind}.{code}")

    def outcome(self, result: CriterionResult) -> str:
        """Return what counts for a criterion in words; a claim is never worded as a result."""
        if result.state is CriterionState.OPEN and result.claimed:
            return self.coded("answer", "claimed")
        return self.answer(result.value)

    def source(self, source: Source) -> str:
        """Return a source's kind, with the respondent's: "survey, police"."""
        kind = self.say(f"source.{source.kind.value}")
        return f"{kind}, {source.respondent}" if source.respondent else kind

    def finding_source(self, assessment: Assessment, finding: Finding) -> str:
        """Return where a finding comes from: title of the source, or its id."""
        source = assessment.source_by_id.get(finding.source)
        return finding.source if source is None else self.say.text(source.title)

    def report(
        self, subject: AssessmentSet | Assessment, kind: ReportKind, name: str, sections: list[ReportSection]
    ) -> Report:
        """Return a report with all that is the same on every page."""
        say, programme = self.say, self.programme
        tlp = self.disclosure.tlp
        return Report(
            id=name,
            kind=kind,
            label=say(f"kind.{kind.value}"),
            title=name,
            subtitle=say("subtitle", round=say.text(subject.round.title), date=say.date(subject.round.reference_date)),
            programme=say.text(programme.title) if programme is not None else "",
            sections=sections,
            language=say.language,
            audience=self.disclosure.audience.value,
            audience_label=say("audience.for", whom=say(f"audience.{self.disclosure.audience.value}")),
            tlp=tlp.value if tlp is not None else "",
            invented=say("invented") if self.invented else "",
            notices=self._notices(),
            disclaimer=say.text(programme.disclaimer) if programme is not None else "",
            provenance=say("provenance", software=software(), framework=self.framework.key),
            words=FrozenMap({key: str(say.messages[key]) for key in _WRITER_WORDS}),
        )

    def _notices(self) -> list[str]:
        programme = self.programme
        notice = self.say.text(programme.notice) if programme is not None else ""
        if self.invented:
            # The words in bold stand before it already.
            notice = notice.removeprefix(f"{self.say('invented')}. ") or self.say("invented.notice")
        draft = [self.say("draft_translation")] if self._is_draft() else []
        return [notice, *draft] if notice else draft

    def _is_draft(self) -> bool:
        """Whether texts of the framework are shown in a translation that nobody has reviewed."""
        language = self.say.language
        return any(
            text.language_used(language) == language and text.status(language).value == "draft"
            for node in self.framework.walk()
            for text in (node.title, *(c.text for c in node.criteria))
        )


def make_setting(subject: AssessmentSet | Assessment, disclosure: Disclosure, context: RenderContext) -> Setting:
    """Return the setting of a report; anything made from invented answers is marked as invented."""
    programme = context.programme
    return Setting(
        say=wording(context.language),
        framework=subject.framework,
        disclosure=disclosure,
        context=context,
        invented=subject.invented or bool(getattr(programme, "invented", False)),
    )
