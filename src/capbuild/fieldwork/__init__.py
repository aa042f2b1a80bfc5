"""Collecting: what was asked of whom, what came back, what is late; and what a visit should look at first.

`progress` counts what was asked, came in, was accepted and is overdue, by instrument; `standing` says how one request
stands; `agenda` lists the criteria that a visit should settle, the most telling first.
"""

from capbuild.fieldwork.agendas import AgendaItem, agenda
from capbuild.fieldwork.register import Progress, Standing, progress, standing

__all__ = ["AgendaItem", "Progress", "Standing", "agenda", "progress", "standing"]
