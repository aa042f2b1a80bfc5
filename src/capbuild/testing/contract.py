"""Contract of plugins, clause by clause.

A failing conformance test names the violated clause.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NoReturn

#: Clauses by name. `docs/reference/testing.md` has the same list; a test compares both.
CLAUSES: Mapping[str, str] = MappingProxyType(
    {
        "registered": "every object of a plugin is registered, works, and has a name in kebab case and a title",
        "interface": "CAPBUILD_API states the version of the hook interface, and it is a supported one",
        "options": "each option is documented in its class; an unknown one is refused with a list of the known ones",
        "light import": "importing a plugin and listing its objects loads nothing heavy",
        "claims its own": "a reader claims its samples with the declared confidence, and every other reader with less",
        "leaves others alone": "a reader claims no file of another format above NAME",
        "reads lazily": "a reader's read is a generator: nothing is parsed before the first item is asked for",
        "reads the same twice": "repeated reading of a file gives equal results, with equal origins",
        "survives damage": "a damaged file ends in a ReadError or in issues, never in another exception or a warning",
        "keeps limits": "a file beyond the limits in force ends in a LimitError",
        "says where": "each answer has an origin, and the cell there has the text of the answer",
        "adds up": "the reconciliation accounts for every row and cell, and counts the answers that came out",
        "tells absences apart": "an answer is a value or a kind of missing, never None, NaN or empty text",
        "scans as it reads": "scan gives the answers that read gives",
        "as expected": "what is read or written equals its expectation, and no part of the plugin fails",
        "unique ids": "no two responses have one id or place, and none answers a question twice",
        "values from text": "a value is its text parsed in the type of its question, and so is a kind of missing",
        "kinds of missing": "an empty cell of a question asked of everybody is no answer, everywhere alike",
        "form fits": "questions, choices, conditions and answers fit together, and the texts are those of the file",
        "adds up with the file": "the reconciliation counts the rows of the file and the answers that came out",
        "a cell is one answer": "a cell that is blanked or changed changes its answer as it should, and nothing else",
        "rows in any order": "two records that are swapped give the same responses in the other order",
        "every line counts": "each line of a text in keyed lines, and each part of it, is read or reported",
        "every value counts": "nonsense in a response is shown or reported, and duplicates are both read",
        "every definition counts": "each text of a form is read, and nonsense in it is shown or reported",
        "every row counts": "a record that is added is one more response, and leaves the others as they were",
        "large files": "a large file is read in full within bounds of memory, and its work grows as its records do",
        "same content": "files with equal content in another notation give equal results",
        "reports damage": "a broken file ends in a ReadError or in issues, never in lost answers without an issue",
        "reads all alike": "features read of one row, choice or text are read of the others too",
        "leaves no trace": "nothing but the given arguments is opened, written, sent, started, printed or changed",
        "same elsewhere": "another hash seed, time zone, locale, day or folder changes nothing",
        "flags personal data": "columns that reveal a person are flagged",
        "shows each status": "each level has its own look, different from other levels and from unverified ones",
        "unlike is unlike": "a change that shows in one place of a subject shows in each like it, however small it is",
        "whole report": "each word of a report is written, as often as the report has it",
        "escapes everywhere": "a text with markup is read as often as a plain text in its place",
        "yields text or bytes": "a writer yields text, or bytes, or files with relative names, and never mixes them",
        "states losses": "a writer of surveys declares exactly the contents that its format loses",
        "writes the same bytes": "one input gives the same bytes at any time",
        "markup stays text": "markup in a text stays text",
        "formulas stay text": "a text that begins like a formula stays text",
        "every language": "if one text of a framework is in the language of the output, all are",
        "every script": "right-to-left and accented texts are written unchanged",
        "long texts": "a text of 5,000 characters is written",
        "few countries": "no country, or one without an answer, is written",
        "protects": "for audiences other than the team, a country without consent is not named with its results",
        "missing is not zero": "a missing answer does not look like an answer of zero",
        "reported is not verified": "an unchecked result does not look like a verified one",
        "draws": "a chart is drawn, the same for the same subject, and for few countries too",
        "has words": "a chart has an alternative text",
        "marks inventions": "invented results are marked as invented, and real ones never are",
        "combines children": "any number of children, with any weights, gives one figure, the same each time",
        "children in any order": "children in another order give the same figure, if the method declares it",
        "weights by ratio": "multiplying all weights by one number changes no figure",
        "keeps bounds": "figures within ranges give one within the bounds of the method, which rise as figures do",
        "settings": "a setting that the method does not have is an error of the framework, and a wrong type is refused",
        "travels": "it is equal after being written as a document and loaded again",
        "complete texts": (
            "every text exists in every language declared, in a catalogue those of its title, with the same numbers"
        ),
        "names its source": "a framework names its provider and the licence of its texts",
        "can be judged": "every indicator has criteria or a scale, and every weight is finite with a positive sum",
        "reaches both ends": "met in full a framework gives its best result, and not met at all its worst",
        "fits together": "referenced ids exist",
        "no circles": "nothing depends on itself",
        "declares inventions": "costs and effects without a source are marked as invented",
    }
)


def fail_clause(clause: str, found: str) -> NoReturn:
    """Fail a test for a clause of the contract.

    Raises:
        AssertionError: Always; names the clause, its requirement, and the finding.

    Example:
        >>> fail_clause("adds up", "4 rows in, 3 out")
        Traceback (most recent call last):
        AssertionError: clause 'adds up': the reconciliation accounts for every row and cell, and counts the answers \
that came out
          found: 4 rows in, 3 out
    """
    raise AssertionError(f"clause {clause!r}: {CLAUSES[clause]}\n  found: {found}")


def require_clause(kept: object, clause: str, found: str) -> None:
    """Fail a test for a clause unless a condition holds.

    Raises:
        AssertionError: The condition is false.
    """
    if not kept:
        fail_clause(clause, found)
