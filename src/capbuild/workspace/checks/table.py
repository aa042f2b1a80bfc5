"""Rules of `capbuild check` by id."""

from attrs import frozen

from capbuild.frozen import FrozenMap
from capbuild.model import Severity


@frozen
class CheckRule:
    """Plausibility rule for a programme's folder.

    Attributes:
        id: Stable id, such as `CK201`.
        group: Subject, such as `evidence`.
        severity: Error if two records contradict each other, warning if results may be wrong, note otherwise.
        title: Subject of the rule.
        remedy: Remedy.
    """

    id: str
    group: str
    severity: Severity
    title: str
    remedy: str


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE
#: Id (its first digit gives the group), severity, title and remedy.
_TABLE = (
    # collection
    ("CK101", _W, "A visit is outside the days of its round", "correct its days, or the days of the round"),
    ("CK102", _N, "A visit was before the country's return came", "check at the next visit what the return claims"),
    ("CK103", _W, "A return came before its round, or on a day to come", "correct the day, or the round of the file"),
    ("CK104", _W, "A country to be visited was never visited", "record the visit, or remove visit = true"),
    ("CK105", _W, "One respondent answered for several countries", "ask who answered; give each person a pseudonym"),
    ("CK106", _N, "One office answered for every dimension", "ask the other offices, or verify at a visit"),
    ("CK107", _W, "A return is not in the register", "add a row to collecting/register.csv"),
    ("CK108", _W, "A reminder was sent after the return came", "correct the day of the reminder or of the return"),
    ("CK109", _E, "A reminder was sent before the request", "correct one of the two days"),
    ("CK110", _W, "A return was accepted while questions are open", "settle the questions, or set it to returned"),
    ("CK111", _W, "A request is past its due date", "remind the focal point: capbuild status FOLDER --reminders"),
    ("CK112", _N, "A return is in a language that the country does not name", "correct the language of one of the two"),
    ("CK113", _N, "A country has no language in common with the programme", "add its language to programme.languages"),
    ("CK114", _W, "A country takes part and was not asked", "send the request, or correct since and until"),
    ("CK115", _W, "Two records of the day that a return came differ", "correct the register or [read]"),
    ("CK116", _W, "Two files of returns hold the same", "remove one of them"),
    ("CK117", _W, "Two rounds overlap", "correct start and end of the rounds"),
    # evidence
    ("CK201", _W, "Something is confirmed from a paper, and no evidence is named", "name the paper in evidence_title"),
    ("CK202", _W, "A finding is older than evidence may be", "observe it again, or record it in the earlier round"),
    ("CK203", _E, "A finding is dated after its visit or meeting", "correct as_of, or the end of the visit"),
    ("CK204", _W, "A finding is dated after the round's reference date", "correct as_of, or put it in the next round"),
    ("CK205", _W, "A finding is older than the window of its criterion", "observe it again: the window is not covered"),
    ("CK206", _E, "A finding is marked weaker than its evidence", "give it the marking of the evidence"),
    ("CK207", _W, "Something was seen without a visit", "record it as copy or told, or add the visit"),
    ("CK208", _W, "Fewer files were sampled than the criterion asks for", "sample the rest, or note why not"),
    ("CK209", _W, "A visit saw things and names no site", "list the sites in visits/visits.toml"),
    ("CK210", _N, "A visit was made by a small team", "let a second assessor read the findings"),
    ("CK211", _W, "Evidence has expired: what rests on it is due again", "look again, or record its new date"),
    ("CK212", _E, "A file of evidence is missing or not as recorded", "put it back: capbuild evidence add FOLDER FILE"),
    ("CK213", _N, "A file of evidence is not recorded", "add it: capbuild evidence add FOLDER FILE"),
    # scoring
    ("CK301", _W, "Returns of two countries have the same answers", "ask both who filled them in"),
    ("CK302", _W, "A return gives one answer to nearly every question", "ask the respondent to answer again"),
    ("CK303", _W, "Don't know is a large share of a return", "ask an office that knows"),
    ("CK304", _N, "A large share of a return is blank", "send it back with its open questions"),
    ("CK305", _W, "A return claims a step and denies a lower one", "ask which of the two is right"),
    ("CK306", _N, "A higher step is confirmed while a lower one fails", "verify the lower step at the next visit"),
    ("CK307", _W, "A level moved far without a finding that explains it", "observe it at a visit or in documents"),
    ("CK308", _W, "Nearly everything is claimed and nothing is verified", "visit the country, or ask for documents"),
    ("CK309", _W, "Most of what a country claimed was refuted", "treat its other claims with care"),
    ("CK310", _N, "A target is met by every country", "raise the target, or leave it out"),
    ("CK311", _N, "A target is below the level of most countries", "check that the target is meant"),
    ("CK312", _W, "Answers of a return contradict each other", "ask which of the two is right"),
    ("CK313", _W, "Confirmed answers contradict each other", "look at the evidence of both"),
    # review
    ("CK401", _E, "A proposal was decided before it was made", "correct one of the two days"),
    ("CK402", _W, "A proposal was accepted without evidence", "name the evidence, or open it again"),
    ("CK403", _N, "A proposal has been open for long", "decide it: capbuild review proposals FOLDER"),
    ("CK404", _W, "A proposal was accepted and no new finding followed", "record the finding that it led to"),
    ("CK405", _W, "A review is past its deadline", "ask for an answer, or record no reply"),
    ("CK406", _E, "A country answered before its assessment was sent", "correct one of the two days"),
    ("CK407", _W, "A decision has no office or day", "fill in decided_by and decided_on"),
    # plan
    ("CK501", _W, "The plan starts before its round is over", "start it after the round, or plan from an earlier one"),
    ("CK502", _W, "The plan runs beyond the programme", "shorten it, or extend the last phase"),
    ("CK503", _W, "An activity is wanted that no country needs", "take it out of must"),
    ("CK504", _W, "A need has no activity", "add an activity that addresses it, or close the need otherwise"),
    ("CK505", _W, "More people are to be trained than the service has", "correct headcount or size"),
    ("CK506", _W, "A meeting decided for a country that was not there", "ask the country, or correct the participants"),
    ("CK507", _W, "An action is closed and no finding shows it", "observe it, or open it again in actions.csv"),
    ("CK508", _W, "An action is past its due day", "ask its owner; change due or status in actions.csv"),
    ("CK509", _N, "An action was agreed and has no owner", "name the office that acts in actions.csv"),
    ("CK510", _W, "A country to plan for has no languages: any course may seat it", "add its languages"),
    # training
    ("CK601", _W, "More people attended than there were seats", "correct the enrolments or the activity"),
    ("CK602", _N, "A session is on a holiday or weekend", "correct its days, or check.holidays"),
    ("CK603", _W, "A session is in a month in which its host is blocked", "correct its days, or the blocked months"),
    ("CK604", _E, "People attended a session that was cancelled", "correct cancelled, or the enrolments"),
    ("CK605", _E, "People attended a session that is still to come", "correct the days or the enrolments"),
    ("CK606", _E, "A person attended two sessions at one time", "correct the enrolments: is it one person?"),
    ("CK607", _E, "A person is enrolled for two countries", "give each person a pseudonym"),
    ("CK608", _W, "More people of a role were trained than were to be reached", "correct size or headcount"),
    ("CK609", _W, "A session is outside the phases of the programme", "correct its days, or the phases"),
    ("CK610", _W, "A country attended in a language that it does not work in", "check that people could follow"),
    ("CK611", _W, "A session was held and nobody attended", "record the enrolments, or mark it as cancelled"),
    ("CK612", _N, "A session was not evaluated", "add what was measured to training/evaluations.csv"),
    ("CK613", _E, "A person was measured who did not attend", "correct the enrolment or the evaluation"),
    ("CK614", _W, "A person was certified without a test that others took", "add the test, or correct the status"),
    ("CK615", _N, "People are still nominated after the session", "set them to attended or withdrawn"),
    ("CK616", _W, "A session served nothing that its countries lack", "check its purpose"),
    # money
    ("CK701", _W, "More is committed than was planned", "correct the line, or raise the plan"),
    ("CK702", _W, "More is spent than was committed", "correct committed"),
    ("CK703", _W, "A budget line is for a year outside the programme", "correct the year, or the phases"),
    ("CK704", _E, "Money is counted up to a day in the future", "correct as_of"),
    ("CK705", _E, "Money was spent before the year of its line", "correct as_of or year"),
    ("CK706", _W, "A currency has no exchange rate", "add it to [[money.rates]], with rate_date in the line"),
    ("CK707", _W, "An exchange rate is from another year than its line", "use a rate of that year"),
    ("CK708", _N, "Money was spent in a year without any activity", "record what it was spent on"),
    ("CK709", _W, "Money is spent without a day up to which it is counted", "fill in as_of"),
    ("CK710", _W, "The plan may spend more than all budget lines together", "lower the budget, or add the lines"),
    # network
    ("CK801", _W, "An agreement has expired", "renew it, or record the new date"),
    ("CK802", _E, "An agreement is in force before it was signed", "correct one of the two days"),
    ("CK803", _N, "A contact was not tested for long", "test it, and record last_tested and reached"),
    ("CK804", _N, "A contact is no longer valid", "ask the country for a new one"),
    ("CK805", _N, "A request for help has been open for long", "ask the country, or record the outcome"),
    ("CK806", _E, "Outcome and day of an answer contradict each other", "correct outcome or answered"),
    ("CK807", _W, "A contact answers in no language of its country", "correct the languages"),
    ("CK808", _W, "One focal point serves several countries", "correct the pseudonym, or ask who it is"),
    ("CK809", _N, "A joint operation ended without an outcome", "record its outcomes"),
    # results
    ("CK901", _W, "An indicator has no target", "add a target"),
    ("CK902", _N, "An indicator has no baseline", "add the figure from before the programme"),
    ("CK903", _N, "An indicator has no means of verification", "state source and method"),
    ("CK904", _E, "A target is worse than its baseline", "correct one of them, or ascending"),
    ("CK905", _W, "A result has no indicator", "state how it is measured"),
    ("CK906", _W, "A target is for a time outside the programme", "correct the period"),
    ("CK907", _E, "A figure is for a time to come", "correct the period, or move it to targets"),
    ("CK908", _W, "A text for others names a country that has not agreed", "take it out, or record the consent"),
    ("CK909", _N, "A report is for an audience to which no country agreed", "ask for consent, or take it out"),
)  # fmt: skip
_GROUPS = (
    "collection", "evidence", "scoring", "review", "plan", "training", "money", "network", "results",
)  # fmt: skip

RULES: FrozenMap[str, CheckRule] = FrozenMap(
    {
        name: CheckRule(name, _GROUPS[int(name[2]) - 1], severity, title, remedy)
        for name, severity, title, remedy in _TABLE
    }
)
