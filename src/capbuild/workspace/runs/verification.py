"""Verification of output files.

Files of a run or report are compared with their recorded digests.
"""

import json
import re
import subprocess
from pathlib import Path

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import ReadError, WriteError
from capbuild.model import Issue, Issues
from capbuild.origin import Origin
from capbuild.workspace.runs.run_record import RECORD_FILE, SIGNATURE_FILE, digest_file, list_files

_NAMESPACE = "capbuild"


@frozen(kw_only=True)
class Verification:
    """Verified outputs of a run or report.

    Attributes:
        record: The record, which lists every output with its SHA-256.
        checked: Names of the verified files.
        issues: Changed, missing and added files.
        signed: Whether the record's signature is valid; None without one.
        signer: Fingerprint of the key of a valid signature, to compare with that of the publisher.
    """

    record: Path
    checked: tuple[str, ...] = field(default=(), converter=to_tuple)
    issues: Issues = Issues()
    signed: bool | None = None
    signer: str = ""


def verify_outputs(path: Path) -> Verification:
    """Verify all outputs in a folder, or one file.

    Args:
        path: The folder of a run or of a report, or a file in it.

    Raises:
        ReadError: CB860, there is no record, or it does not list the file.
    """
    record = _find_record(path)
    digests = _load_digests(record)
    if path.is_dir():
        names = sorted(digests)
    else:
        names = [path.resolve().relative_to(record.parent).as_posix()]
        if names[0] not in digests:
            raise _make_error(path, f"{record.name} does not list {names[0]!r}")
    issues = [issue for name in names if (issue := _check(record.parent, name, digests[name])) is not None]
    if path.is_dir():
        known = {*digests, RECORD_FILE, SIGNATURE_FILE}
        whole = record.parent if record.name == RECORD_FILE else path.resolve()
        added = list_files(whole, record.parent) - known
        issues += [_make_issue(name, f"is not listed in {record.name}") for name in added]
    signed, signer = _check_signature(record)
    return Verification(
        record=record,
        checked=names,
        issues=Issues(sorted(issues, key=lambda issue: issue.message)),
        signed=signed,
        signer=signer,
    )


def _make_error(path: Path, reason: str) -> ReadError:
    message = f"{path.name} cannot be verified: {reason}"
    return ReadError(
        message,
        code="CB860",
        origin=Origin(path.as_posix()),
        remedy="name the folder of a run, or what capbuild report wrote",
    )


def _find_record(path: Path) -> Path:
    """Return the nearest record: of the report, folder or run."""
    place = path.resolve()
    for folder in (place, *place.parents):
        for record in (
            folder / RECORD_FILE,
            folder.with_name(f"{folder.name}.{RECORD_FILE}") if folder.name else folder,
        ):
            if record.is_file() and record != place:
                return record
    raise _make_error(path, f"there is no {RECORD_FILE}")


def _load_digests(record: Path) -> dict[str, str]:
    try:
        rounds = json.loads(record.read_text("utf-8"))["rounds"].values()
        digests = {
            str(name): str(digest)
            for round_ in rounds
            for outputs in round_["outputs"].values()
            for name, digest in outputs.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise _make_error(record, "it is not a record of outputs") from None
    if not digests:
        raise _make_error(record, "it lists no file")
    inside = (not Path(name).is_absolute() and ".." not in Path(name).parts for name in digests)
    if not all(inside):
        raise _make_error(record, "it names files outside its folder")
    return digests


def _check(folder: Path, name: str, digest: str) -> Issue | None:
    place = folder / name
    if place.is_file() and digest_file(place) == digest:
        return None
    return _make_issue(name, "was changed since it was written" if place.is_file() else "is missing")


def _make_issue(name: str, what: str) -> Issue:
    return Issue.error(
        "CB861", f"{name} {what}", Origin(name), "write it again, with capbuild run --fresh for the folder of a run"
    )


# Signatures


def _find_signature(record: Path) -> Path:
    return record.with_name(f"{record.name}.sig")


def sign_outputs(verification: Verification, key: Path) -> Path:
    """Sign a run's record with an SSH key.

    The result is the path of the signature.

    Args:
        verification: Outputs verified without an issue.
        key: The private key, or the public one of a key in the agent.

    Raises:
        WriteError: CB862, an output was changed, or the key cannot sign.
    """
    if verification.issues:
        raise WriteError("outputs that were changed are not signed", code="CB862", remedy="run again first")
    target = _find_signature(verification.record)
    target.unlink(missing_ok=True)
    done = _run("-Y", "sign", "-q", "-f", str(key), "-n", _NAMESPACE, str(verification.record))
    if done is None or done.returncode:
        reason = done.stderr.decode(errors="replace").strip() if done is not None else "ssh-keygen is not installed"
        raise WriteError(f"{key.name} cannot sign: {reason}", code="CB862", remedy="name your private SSH key")
    return target


def _check_signature(record: Path) -> tuple[bool | None, str]:
    """Return whether a signature is valid, and its key's fingerprint.

    The first is None if the record has no signature, or if the signature cannot be checked.
    """
    signature = _find_signature(record)
    if not signature.is_file():
        return None, ""
    done = _run("-Y", "check-novalidate", "-n", _NAMESPACE, "-s", str(signature), data=record.read_bytes())
    if done is None or done.returncode:
        return (None if done is None else False), ""
    match = re.search(rb"\bSHA256:\S+", done.stdout)
    return True, match[0].decode("ascii", "replace") if match else ""


def _run(*arguments: str, data: bytes = b"") -> "subprocess.CompletedProcess[bytes] | None":
    try:
        return subprocess.run(["ssh-keygen", *arguments], input=data, capture_output=True, check=False)  # noqa: S603, S607
    except OSError:
        return None
