"""Files of returns.

Answers have the words, shape and disorder in which they came in.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from capbuild.model import Framework

from .draws import Draws
from .forms import ACADEMY, OWN_WORDS, own_codes
from .plan import Person, Return
from .standing import later, standing
from .survey import answers, indicators_of
from .tables import table
from .training import topics_of
from .words import ANSWERS, HEADS, NOTICE, OBSTACLE, remark

__all__ = ["World", "return_file"]

#: What somebody wrote where it is no answer: file, country, criterion, text.
_IMPOSSIBLE = {
    ("caribbean-police.csv", "BB", "INF-3.2b"): "maybe",
    ("caribbean-police.csv", "BB", "TRA-3.3a"): "Maybe",
    ("caribbean-police.csv", "BS", "MAN-2.3c"): "in progress",
    ("mexico.csv", "MX", "TRA-1.2a"): "7",
    ("ecuador.csv", "EC", "OPS-2.3a"): "quizás",
    ("haiti.csv", "HT", "TEC-2.3a"): "peut-être",
    ("eilanden.csv", "CW", "COO-5.2a"): "misschien",
}
#: What never came: file and the dimensions whose pages are blank, or left out of a long table.
_NOT_SENT = {
    "belize.csv": ("OPS", "TEC", "COO"),
    "peru.csv": ("TRA", "OPS"),
    "parquet-haiti.csv": ("TEC", "COO"),
}


class World:
    """Invented world, computed once."""

    def __init__(self, framework: Framework, seed: str) -> None:
        self.framework = framework
        self.draws = Draws(seed)
        self._known: dict[tuple[str, str], dict[str, str]] = {}

    def state(self, person: Person, round_: str) -> dict[str, str]:
        """Return each criterion's state for a respondent's country."""
        key = (person.code, round_)
        if key not in self._known:
            before = standing(self.framework, self.draws, person.who)
            after = later(self.framework, self.draws, person.who, before, topics_of(self.draws, person.who))
            self._known |= {(person.code, "baseline"): before, (person.code, "endline"): after}
        return self._known[key]


def _again(world: World, first: Mapping[str, str], person: Person, state: Mapping[str, str]) -> dict[str, str]:
    """Return a return that was sent again.

    Open questions are answered now, the rest is as before.
    """
    asked = indicators_of(world.framework, "police")
    second = answers(asked, world.draws, state, (person.code, "police", "again"))
    return {name: second[name] if answer in ("", "dont_know") else answer for name, answer in first.items()}


def _given(world: World, file: Return, person: Person) -> dict[str, str]:
    """Return a respondent's answers as codes.

    What was written instead of an answer is included.
    """
    state = world.state(person, file.round)
    asked = indicators_of(world.framework, file.kind)
    given = answers(asked, world.draws, state, (person.code, file.kind, file.round))
    if file.name == "jamaica-revised.csv":
        given = _again(world, given, person, state)
    for name in given:
        if name.split("-")[0] in _NOT_SENT.get(file.name, ()):
            given[name] = ""
    return given


def _writer(file: Return, person: Person) -> Callable[[str, str], str]:
    """Return how a respondent writes an answer to a criterion."""
    words = ANSWERS[file.language or person.who.language]
    spell: Callable[[str], str] = getattr(str, file.spelling)

    def write(name: str, code: str) -> str:
        odd = _IMPOSSIBLE.get((file.name, person.code, name))
        return odd or (spell(words[code]) if code else "")

    return write


def _name(file: Return, person: Person) -> str:
    return f"{person.code.lower()}-{file.kind}-1"


def _day(file: Return, person: Person) -> str:
    """Return the day as the office writes it.

    In Spanish and French exports the day comes first.
    """
    return f"{person.day:%d/%m/%Y}" if file.saved.encoding == "cp1252" else person.day.isoformat()


def _long(world: World, file: Return) -> Iterator[Sequence[str]]:
    who, place, language, day, question, answer, comment = HEADS[file.language or "en"]
    mixed = not file.language
    yield (place, question, answer, comment, who, day, *((language,) if mixed else ()))
    for person in file.people:
        write, tongue = _writer(file, person), file.language or person.who.language
        for name, code in _given(world, file, person).items():
            if code == "not_asked" or (not code and name.split("-")[0] in _NOT_SENT.get(file.name, ())):
                continue
            added = remark(world.draws, tongue, code, 0.1, file.name, person.code, name)
            row = (person.place, name, write(name, code), added, _name(file, person), _day(file, person))
            yield (*row, tongue) if mixed else row


def _respondents(world: World, file: Return) -> Iterator[Sequence[str]]:
    who, place, _, day, *_, comment = HEADS[file.language]
    asked = [c.id for i in indicators_of(world.framework, file.kind) for c in i.criteria]
    yield (who, place, day, *asked, comment)
    for person in file.people:
        write, given = _writer(file, person), _given(world, file, person)
        added = world.draws.among(OBSTACLE[file.language], "obstacle", file.name, person.code)
        cells = (write(name, given[name]) for name in asked)
        yield (_name(file, person), person.place, _day(file, person), *cells, added)


def _countries(world: World, file: Return) -> Iterator[Sequence[str]]:
    place = HEADS[file.language][1]
    asked = [c.id for i in indicators_of(world.framework, file.kind) for c in i.criteria]
    yield (place, *asked)
    for person in file.people:
        write, given = _writer(file, person), _given(world, file, person)
        yield (person.place, *(write(name, given[name]) for name in asked))


def _codes(world: World, file: Return) -> Iterator[Sequence[str]]:
    codes = own_codes(world.framework)
    yield ("Agency", "Country", "Date", *codes.values(), "P999 Biggest obstacle")
    for person in file.people:
        given = _given(world, file, person)
        added = world.draws.among(OBSTACLE[file.language], "obstacle", file.name, person.code)
        cells = (OWN_WORDS.get(given[name], "") for name in codes)
        yield (_name(file, person), person.place, person.day.isoformat(), *cells, added)


def _texts(world: World, file: Return) -> Iterator[Sequence[str]]:
    yield ("Academia", "País", "Fecha", *ACADEMY.values())
    short = {"yes": "Sí", "partly": "En parte", "no": "No", "dont_know": "NS"}
    for person in file.people:
        given = _given(world, file, person)
        cells = (short.get(given[name], "") for name in ACADEMY)
        yield (_name(file, person), person.place, person.day.isoformat(), *cells)


_SHAPES = {
    "long": _long, "respondents": _respondents, "countries": _countries, "codes": _codes, "texts": _texts,
}  # fmt: skip


def return_file(world: World, file: Return) -> bytes:
    """Return a file of returns as bytes, notice on top."""
    rows: list[Sequence[str]] = [(NOTICE[file.language or "en"],)]
    rows += [(file.note,)] if file.note else []
    rows += _SHAPES[file.shape](world, file)
    rows += [(file.footer,)] if file.footer else []
    return table(rows, file.saved)
