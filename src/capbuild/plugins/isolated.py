"""Child process that reads one file with one reader.

The survey is returned as a JSON document.
"""

import ctypes
import json
import os
import pickle
import sys
from contextlib import suppress
from typing import Any

import attrs

#: Flags of `unshare`: user namespace, which needs no privileges, and network namespace.
_NEW_USERS, _NEW_NETWORK = 0x10000000, 0x40000000
_REFUSED = 77


def main() -> None:
    """Run a reader in a restricted process.

    The request is read from standard input, and the result is written to standard output.
    """
    request: dict[str, Any] = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the parent
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # printed output of a reader must not reach the result
    if not _leave_network():
        os._exit(_REFUSED)
    _limit_resources(request["memory"], request["source"][3].seconds)
    answer = _answer(request)
    out.write(json.dumps(answer).encode())
    out.close()
    os._exit(0)


def _leave_network() -> bool:
    """Enter namespaces without network; False if refused by the system."""
    with suppress(OSError, AttributeError):
        return bool(ctypes.CDLL(None, use_errno=True).unshare(_NEW_USERS | _NEW_NETWORK) == 0)
    return False


def _limit_resources(memory: int, seconds: float) -> None:
    """Limit memory and processor time, and forbid writing to files."""
    import resource

    bounds = ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, max(int(seconds), 1)), (resource.RLIMIT_CORE, 0))
    for kind, bound in (*bounds, (resource.RLIMIT_FSIZE, 0)):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (bound, bound))


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    from capbuild.documents import dumps
    from capbuild.errors import LimitError, ReadError
    from capbuild.model import Issue, Issues, Questionnaire, Reconciliation, Response, Survey
    from capbuild.plugins import Host, InputFile

    name, data, path, limits, folder = request["source"]
    reader = Host(allow=frozenset({request["plugin"]})).readers[request["reader"]]
    file = InputFile(name, data=data, path=path, limits=limits, folder=folder)
    try:
        items = list(reader.read(file, request["options"]))
    except MemoryError:
        return {"error": _plain(LimitError(f"{name} does not fit in memory", code="CB105"))}
    except ReadError as error:
        return {"error": _plain(error)}
    known = (Response, Issue, Questionnaire)
    survey = Survey(
        file=name,
        format=reader.name,
        questionnaire=next((item for item in items if isinstance(item, Questionnaire)), None),
        responses=[response for response in items if isinstance(response, Response)],
        issues=Issues([issue for issue in items if isinstance(issue, Issue)]),
        reconciliation=Reconciliation(sheets=[item for item in items if not isinstance(item, known)]),
    )
    return {"survey": dumps(survey)}


def _plain(error: Any) -> dict[str, Any]:
    from capbuild.errors import LimitError

    origin = None if error.origin is None else attrs.asdict(error.origin)
    return {
        "limit": isinstance(error, LimitError),
        "code": error.code,
        "message": error.message,
        "remedy": error.remedy,
        "origin": origin,
    }


if __name__ == "__main__":
    main()
