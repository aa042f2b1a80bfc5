"""`capbuild map`: draft mapping of survey questions to criteria."""

from collections import Counter
from itertools import islice
from pathlib import Path

import click

from capbuild._atomic import write_atomic
from capbuild.cli.arguments import PROGRAMME, READ_OPTIONS, find_framework, find_workspace, make_read_arguments
from capbuild.cli.screen import Screen
from capbuild.io import read
from capbuild.plugins import default_host
from capbuild.scoring import Certainty, MappingDraft, draft_mapping
from capbuild.workspace.paths import name_return
from capbuild.workspace.transactions import write_export

_SHOWN = 20


@click.command("map")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--framework", help="Framework of the answers; that of the programme, or police-cyber.")
@PROGRAMME
@click.option("--format", "format_", help="Name of the reader; sniffed by default.")
@READ_OPTIONS
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the draft, to correct (.csv).")
@click.option("--accept", type=click.Choice(["likely"]), help="Confirm the likely proposals too, in the file --out.")
def command(
    file: Path,
    framework: str | None,
    programme: Path | None,
    format_: str | None,
    read_options: tuple[str, ...],
    out: Path | None,
    accept: str | None,
) -> None:
    """Propose the criterion of each question of FILE.

    The meaning of the answers is proposed too. Certain proposals are used unchanged; likely ones need confirmation.
    Store the draft in `mappings/` of the programme.
    """
    if out is not None and out.suffix.lower() != ".csv":
        raise click.BadParameter(f"{out.name} must end in .csv; a spreadsheet opens it", param_hint="'--out'")
    if accept is not None and out is None:
        raise click.UsageError("--accept needs --out, the file in which proposals are confirmed")
    workspace = find_workspace(programme, file)
    host = default_host() if workspace is None else workspace.host
    if framework is None and workspace is not None:
        meant = workspace.framework_for(workspace.return_name(file))
    else:
        meant = find_framework(framework or "police-cyber", host, file)
    survey = read(file, **make_read_arguments(workspace, file, format_, read_options), host=host)
    known = {} if workspace is None else workspace.confirmed_mappings(workspace.return_name(file))
    draft = draft_mapping(survey, meant, confirmed=known)
    screen = Screen()
    screen.blank()
    _show_draft(screen, draft, whole=out is None)
    if out is not None:
        name = file.name if workspace is None else name_return(workspace.return_name(file))
        table = "\ufeff" + draft.to_csv(name, likely=accept is not None)
        write_atomic(out, table) if workspace is None else write_export(workspace.folder, out, table)
        _show_next(screen, draft, out, accepted=accept is not None)


def _show_draft(screen: Screen, draft: MappingDraft, *, whole: bool) -> None:
    counts = Counter(proposal.certainty for proposal in draft)
    screen.line(
        ", ".join(f"{counts[kind]} {kind}" for kind in Certainty), f" of {len(draft)} questions, {draft.framework}"
    )
    screen.table(
        {
            "Question": row.text[:60],
            "Target": row.target,
            "Certainty": f"evidence of {row.evidence_of[:30]}" if row.evidence_of else row.certainty,
            "#Score": f"{row.score:.2f}",
            "Runner-up": row.runner_up,
        }
        for row in islice(draft, _SHOWN)
    )
    if len(draft) > _SHOWN:
        screen.note(f"and {len(draft) - _SHOWN} more" + ("; --out has them all" if whole else ""))
    answers = [(proposal, word, code) for proposal in draft for word, code in proposal.answers.items()]
    screen.table(
        {
            "Answer": word[:60],
            "Meaning": code or proposal.proposed_answers.get(word, ""),
            "Certainty": "certain" if code else "likely" if word in proposal.proposed_answers else "none",
            "Target": proposal.target,
        }
        for proposal, word, code in answers[:_SHOWN]
    )
    if len(answers) > _SHOWN:
        screen.note(f"and {len(answers) - _SHOWN} more")


def _show_next(screen: Screen, draft: MappingDraft, out: Path, *, accepted: bool) -> None:
    """Show the location of the draft and the remaining steps."""
    there = out.resolve().parent.name == "mappings" and (out.resolve().parent.parent / "programme.toml").is_file()
    likely = any(proposal.certainty is Certainty.LIKELY for proposal in draft)
    open_ = any(not code for proposal in draft for code in proposal.answers.values())
    open_likely = (
        "check the targets of likely questions" if accepted else "move what is right from `proposed` to `target`"
    )
    steps = [
        *([open_likely] if likely else []),
        *(["write meanings behind the answers that have none"] if open_ else []),
        *([] if there else ["put it into mappings/ of the programme"]),
    ]
    used = "; each row with a target is used from the next run on" if there else ""
    screen.note(
        f"Written to {out.as_posix()}{used}. {'To do: ' + ', and '.join(steps) + '.' if steps else ''}".rstrip()
    )
