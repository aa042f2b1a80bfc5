"""Clocks set ten years ahead, for tests."""

import datetime
import sys
import time
from types import ModuleType
from typing import Any

import pytest

_AHEAD = datetime.timedelta(days=3_660)


class _AnyDateTime(type):
    """Metaclass that accepts all datetimes as instances."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime.datetime)


class _DateTime(datetime.datetime, metaclass=_AnyDateTime):
    """Datetime whose `now` is ten years ahead."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        """Return the time ten years from now."""
        return datetime.datetime.now(tz) + _AHEAD


def shift_clocks(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """Set the clocks ten years ahead.

    Changes `time`, on which `today` depends, and `datetime.now` in the modules of a package.

    Args:
        monkeypatch: Fixture that restores the clocks.
        package: Package whose modules import `datetime`.
    """
    now, local, utc, shown = time.time, time.localtime, time.gmtime, time.strftime
    monkeypatch.setattr(time, "time", lambda: now() + _AHEAD.total_seconds())
    monkeypatch.setattr(time, "localtime", lambda at=None: local(time.time() if at is None else at))
    monkeypatch.setattr(time, "gmtime", lambda at=None: utc(time.time() if at is None else at))
    monkeypatch.setattr(time, "strftime", lambda form, at=None: shown(form, time.localtime() if at is None else at))
    ahead = ModuleType("datetime")
    ahead.__dict__.update({**vars(datetime), "datetime": _DateTime})
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == package and not name.startswith("capbuild.testing"):
            if vars(module).get("datetime") is datetime:
                monkeypatch.setattr(module, "datetime", ahead)
            elif vars(module).get("datetime") is datetime.datetime:
                monkeypatch.setattr(module, "datetime", _DateTime)
