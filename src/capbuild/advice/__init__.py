"""Advice: typed messages made by rules.

The rules use assessments, needs, plan and change. `advise` returns messages on highlights, obstacles of each capacity,
first actions with effect and cost, and their certainty. Every message names its evidence: criteria, findings or
sessions. Reports put it into words.
"""

from capbuild.advice.actions import Action, ActionPlan, plan_actions
from capbuild.advice.advise import advise
from capbuild.advice.messages import Advice, Certainty, Message, MessageKind

__all__ = [
    "Action",
    "ActionPlan",
    "Advice",
    "Certainty",
    "Message",
    "MessageKind",
    "advise",
    "plan_actions",
]
