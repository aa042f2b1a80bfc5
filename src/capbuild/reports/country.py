"""The profile of one country: the answer first, then where it stands, what lacks, who said what."""

from attrs import evolve

from capbuild.model import Assessment, AssessmentSet, Country
from capbuild.reports.activities import activities_section, view_section
from capbuild.reports.changes import country_change_section, series_section
from capbuild.reports.country_sections import lacking_section, sources_section, stand_section, visit_section
from capbuild.reports.evidence import evidence_section
from capbuild.reports.external import country_external_section
from capbuild.reports.head import country_facts, country_lead
from capbuild.reports.lists import country_lists
from capbuild.reports.method import method_section
from capbuild.reports.model import Paragraph, Report, ReportKind, ReportSection
from capbuild.reports.networks import contacts_section
from capbuild.reports.setting import Setting
from capbuild.reports.sureness import sureness_section
from capbuild.reports.unknown import unknown_section

__all__ = ["country_report", "silent_report"]


def country_report(assessment: Assessment, setting: Setting) -> Report:
    """Return the profile of a country."""
    sections = [
        section
        for section in (
            stand_section(assessment, setting),
            country_change_section(assessment, setting),
            series_section(setting, [assessment.country.alpha_2]),
            lacking_section(assessment, setting),
            visit_section(assessment, setting),
            sureness_section(assessment, setting),
            sources_section(assessment, setting),
            view_section(assessment, setting),
            activities_section(assessment, setting),
            country_external_section(assessment, setting),
            contacts_section(assessment, setting),
            unknown_section(assessment, setting),
            method_section(assessment, setting),
            evidence_section(assessment, setting),
        )
        if section is not None
    ]
    page = setting.report(assessment, ReportKind.COUNTRY, assessment.country.alpha_2, sections)
    return evolve(
        page,
        title=setting.name(assessment.country),
        lead=country_lead(assessment, setting),
        facts=country_facts(assessment, setting),
        lists=country_lists(assessment, setting),
    )


def silent_report(country: Country, subject: AssessmentSet, setting: Setting) -> Report:
    """Return the page of a country without an answer that can be used: four sentences, no level, not even a range."""
    say, why = setting.say, setting.unusable.get(country.alpha_2)
    if why is None:
        title, known, after = say("silent.title"), say("silent.known"), say("silent.next")
    else:
        title, after = say("unusable.title"), say("unusable.next")
        known = say("unusable.known", reason=say(f"unusable.{why.name.lower()}"))
    sentences = " ".join((known, say("silent.assumed"), say("silent.level"), after))
    section = ReportSection(id="silent", order=100, title=title, blocks=[Paragraph(text=sentences)])
    page = setting.report(subject, ReportKind.SILENT, country.alpha_2, [section])
    words = {**page.words, "page.silent": setting.absence(country)}
    return evolve(page, title=setting.name(country), words=words)
