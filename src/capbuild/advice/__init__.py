"""Advice: typed messages made by rules from assessments, needs, plan and change.

`advise` returns messages on what stands out, what holds each capacity down, what to do first, its effect, its cost and
its certainty. Every message names its evidence: criteria, findings or sessions. Reports put it into words.
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
