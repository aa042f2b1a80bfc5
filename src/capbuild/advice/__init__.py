"""Advice: typed messages made by rules from assessments, needs, plan and change.

`advise` returns what stands out, what holds each capacity down, what to do first, what it moves, its cost and how sure
that is. Every message names the criteria, findings or sessions that it rests on; reports put it into words.
"""

from capbuild.advice.actions import Action, ActionCheck, ActionPlan, plan_actions
from capbuild.advice.advise import advise
from capbuild.advice.messages import Advice, Certainty, Message, MessageKind, Reason

__all__ = [
    "Action",
    "ActionCheck",
    "ActionPlan",
    "Advice",
    "Certainty",
    "Message",
    "MessageKind",
    "Reason",
    "advise",
    "plan_actions",
]
