"""Nomination forms for countries.

Forms are blank: names are added by the country only.
"""

from collections.abc import Iterator

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.countries import country_by_code
from capbuild.errors import CountryError
from capbuild.escaping import format_csv
from capbuild.model import Country, Delivery, Programme, Sex
from capbuild.model.country import country_code
from capbuild.plugins import RenderContext
from capbuild.reports.forms.reviews import make_form_mark
from capbuild.reports.i18n import Translator, get_translator
from capbuild.reports.writers import NominationOptions

#: Ids of the columns, used to read a sheet back in any language.
NOMINATION_COLUMNS = ("name", "office", "role", "sex", "email", "telephone")
#: Columns with a drop-down list, if there is one.
_CHOSEN = ("role", "sex")
#: Rows of a sheet if the number of seats is not known.
_BLANK_ROWS = 6


@frozen(kw_only=True)
class NominationForm:
    """Sheet of one country for one delivery.

    Attributes:
        title: Title.
        notice: Text on top, such as that the programme is invented; may be empty.
        lead: How it is filled in.
        facts: Id, label and value of the sheet's facts.
        header: Titles of the columns.
        plain_header: Header without lists: it names the valid values.
        roles: Possible roles: code and title; empty for free text.
        sexes: Possible values of sex.
        rows: How many people fit.
    """

    title: str
    notice: str = ""
    lead: str = ""
    facts: tuple[tuple[str, str, str], ...] = field(default=(), converter=to_tuple)
    header: tuple[str, ...] = field(default=(), converter=to_tuple)
    plain_header: tuple[str, ...] = field(default=(), converter=to_tuple)
    roles: tuple[str, ...] = field(default=(), converter=to_tuple)
    sexes: tuple[str, ...] = field(default=(), converter=to_tuple)
    rows: int = _BLANK_ROWS


def list_sex_words(t: Translator) -> dict[str, Sex]:
    """Return the words for sexes in a language."""
    return {t(f"nominate.sex.{sex.name.lower()}"): sex for sex in Sex}


def _find_country(context: RenderContext) -> Country | None:
    if not context.country:
        return None
    countries = context.programme.countries if isinstance(context.programme, Programme) else ()
    try:
        code = country_code(context.country, countries)
    except CountryError:
        return None
    return next((country for country in countries if country.alpha_2 == code), None) or country_by_code(code)


def make_nomination_form(delivery: Delivery, context: RenderContext, options: NominationOptions) -> NominationForm:
    """Return the sheet of a country for a delivery.

    Args:
        delivery: Session for which people are nominated.
        context: Language; the country; the programme; the dossier with the catalogue that lists the roles.
        options: How many seats the country has.
    """
    t, place = get_translator(context.language), _find_country(context)
    title = t.text(delivery.title) if delivery.title is not None else delivery.course
    start, end = t.date(delivery.start), t.date(delivery.end)
    when = t("nominate.delivery", start=start, end=end, place=delivery.place or "–")
    catalogue = context.dossier.catalogue
    roles = [(role.id, t.text(role.title)) for role in catalogue.roles] if catalogue is not None else []
    codes = ", ".join(code for code, _ in roles) or "R01…"
    return NominationForm(
        title=t("nominate.title", course=title),
        notice=t("nominate.invented") if context.is_invented() else "",
        lead=t("nominate.how"),
        facts=[
            ("delivery", when, delivery.id),
            ("country", context.country if place is None else place.name, "" if place is None else place.alpha_2),
            ("seats", t("nominate.seats"), str(options.seats or "")),
            ("form", "", make_form_mark("nomination", delivery.id, "" if place is None else place.alpha_2)),
        ],
        header=[t(f"nominate.choose.{c}" if c in _CHOSEN else f"nominate.{c}") for c in NOMINATION_COLUMNS],
        plain_header=[
            t(f"nominate.{c}", codes=codes) if c == "role" else t(f"nominate.{c}") for c in NOMINATION_COLUMNS
        ],
        roles=[f"{code} {text}" for code, text in roles],
        sexes=list(list_sex_words(t)),
        rows=options.seats or _BLANK_ROWS,
    )


def write_csv(subject: Delivery, context: RenderContext, options: NominationOptions) -> Iterator[str]:
    """Yield the sheet of a country as CSV."""
    form = make_nomination_form(subject, context, options)
    lead = ([line] for line in (form.title, form.notice, form.lead) if line)
    blank = [[""] * len(NOMINATION_COLUMNS)] * form.rows
    yield format_csv([*lead, *form.facts, (), form.plain_header, NOMINATION_COLUMNS, *blank])
