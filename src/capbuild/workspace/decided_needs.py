"""What high-level meetings decided about needs, as it stands in `meetings/needs.csv`."""

from collections.abc import Iterator

from attrs import frozen

from capbuild.documents.toml import load_toml
from capbuild.errors import PlanError, did_you_mean
from capbuild.model import Issue, NeedKind, Needs
from capbuild.planning import DecisionAction, NeedDecision, decide
from capbuild.workspace.inputs import Inputs
from capbuild.workspace.records import Places, Record, read_records
from capbuild.workspace.training_records import member

__all__ = ["DECISIONS", "DECISIONS_FILE", "decided"]

DECISIONS_FILE = "meetings/needs.csv"
DECISIONS = (
    "meeting", "action", "need", "kind", "urgency", "relevance", "countries", "criteria", "statement",
)  # fmt: skip
_MEETINGS = "meetings/meetings.toml"


def decided(workspace: Inputs, found: Needs, round_: str, issues: list[Issue]) -> Needs:
    """Return the needs of a round as the meetings of that round left them: what a meeting spoke of cites it.

    A row that does not fit is an issue, and the others count.

    Args:
        workspace: The programme's folder.
        found: What countries need after the round.
        round_: Id of the round.
        issues: Where problems go.
    """
    reader = _Decisions(workspace, Places(workspace.settings, workspace.host, issues), issues)
    for record, one in reader.read(round_):
        try:
            found = decide(found, (one,))
        except PlanError as error:
            names = [need.id for need in found]
            record.problem("need", f"{error.message}{did_you_mean(one.need, names)}", error.remedy or "", error.code)
    return found


@frozen
class _Decisions:
    workspace: Inputs
    places: Places
    issues: list[Issue]

    def _meetings(self) -> dict[str, str]:
        """Return the round of each meeting that is registered."""
        path = self.workspace.folder / _MEETINGS
        rounds = self.workspace.programme.rounds
        top = load_toml(path, _MEETINGS, []) if path.is_file() else None
        tables = top.tables("meetings") if top is not None else ()
        return {table.get("id", str, ""): table.get("round", str, rounds[0].id if rounds else "") for table in tables}

    def read(self, round_: str) -> Iterator[tuple[Record, NeedDecision]]:
        """Yield the decisions that the meetings of a round took, in the order of the table."""
        meetings = self._meetings()
        for record in read_records(self.workspace.folder, DECISIONS_FILE, DECISIONS, self.issues):
            name = record.text("meeting")
            if name not in meetings:
                message = f"there is no meeting {name!r}{did_you_mean(name, meetings)}"
                record.problem("meeting", message, f"add it to {_MEETINGS}: the need cites it", "CB840")
            elif meetings[name] == round_:
                made = self._decision(record)
                if made is not None:
                    yield record, made

    def _decision(self, record: Record) -> NeedDecision | None:
        if not record.text("action"):
            record.problem("action", "the row does not say what was decided", f"one of: {', '.join(DecisionAction)}")
            return None
        action = member(record, "action", DecisionAction, DecisionAction.CONFIRM)
        if action.value != record.text("action").lower():
            return None
        named = [self.places(text, record.origin("countries")) for text in record.words("countries")]
        urgency, relevance = record.number("urgency"), record.number("relevance")
        return record.make(
            lambda: NeedDecision(
                meeting=record.text("meeting"),
                action=action,
                need=record.text("need"),
                urgency=None if urgency is None else int(urgency),
                relevance=None if relevance is None else int(relevance),
                kind=member(record, "kind", NeedKind, NeedKind.COOPERATION),
                statement=record.texts("statement") if record.text("statement") else None,
                countries=[place.alpha_2 for place in named if place is not None],
                criteria=record.words("criteria"),
            )
        )
