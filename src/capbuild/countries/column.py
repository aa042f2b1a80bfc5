"""Resolution of a column of country names."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from attrs import frozen

from capbuild._typed import explains_arguments
from capbuild.countries.overrides import Overrides, as_overrides
from capbuild.countries.registry import country_by_code
from capbuild.countries.reserved import Refusal
from capbuild.countries.resolver import CountryMatch, alpha_2_codes, try_resolve
from capbuild.display import TextDisplay, counted
from capbuild.escaping import format_csv
from capbuild.frozen import FrozenMap
from capbuild.model.country import Country

_HEAD = ("text", "count", "code", "country", "decision", "tier", "why", "candidates")


@frozen(slots=False, repr=False)
class CountryMatches(TextDisplay):
    """Results of resolving a column.

    Attributes:
        values: The values as text, in their order.
        matches: Text -> match, for the values resolved.
        unresolved: Text -> refusal, for the others.
    """

    values: tuple[str, ...]
    matches: FrozenMap[str, CountryMatch]
    unresolved: FrozenMap[str, Refusal]

    def __str__(self) -> str:
        texts = [f"{text!r}: {refusal.why}" for text, refusal in self.unresolved.items()]
        resolved = f"{counted(len(self.matches), 'text')} resolved, {len(self.unresolved)} not"
        return "\n".join([f"{counted(len(self.values), 'value')}: {resolved}", *texts])

    @property
    def countries(self) -> tuple[Country | None, ...]:
        """Country of each value, None if unresolved."""
        by_text = {text: match.country for text, match in self.matches.items()}
        return tuple(map(by_text.get, self.values))

    @property
    def ambiguities(self) -> tuple[Refusal, ...]:
        """Values that name several countries."""
        return tuple(refusal for refusal in self.unresolved.values() if refusal.is_ambiguous)

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Values that name no known country."""
        return tuple(refusal for refusal in self.unresolved.values() if not refusal.is_ambiguous)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Frequency of each text."""
        return FrozenMap(Counter(self.values))

    def table(self) -> tuple[dict[str, str], ...]:
        """Return one row for each distinct text, unresolved ones first.

        Example:
            >>> [row["code"] or row["candidates"] for row in match_countries(["Peru", "Congo", "Peru"]).table()]
            ['CD Democratic Republic of the Congo; CG Republic of the Congo', 'PE']
        """
        return (*map(self._make_unresolved_row, self.unresolved), *map(self._make_resolved_row, self.matches.values()))

    def _make_unresolved_row(self, text: str) -> dict[str, str]:
        refusal = self.unresolved[text]
        candidates = "; ".join(f"{code} {country_by_code(code).name}" for code in refusal.candidates)
        cells = (text, str(self.counts[text]), "", "", "", "", refusal.why, candidates)
        return dict(zip(_HEAD, cells, strict=True))

    def _make_resolved_row(self, match: CountryMatch) -> dict[str, str]:
        country, text = match.country, match.text
        cells = (text, str(self.counts[text]), country.alpha_2, country.name, "", match.tier.value, match.why, "")
        return dict(zip(_HEAD, cells, strict=True))

    def to_csv(self) -> str:
        """Return the table as CSV text for corrections.

        To correct it, fill in `code`, or write `not a country` under `decision`; then read it with `read_overrides`.

        Example:
            >>> from capbuild.countries import read_overrides
            >>> sheet = match_countries(["St Martin"]).to_csv().replace("St Martin,1,,", "St Martin,1,SX,")
            >>> match_countries(["St Martin"], overrides=read_overrides(sheet)).countries
            (Country('SX', 'Sint Maarten'),)
        """
        return format_csv([_HEAD, *([row[name] for name in _HEAD] for row in self.table())])


@explains_arguments
def match_countries(
    values: Iterable[object],
    *,
    language: str | None = None,
    context: Collection[Country | str] | None = None,
    overrides: Overrides | Mapping[str, str | None] | None = None,
    accept_typos: bool = False,
) -> CountryMatches:
    """Resolve every value of a column, each distinct text once.

    A value that cannot be resolved is kept as a refusal, without an error. Two-letter codes and numbers count as codes
    in a column of such codes; a single `NR` among names does not.

    Args:
        values: The column; a value that is not text is refused, shown by its `repr`.
        language: As for `resolve`, like the other arguments.
        context: Likely countries, such as a programme's participants.
        overrides: Manual decisions, checked first.
        accept_typos: Whether to accept a single name within a strict edit distance.

    Raises:
        UnknownCountry: The context or the overrides have an invalid code.

    Example:
        >>> column = match_countries(["Curazao", "Korea", "n/a", "Curazao"])
        >>> column.countries[0], column.ambiguities[0].candidates, column.refusals[0].why
        (Country('CW', 'Curaçao'), ('KR', 'KP'), 'not a place')
    """
    settled, likely = as_overrides(overrides), alpha_2_codes(context)
    value_text = [(value, value if isinstance(value, str) else repr(value)) for value in values]
    column = frozenset(value for value, _ in value_text if isinstance(value, str))
    matches: dict[str, CountryMatch] = {}
    unresolved: dict[str, Refusal] = {}
    for value, text in value_text:
        if text in matches or text in unresolved:
            continue
        outcome = try_resolve(value, language, likely, settled, accept_typos, column=column)
        if isinstance(outcome, CountryMatch):
            matches[text] = outcome
        else:
            unresolved[text] = outcome
    return CountryMatches(tuple(text for _, text in value_text), FrozenMap(matches), FrozenMap(unresolved))
