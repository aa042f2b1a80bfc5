"""Fieldwork: requests and their status, and agendas of visits.

`instrument_progress` counts requests sent, received, accepted and overdue, by instrument; `collection_status` gives the
status of one request; `visit_agenda` lists the criteria that a visit should settle, the most informative first.
"""

from capbuild.fieldwork.register import visit_agenda

__all__ = [
    "visit_agenda",
]
