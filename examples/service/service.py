"""A web service around one programme: upload a return, see what was read, get levels and reports.

    pip install capbuild fastapi python-multipart uvicorn
    PROGRAMME=path/to/programme uvicorn service:app

It has no login and no encryption: put it behind a server that has both.
"""

import os
import re
import sys
from pathlib import Path, PurePosixPath
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response, UploadFile
from fastapi.responses import JSONResponse

import capbuild as cb
from capbuild.errors import CapbuildError, LimitError
from capbuild.plugins import Host, ReadLimits
from capbuild.workspace import FolderStore, open_store

FOLDER = Path(os.environ.get("PROGRAMME", ""))
HOST = Host()  # shared by all threads; each plugin is asked once
LIMITS = ReadLimits(file_size=5_000_000, cells=1_000_000, seconds=30)
# Letters of any script; no lock file, no path, no device of Windows
NAME = re.compile(r"(?!(?:con|prn|aux|nul|com\d|lpt\d)\s*\.)\w[\w .()-]{0,90}\.\w{1,8}", re.IGNORECASE)

if not (FOLDER / "programme.toml").is_file():
    sys.exit(f"PROGRAMME must name the folder of a programme: {FOLDER.resolve()} has no programme.toml")

app = FastAPI(title="Returns of a programme")


@app.exception_handler(CapbuildError)
def explain(request: Request, error: CapbuildError) -> JSONResponse:
    """Answer with what is wrong, where, and what to do; 409 if the programme changed in the meantime."""
    status = 413 if isinstance(error, LimitError) else 409 if error.code == "CB509" else 422
    where = None if error.origin is None else str(error.origin)
    found = {"code": error.code, "message": error.message, "origin": where, "remedy": error.remedy}
    return JSONResponse(found, status)


@app.post("/returns", status_code=201)
def add_return(file: UploadFile) -> dict[str, Any]:
    """Read a return, and keep it in the programme if it can be read."""
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name
    if not NAME.fullmatch(name):
        raise HTTPException(422, "name the file with letters, digits, blanks, points and hyphens, and a suffix")
    data = file.file.read(LIMITS.file_size + 1)
    survey = cb.read(data, name=name, host=HOST, limits=LIMITS)
    if not survey.countries:
        raise HTTPException(422, [f"{one.origin}: {one.message}" for one in survey.issues] or "it names no country")
    with open_store(FolderStore(FOLDER), host=HOST) as workspace:
        place = workspace.folder / "returns" / name
        if name.casefold() in {other.name.casefold() for other in place.parent.iterdir()}:
            raise HTTPException(409, f"the programme has a return {name!r}")
        place.write_bytes(data)
    return {
        "responses": len(survey),
        "countries": [country.alpha_2 for country in survey.countries],
        "issues": [{"code": one.code, "where": str(one.origin), "what": one.message} for one in survey.issues],
    }


@app.get("/rounds/{round_}")
def levels(round_: str) -> dict[str, dict[str, str]]:
    """Return the result of each indicator in each country, in words: a missing one is not 0."""
    baseline = cb.open_workspace(FOLDER, host=HOST).assess(round_)
    return {
        one.country.alpha_2: {node.id: str(one[node.id]) for node in one.framework.indicators}
        for one in baseline.assessments
    }


@app.get("/rounds/{round_}/{country}")
def brief(round_: str, country: str) -> Response:
    """Return the brief of a country as a page, as its own ministry may see it."""
    workspace = cb.open_workspace(FOLDER, host=HOST)
    page = cb.render(
        workspace.assess(round_), "html", programme=workspace.programme, kind="brief-country", country=country,
        audience="country", host=HOST,
    )  # fmt: skip
    return Response(page, media_type="text/html; charset=utf-8")
