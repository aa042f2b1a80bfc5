"""Translated texts, plurals, numbers, dates and lists (CLDR, by Babel)."""

import datetime
import re
import unicodedata
from collections.abc import Iterable
from decimal import Context, Decimal, localcontext
from functools import lru_cache

from attrs import define, field, frozen
from babel import Locale, negotiate_locale
from babel.dates import format_date, format_skeleton
from babel.localedata import locale_identifiers
from babel.numbers import format_decimal, format_percent

from capbuild.errors import CapbuildError, WriteError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model import Framework, Money
from capbuild.plugins import default_host
from capbuild.reports.languages import (
    BUILT_IN_LANGUAGES,
    Message,
    cache_texts,
    list_keys_with_words,
    list_languages,
    load_texts,
)
from capbuild.text import Text

#: World English: days before months.
_LOCALES = {"en": "en_001"}

#: Spanish words before which "y" is "e": they begin with the sound of an i that no other vowel follows.
_SOUNDS_AS_I = re.compile(r"h?[ií](?![aeoué])", re.IGNORECASE)


#: Room for every digit of a number: Babel rounds in the context of the program, which has 28.
_EXACT = Context(prec=1000)


@lru_cache(maxsize=1 << 16)
def _format_number(value: Decimal, places: int, pattern: str, locale: Locale) -> str:
    """Round and format a number by a CLDR pattern.

    Negative numbers have a true minus sign (U+2212), and zero has no sign.
    """
    with localcontext(_EXACT):
        rounded = round(value, places) if value.is_finite() else value
        return f"{'−' if rounded.is_signed() and rounded else ''}{format_decimal(rounded.copy_abs(), pattern, locale)}"


@define
class MessageUsage:
    """Messages that a report prints.

    Attributes:
        untranslated: Keys of messages without a text in its language.
        keys: Keys of the messages printed, without those that consist of fields and signs only.
        english: Texts printed in English without a translation.
    """

    untranslated: frozenset[str] = field(repr=False)
    keys: set[str] = field(factory=set, repr=False)
    english: set[str] = field(factory=set, repr=False)

    def add(self, key: str, text: str) -> None:
        """Record a message as it is printed."""
        if key in list_keys_with_words():
            self.keys.add(key)
        if key in self.untranslated:
            self.english.add(text)

    @property
    def share(self) -> float:
        """Share of printed messages in the language, 0 to 1."""
        return 1 - len(self.keys & self.untranslated) / len(self.keys) if self.keys else 1.0


@frozen(kw_only=True)
class Translator:
    """Texts and formats of one language.

    Attributes:
        language: BCP 47 tag of a language that reports exist in.
        locale: Region whose numbers and dates are used (CLDR, by Babel).
        messages: Catalogue of the language.
        judged: Whether indicators of the framework have no criteria: then a message `KEY.judged` replaces `KEY`.
        usage: Record of printed messages that the language lacks.

    Example:
        >>> t = get_translator("es")
        >>> t.number(12345.5), t.date(datetime.date(2017, 3, 31)), t.joined(["a", "b", "c"])
        ('12.345,5', '31 de marzo de 2017', 'a, b y c')
        >>> get_translator("es-MX").number(12345.5)
        '12,345.5'
    """

    language: str
    locale: Locale
    messages: FrozenMap[str, Message] = field(repr=False)
    judged: bool = False
    usage: MessageUsage | None = field(default=None, eq=False, repr=False)

    def __call__(self, key: str, /, count: int | None = None, **values: object) -> str:
        """Return a message with its fields filled.

        Args:
            key: Key of the message.
            count: Number that decides the plural form; also the field `count`.
            values: Other fields. Numbers are formatted as the language does.
        """
        key = f"{key}.judged" if self.judged and f"{key}.judged" in self.messages else key
        text = self._fill(key, count, values)
        if self.usage is not None:
            self.usage.add(key, text)
        return text

    def template(self, key: str) -> str:
        """Return a message whose fields are not yet filled in.

        The message must have no plural forms.
        """
        text = str(self.messages[key])
        if self.usage is not None:
            self.usage.add(key, text)
        return text

    def _fill(self, key: str, count: int | None, values: dict[str, object]) -> str:
        message = self.messages.get(key)
        if message is None:
            raise CapbuildError(f"no report message {key!r}{did_you_mean(key, self.messages)}", code="CB701")
        if not isinstance(message, str):
            form = "=0" if not count and "=0" in message else self.locale.plural_form(count or 0)
            message = message.get(form) or message["other"]
        if count is not None:
            values["count"] = count
        if not values and "{" not in message:
            return message
        return message.format_map({name: self._filled(value) for name, value in values.items()})

    def _filled(self, value: object) -> object:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self.number(value)
        return value

    @property
    def right_to_left(self) -> bool:
        """True if the language is written right to left (CLDR)."""
        return self.locale.text_direction == "rtl"

    def text(self, text: Text | None) -> str:
        """Return a text in this language, or in its original."""
        return "" if text is None else text.get(self.language)

    def known(self, text: str, count: float | None = None) -> str:
        """Translate a common word or unit of programme tables.

        Examples are `all hours` and the unit `days`. Any other text is returned unchanged.

        Args:
            text: The word.
            count: Number before a unit, which decides its plural form; none for the unit alone.

        Example:
            >>> get_translator("es").known("all hours"), get_translator("es").known("by appointment")
            ('a toda hora', 'by appointment')
            >>> get_translator("fr").known("days"), get_translator("fr").known("days", 1.5)
            ('jours', 'jour')
        """
        message = self.messages.get(f"known.{'_'.join(text.lower().split())}", text)
        if isinstance(message, str):
            return message
        whole = count is not None and float(count).is_integer()
        form = "other" if count is None else self.locale.plural_form(int(count) if whole else count)
        return message.get(form) or message["other"]

    def number(self, value: float) -> str:
        """Return a number with the language's separators, without needless zeros."""
        return _format_number(Decimal(str(value)), 6, "#,##0.######", self.locale)

    def decimal(self, value: float, digits: int = 1) -> str:
        """Return a number with a fixed count of decimals."""
        return _format_number(Decimal(str(value)), digits, f"#,##0.{'0' * digits}", self.locale)

    def date(self, day: datetime.date | None) -> str:
        """Return a date in its long form; empty for None."""
        if day is None:
            return ""
        shown = format_date(day, "long", self.locale)
        return f"{self('date.first')}{shown[1:]}" if shown.startswith("1 ") else shown

    def month(self, day: datetime.date, *, year: bool = True, long: bool = False) -> str:
        """Return a month, with or without its year.

        Tables use the short name, sentences the long one.

        Example:
            >>> day = datetime.date(2017, 3, 1)
            >>> fr, nl, es = map(get_translator, ("fr", "nl", "es"))
            >>> fr.month(day), nl.month(day, year=False), es.month(day, long=True)
            ('mars 2017', 'mrt', 'marzo de 2017')
        """
        months = "MMMM" if long else "MMM"
        return format_skeleton(f"y{months}" if year else months, day, locale=self.locale)

    def months(self, start: datetime.date, end: datetime.date) -> str:
        """Return a range of months.

        For example `Oct 2016 to Mar 2017`. Two days of one month give that month alone.
        """
        first, last = self.month(start), self.month(end)
        return first if first == last else self("months", first=first, last=last)

    def period(self, start: datetime.date, end: datetime.date) -> str:
        """Return a period in whole years, else in months.

        Example:
            >>> day = datetime.date
            >>> get_translator("en").period(day(2017, 1, 1), day(2017, 12, 31))
            '2017'
            >>> get_translator("en").period(day(2016, 7, 1), day(2017, 12, 31))
            'Jul 2016 to Dec 2017'
        """
        if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
            years = (str(start.year), str(end.year))
            return years[0] if start.year == end.year else self("months", first=years[0], last=years[1])
        return self.months(start, end)

    def share(self, value: float) -> str:
        """Return an estimated share as a whole percentage.

        Only a share of exactly 0 or 1 is printed as 0 or 100.

        Example:
            >>> get_translator("en").share(0.997), get_translator("en").share(1.0)
            ('99%', '100%')
        """
        return self.percent(min(max(value, 0.01), 0.99) if 0 < value < 1 else min(max(value, 0.0), 1.0))

    def percent(self, value: float, *, signed: bool = False, digits: int = 0) -> str:
        r"""Return a share as a percentage, without a signed zero.

        Args:
            value: The share, 0 to 1.
            signed: Whether a rise carries a plus.
            digits: Most decimals of the percentage.

        Example:
            >>> get_translator("en").percent(0.094, signed=True), get_translator("fr").percent(-0.001, signed=True)
            ('+9%', '0\xa0%')
        """
        rounded = round(value, 2 + digits)
        sign = "−" if rounded < 0 else "+" if signed and rounded > 0 else ""
        with localcontext(_EXACT):
            return sign + format_percent(Decimal(str(abs(rounded))), locale=self.locale, decimal_quantization=False)

    def amount(self, amount: Decimal) -> str:
        """Return an exact amount without its currency.

        An amount that is not whole has two decimals.
        """
        return _format_number(amount, 2, "#,##0" if amount == amount.to_integral_value() else "#,##0.00", self.locale)

    def money(self, money: Money) -> str:
        """Return an amount with its currency."""
        return self("money", currency=money.currency, amount=self.amount(money.amount))

    def label(self, text: str) -> str:
        r"""Return a text as a label, with the language's colon.

        Example:
            >>> get_translator("fr").label("Pays"), get_translator("nl").label("Land")
            ('Pays\xa0:', 'Land:')
        """
        return self("label", text=text)

    def labelled(self, label: str, value: str) -> str:
        """Return a label followed by its value."""
        return f"{self.label(label)} {value}"

    def quoted(self, text: str) -> str:
        r"""Return a text between the quotation marks of the language.

        Example:
            >>> get_translator("fr").quoted("default"), get_translator("nl").quoted("default")
            ('«\xa0default\xa0»', '“default”')
        """
        return self("quote", text=text)

    def joined(self, parts: Iterable[str]) -> str:
        """Join parts as a list: `a, b and c`.

        If a part that is not quoted contains a comma, the separator is a semicolon.
        """
        *first, last = list(parts) or [""]
        if not first:
            return last
        sounds_alike = self.language == "es" and _SOUNDS_AS_I.match(last.lstrip("«"))
        joined = self("list.and", last=last)
        joined = f"e{joined[1:]}" if sounds_alike else joined
        mark = self.quoted("")[:1]
        if any("," in part and not part.startswith(mark) for part in (*first, last)):
            return self.clauses(*first, joined)
        return f"{self.listed(*first)} {joined}"

    def clauses(self, *parts: str) -> str:
        """Join parts by semicolons, spaced as in the language."""
        return self("list.clause").join(part for part in parts if part)

    def listed(self, *parts: str) -> str:
        """Join parts by the commas of the language."""
        return self("list.comma").join(part for part in parts if part)

    def sorted_as(self, text: str) -> str:
        """Return a sort key that ignores accents and case."""
        plain = unicodedata.normalize("NFKD", text)
        return "".join(c for c in plain if not unicodedata.combining(c)).casefold()

    def lowered(self, text: str) -> str:
        """Return a label for use inside a sentence.

        Its first letter becomes small, unless it begins an acronym or a code.

        Example:
            >>> [get_translator("nl").lowered(text) for text in ("Eén kaart", "CSIRT en bedrijven", "L1, doel L3")]
            ['één kaart', 'CSIRT en bedrijven', 'L1, doel L3']
        """
        if self.language == "nl" and text.startswith("Eén"):
            return f"é{text[1:]}"
        return text if text[1:2].isupper() or text[1:2].isdigit() else text[:1].lower() + text[1:]

    def raised(self, text: str) -> str:
        """Return a text for the beginning of a sentence."""
        first = "E" if self.language == "nl" and text.startswith("één") else text[:1].upper()
        return first + text[1:]


@lru_cache(maxsize=8)
def get_base_language(tag: str) -> str:
    """Return the language of a tag without its region.

    Example:
        >>> get_base_language("es-CO")
        'es'
    """
    return tag.split("-", maxsplit=1)[0].lower()


def check_language(language: str, others: Iterable[str]) -> None:
    """Refuse a language without any text.

    Without this check, a misspelt tag would give an English report.

    Args:
        language: Tag of the language; empty for none.
        others: Languages that framework and programme have texts in.

    Raises:
        WriteError: CB704, neither reports nor the others have words in it.
    """
    known = sorted({*list_languages(), *others})
    if language and get_base_language(language) not in map(get_base_language, known):
        broken = sorted({issue.message for issue in default_host().hook_issues("register_languages")})
        raise WriteError(
            "; ".join([f"there is no translation into {language!r}", *broken]),
            code="CB704",
            remedy=f"ask for {', '.join(known[:-1])} or {known[-1]}; es-CO finds es",
        )


@cache_texts
def get_translator(language: str, framework: Framework | None = None) -> Translator:
    """Return the translator of a language.

    The tag `es-CO` finds `es`; a language without a catalogue gives English.

    Args:
        language: BCP 47 tag.
        framework: Framework of the report; indicators of one without criteria are judged as a whole.

    Example:
        >>> get_translator("nl-SX").language, get_translator("sw").language
        ('nl', 'en')
    """
    base = get_base_language(language)
    if base not in BUILT_IN_LANGUAGES and base not in list_languages():
        base = language = BUILT_IN_LANGUAGES[0]
    known = negotiate_locale([language.replace("-", "_")], locale_identifiers()) if language != base else None
    return Translator(
        language=base,
        locale=Locale.parse(known or _LOCALES.get(base, base)),
        messages=load_texts(base),
        judged=framework is not None and not framework.criteria,
    )
