"""Skip rules as LimeSurvey relevance expressions."""

import re
from collections.abc import Callable, Mapping

from attrs import frozen

from capbuild.model import Question, QuestionType, SkipRule

_MEMBERSHIP = re.compile(r"\((\S+) in ([^()]+)\)")
_XPATH = re.compile(
    r"""
    selected\(\s*\$\{(?P<chosen>[^}]+)\}\s*,\s*(?P<choice>'[^']*'|"[^"]*")\s*\)
    | \$\{(?P<compared>[^}]+)\}\s*(?P<sign>!?=)\s*(?P<value>'[^']*'|"[^"]*")
    | \$\{(?P<name>[^}]+)\}
    | (?P<not>not\s*\()
    | (?P<word>and|or)\b
    | (?P<mark>!=|<=|>=|[=<>()+*-])
    | (?P<plain>\d+(?:\.\d+)?|'[^']*'|"[^"]*")
    | (?P<space>\s+)
    """,
    re.VERBOSE,
)


@frozen
class SurveyNames:
    """Names of a survey's questions and choices.

    Attributes:
        codes: Question codes by id.
        choices: Answer codes by question id and code.
        questions: Questions by id.
    """

    codes: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]
    questions: Mapping[str, Question]

    def chosen_expression(self, name: str, code: str) -> str | None:
        """Return the expression for a chosen choice.

        None if the question or choice does not exist.
        """
        question = self.questions.get(name)
        if question is None or name not in self.codes:
            return None
        short = self.choices.get(name, {}).get(code)
        if question.type is QuestionType.SELECT_MULTIPLE:
            return f'{self.codes[name]}_{short}.NAOK == "Y"' if short is not None else None
        if question.type is QuestionType.BOOLEAN:
            value = {"yes": "Y", "true": "Y", "1": "Y", "no": "N", "false": "N", "0": "N"}.get(code.lower(), code)
            return f'{self.codes[name]}.NAOK == "{value}"'
        stored = short if short is not None else code
        return None if '"' in stored else f'{self.codes[name]}.NAOK == "{stored}"'


def _memberships(expression: str, names: SurveyNames) -> str | None:
    """Translate `(A in yes, elsewhere) and (B in yes)`."""
    out: list[str] = []
    place = 0
    for match in _MEMBERSHIP.finditer(expression):
        between = expression[place : match.start()].strip()
        if between not in (("",) if not out else ("and", "or")):
            return None
        place = match.end()
        members = [names.chosen_expression(match[1], code.strip()) for code in match[2].split(",")]
        if None in members:
            return None
        out += [between] if between else []
        out.append(f"({' or '.join(part for part in members if part)})")
    return " ".join(out) if out and not expression[place:].strip() else None


def _token(match: re.Match[str], names: SurveyNames) -> str | None:
    """Translate one piece of an XPath expression."""
    found = match.groupdict()
    if found["chosen"]:
        expression = names.chosen_expression(found["chosen"], found["choice"][1:-1])
        return f"({expression})" if expression else None
    if found["compared"]:
        if not found["value"][1:-1]:
            code = names.codes.get(found["compared"])
            return f'{code}.NAOK {"==" if found["sign"] == "=" else "!="} ""' if code else None
        expression = names.chosen_expression(found["compared"], found["value"][1:-1])
        return None if expression is None else f"({expression})" if found["sign"] == "=" else f"!({expression})"
    if found["name"]:
        code = names.codes.get(found["name"])
        return f"{code}.NAOK" if code else None
    if found["not"]:
        return "!("
    return "==" if found["mark"] == "=" else match[0]


def _xpath(expression: str, names: SurveyNames) -> str | None:
    """Translate an XLSForm condition of names, comparisons, `selected`, `not`, `and` and `or`."""
    out: list[str] = []
    place = 0
    for match in _XPATH.finditer(expression):
        piece = _token(match, names) if match.start() == place else None
        if piece is None:
            return None
        out.append(piece)
        place = match.end()
    return "".join(out) if place == len(expression) else None


_DIALECTS: dict[str, Callable[[str, SurveyNames], str | None]] = {
    "capbuild": _memberships,
    "xpath": _xpath,
    "expression": lambda expression, _: expression,
}


def translate(rule: SkipRule, names: SurveyNames) -> str | None:
    """Translate a skip rule to a LimeSurvey expression; None if it has no equivalent.

    Example:
        >>> q = Question(id="a-1", type="select one", text="?")
        >>> names = SurveyNames({"a-1": "A1"}, {"a-1": {"yes": "yes"}}, {"a-1": q})
        >>> translate(SkipRule(expression="(a-1 in yes)"), names)
        '(A1.NAOK == "yes")'
    """
    dialect = _DIALECTS.get(rule.dialect)
    return dialect(rule.expression.strip(), names) if dialect is not None else None
