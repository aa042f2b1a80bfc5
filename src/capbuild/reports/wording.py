"""Words of a report in one language: messages with plurals, numbers, dates, lists."""

import datetime
import json
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files

from attrs import field, frozen

from capbuild.errors import CapbuildError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.text import Text

__all__ = ["LANGUAGES", "Wording", "base_language", "load_messages", "wording"]

#: Languages that reports exist in, the source first.
LANGUAGES = ("en", "es", "fr", "nl")

Message = str | Mapping[str, str]

#: Separators of decimals and of thousands, and the least number of digits before a separator is set one group
#: earlier than usual (CLDR 48: `minimumGroupingDigits` is 2 in Spanish).
_NUMBERS = {"en": (".", ",", 4), "es": (",", ".", 5), "fr": (",", "\u202f", 4), "nl": (",", ".", 4)}

#: Long date, by parts (CLDR 48, British English).
_DATES = {"en": "{day} {month} {year}", "es": "{day} de {month} de {year}"}

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}

#: Months where there is little room (CLDR 48; English as in the United States, whose months have three letters).
_SHORT_MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "es": "ene feb mar abr may jun jul ago sept oct nov dic",
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "nl": "jan feb mrt apr mei jun jul aug sep okt nov dec",
}


@lru_cache(maxsize=8)
def load_messages(language: str) -> FrozenMap[str, Message]:
    """Return the message catalogue of a language.

    A message is a text with fields in braces, or its plural forms by CLDR category (`one`, `other`).
    """
    text = (files("capbuild.reports") / "messages" / f"{language}.json").read_text("utf-8")
    catalogue: dict[str, Message] = json.loads(text)
    return FrozenMap(catalogue)


def plural(language: str, count: float) -> str:
    """Return the plural category of a whole number (CLDR 48; `many` of Spanish and French needs a million).

    Example:
        >>> plural("en", 0), plural("fr", 0)
        ('other', 'one')
    """
    if language == "fr":
        return "one" if abs(count) < 2 else "other"
    return "one" if count == 1 else "other"


@frozen(kw_only=True)
class Wording:
    """How one language says things.

    Attributes:
        language: BCP 47 tag of a language that reports exist in.
        messages: Its catalogue.

    Example:
        >>> say = wording("es")
        >>> say.number(12345.5), say.date(datetime.date(2017, 3, 31)), say.joined(["a", "b", "c"])
        ('12.345,5', '31 de marzo de 2017', 'a, b y c')
    """

    language: str
    messages: FrozenMap[str, Message] = field(repr=False)

    def __call__(self, key: str, /, count: int | None = None, **values: object) -> str:
        """Return a message with its fields filled.

        Args:
            key: Key of the message.
            count: Number that decides the plural form; also the field `count`.
            values: Other fields. Numbers are formatted as the language does.
        """
        message = self.messages.get(key)
        if message is None:
            raise CapbuildError(f"no report message {key!r}{did_you_mean(key, self.messages)}", code="CB701")
        if not isinstance(message, str):
            message = message[plural(self.language, 0 if count is None else count)]
        if count is not None:
            values["count"] = count
        if not values and "{" not in message:
            return message
        return message.format_map({name: self._filled(value) for name, value in values.items()})

    def _filled(self, value: object) -> object:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self.number(value)
        return value

    def text(self, text: Text | None) -> str:
        """Return a text in this language, or in the one it was written in."""
        return "" if text is None else text.get(self.language)

    def known(self, text: str) -> str:
        """Return a word of a programme's tables that many programmes use, such as `all hours`, in this language.

        Any other text is somebody's own, and stays as it is.

        Example:
            >>> wording("es").known("all hours"), wording("es").known("by appointment")
            ('a toda hora', 'by appointment')
        """
        key = f"known.{'_'.join(text.lower().split())}"
        return self(key) if key in self.messages else text

    def number(self, value: float) -> str:
        """Return a number with the language's separators, without needless zeros."""
        decimal, thousands, least = _NUMBERS[self.language]
        shown = str(abs(value)) if isinstance(value, int) else f"{abs(value):.6f}".rstrip("0").rstrip(".")
        whole, _, rest = shown.partition(".")
        if len(whole) >= least:
            whole = f"{int(whole):,}".replace(",", thousands)
        sign = "−" if value < 0 else ""
        return f"{sign}{whole}{decimal}{rest}" if rest else f"{sign}{whole}"

    def date(self, day: datetime.date | None) -> str:
        """Return a date in its long form; empty for None."""
        if day is None:
            return ""
        month = _MONTHS[self.language].split()[day.month - 1]
        return _DATES.get(self.language, _DATES["en"]).format(day=day.day, month=month, year=day.year)

    def month(self, day: datetime.date, *, year: bool = True) -> str:
        """Return a month in its short form, with its year or without.

        Example:
            >>> day = datetime.date(2017, 3, 1)
            >>> wording("fr").month(day), wording("nl").month(day, year=False)
            ('mars 2017', 'mrt')
        """
        month = _SHORT_MONTHS[self.language].split()[day.month - 1]
        return f"{month} {day.year}" if year else month

    def months(self, start: datetime.date, end: datetime.date) -> str:
        """Return a stretch of months, such as `Oct 2016 to Mar 2017`; one month alone where both ends lie in it."""
        first, last = self.month(start), self.month(end)
        return first if first == last else self("months", first=first, last=last)

    def share(self, value: float) -> str:
        """Return an estimated share as a whole percentage; what is not certain is never printed as 0 or 100.

        Example:
            >>> wording("en").share(0.997), wording("en").share(1.0)
            ('99\u202f%', '100\u202f%')
        """
        return self.percent(min(max(value, 0.01), 0.99) if 0 < value < 1 else min(max(value, 0.0), 1.0))

    def percent(self, value: float, *, signed: bool = False) -> str:
        """Return a share as a whole percentage; a zero never carries a sign.

        Example:
            >>> wording("en").percent(0.094, signed=True), wording("en").percent(-0.001, signed=True)
            ('+9\u202f%', '0\u202f%')
        """
        whole = round(value * 100)
        return f"{'+' if signed and whole > 0 else ''}{self.number(whole)}\u202f%"

    def amount(self, amount: Decimal) -> str:
        """Return a sum of money without its currency: exact, with two decimals where it is not whole."""
        if amount == amount.to_integral_value():
            return self.number(int(amount))
        decimal = _NUMBERS[self.language][0]
        cents = amount.copy_abs().quantize(Decimal("0.01"))
        whole, _, rest = f"{cents:f}".partition(".")
        sign = "−" if amount < 0 else ""
        return f"{sign}{self.number(int(whole))}{decimal}{rest}"

    def joined(self, parts: Iterable[str]) -> str:
        """Return parts as one list in words: `a, b and c`; semicolons part those that hold commas."""
        *first, last = list(parts) or [""]
        if not first:
            return last
        conjunction = self("list.and")
        if any("," in part for part in (*first, last)):
            return self.clauses(*first, f"{conjunction} {last}")
        return f"{', '.join(first)} {conjunction} {last}"

    def clauses(self, *parts: str) -> str:
        """Return parts with semicolons between them, spaced as the language does."""
        return self("list.clause").join(part for part in parts if part)

    def sorted_as(self, text: str) -> str:
        """Return the key by which a name is put in alphabetical order: accents and case do not count."""
        plain = unicodedata.normalize("NFKD", text)
        return "".join(c for c in plain if not unicodedata.combining(c)).casefold()

    def lowered(self, text: str) -> str:
        """Return a label as it stands inside a sentence: its first letter small, unless it begins an acronym."""
        return text if text[1:2].isupper() else text[:1].lower() + text[1:]

    def raised(self, text: str) -> str:
        """Return a text as it stands at the beginning of a sentence."""
        return text[:1].upper() + text[1:]


@lru_cache(maxsize=8)
def base_language(tag: str) -> str:
    """Return the language of a tag without its region.

    Example:
        >>> base_language("es-CO")
        'es'
    """
    return tag.split("-", maxsplit=1)[0].lower()


def wording(language: str) -> Wording:
    """Return the words of a language; `es-CO` finds `es`, and a language without a catalogue English.

    Example:
        >>> wording("nl-SX").language, wording("pt").language
        ('nl', 'en')
    """
    base = base_language(language)
    used = base if base in LANGUAGES else LANGUAGES[0]
    return Wording(language=used, messages=load_messages(used))
