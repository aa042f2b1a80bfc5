"""Shared state of the sheets of one report workbook."""

from attrs import field, frozen

from capbuild.countries import country_by_code
from capbuild.errors import CountryError
from capbuild.frozen import FrozenMap
from capbuild.model import Assessment, AssessmentSet, Country
from capbuild.reports import Report, get_country_name
from capbuild_sheets.words import word
from capbuild_sheets.writing import Book, Page


@frozen(kw_only=True, eq=False)
class Making:
    """Shared state of the sheets of one report workbook.

    Attributes:
        book: The workbook.
        report: The report, without profiles.
        subject: Assessments of the report.
        language: Language of the workbook.
        names: Country names in that language, by alpha-2 code.
        sheets: Sheets made so far, with their leads.
    """

    book: Book
    report: Report
    subject: AssessmentSet | Assessment
    language: str
    names: FrozenMap[str, str]
    sheets: list[tuple[str, str]] = field(factory=list)

    def say(self, key: str) -> str:
        """Return a label in the language of the workbook."""
        return word(key, self.language)

    def name(self, code: str) -> str:
        """Return a country's name; an unknown code is returned unchanged."""
        known = self.names.get(code)
        if known is not None:
            return known
        try:
            return get_country_name(country_by_code(code), self.language)
        except CountryError:
            return code

    def page(self, name: str, *, landscape: bool = True) -> Page:
        """Add a sheet by its key, and list it in the contents."""
        lead = self.say(f"lead.{name}")
        page = self.book.page(self.say(f"sheet.{name}"), lead=lead, landscape=landscape)
        self.sheets.append((page.name, lead))
        return page

    @property
    def titled_notice(self) -> str:
        """Suffix of chart titles with the notice, so that copies into slides keep it."""
        return f" – {self.book.notice}" if self.book.notice else ""


def names_of(subject: AssessmentSet | Assessment, language: str) -> FrozenMap[str, str]:
    """Return the names of countries that may be named."""
    if isinstance(subject, Assessment):
        everyone: tuple[Country, ...] = (subject.country,)
    else:
        everyone = (*subject.countries, *subject.silent)
    return FrozenMap({country.alpha_2: get_country_name(country, language) for country in everyone})
