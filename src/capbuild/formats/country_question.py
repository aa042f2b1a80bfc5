"""Find the country question of a form."""

from collections.abc import Iterable, Mapping, Sequence

from capbuild.errors import ReadError
from capbuild.formats.key_columns import is_country_header
from capbuild.formats.places import is_code, is_country_name
from capbuild.formats.vocabulary import Role, header_meaning
from capbuild.model import Question, Questionnaire, QuestionType
from capbuild.origin import Origin

_MOST_TEXTS = 500
_COLLECTIONS = (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING, QuestionType.NOTE, QuestionType.FILE)


def find_country_question(
    form: Questionnaire,
    answers: Mapping[str, Iterable[str]],
    *,
    file: str,
    named: str | None = None,
    worded: bool = False,
) -> Question | None:
    """Return the country question, or None.

    It is the question named in `named`, else one whose id or text has a word for country. Otherwise it is one whose
    answers are countries, if its text has a word for country or no other question has such answers.

    Args:
        form: The form.
        answers: Distinct displayed answers to each question, in a sample of the responses.
        file: Name of the file, for the error.
        named: Id of the question, if given by the user.
        worded: Whether its text must have a word for country, as when other questions ask for countries of origin.

    Raises:
        ReadError: The form has no question `named`.

    Example:
        >>> form = Questionnaire(id="f", title="F", questions=[Question(id="q1", text="Member State")])
        >>> find_country_question(form, {"q1": ["Peru", "Cuba"]}, file="a.csv").id
        'q1'
    """
    if named is not None:
        if named not in form:
            remedy = "give country_question the id of a question"
            raise ReadError(f"{file} has no question {named!r}", code="CB116", origin=Origin(file), remedy=remedy)
        return form[named]
    repeats = {group.id for group in form.groups if group.repeat}
    whole = [q for q in form.questions if q.personal is None and q.type not in _COLLECTIONS and q.group not in repeats]
    asked = next((question for question in whole if _asks_country(question)), None)
    if asked is not None:
        return asked
    known = {question.id: list(answers.get(question.id, ()))[:_MOST_TEXTS] for question in whole}
    mentioned = (question for question in whole if any(map(is_country_header, _texts(question))))
    answered = [question for question in whole if _are_countries(known[question.id], named=True)]
    found = next((question for question in mentioned if _are_countries(known[question.id])), None)
    return found if found is not None else answered[0] if len(answered) == 1 and not worded else None


def _texts(question: Question) -> list[str]:
    return [question.text.get(language) for language in question.text.languages]


def _asks_country(question: Question) -> bool:
    meanings = map(header_meaning, (question.id, *_texts(question)))
    return any(meaning is not None and meaning.role is Role.COUNTRY for meaning in meanings)


def _are_countries(texts: Sequence[str], *, named: bool = False) -> bool:
    """True if nearly all texts, at least two, are countries.

    If `named`, codes alone are not enough, since a code such as `AM` may be an answer.
    """
    names = sum(map(is_country_name, texts))
    found = names + sum(is_code(text) and text != "NA" for text in texts if not is_country_name(text))
    return found > 1 and found >= 0.9 * len(texts) and (not named or names > 0)
