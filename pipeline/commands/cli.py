"""The `trialwire` command line. Each command calls one function of the pipeline.

Heavy libraries are imported only when a command needs them.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from trialwire.pipeline import console
from trialwire.schemas.errors import TrialwireError
from trialwire.schemas.event import FhirVersion
from trialwire.schemas.fhir.profiles import ProfileName

Json = Annotated[bool, typer.Option("--json", help="Write one JSON document to standard output.")]


class _Commands(TyperGroup):
    """The group of all commands. An error becomes a message on standard error and an exit code, never a traceback."""

    def invoke(self, ctx: Any) -> Any:  # the library keeps the type of its context private
        """Run the command that the user named."""
        try:
            return super().invoke(ctx)
        except TrialwireError as error:
            console.say(str(error))
            raise typer.Exit(error.exit_code) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader closed the pipe: not an error
            raise typer.Exit(0) from None
        except KeyboardInterrupt:
            console.say("Stopped. Committed work is kept; run the same command again to continue.")
            raise typer.Exit(130) from None


app = typer.Typer(
    name="trialwire",
    cls=_Commands,
    help="Clinical-trial registry records in; checked FHIR resources and change events out.\n\n"
    "To try it, run `make demo`. Daily use: ingest, publish, load, then show, watch, held, doctor.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
held_app = typer.Typer(
    name="held",
    help="Held records: not written, but kept whole with their reasons. Without a command: list them.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
app.add_typer(held_app)


def _tell_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"trialwire {version('trialwire')}\n")
        raise typer.Exit


@app.callback()
def trialwire(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the installed version and exit."),
    ] = False,
) -> None:
    """Accept the options that belong to no command, such as --version."""


def main() -> None:
    """Run the command line: the entry point of the program `trialwire`."""
    if sys.version_info < (3, 11) or sys.version_info >= (3, 14):
        sys.exit("Trialwire runs on Python 3.11 to 3.13; this is {}.{}.".format(*sys.version_info[:2]))
    app()


@app.command()
def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH…", help="Files, folders, zips, JSON lines.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="A source to query: clinicaltrials_gov, eclaire, or one that a package adds.")
    ] = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Updated on or after this day.")] = None,
    nct: Annotated[list[str] | None, typer.Option("--nct", help="One trial by number; repeatable.")] = None,
    query: Annotated[str | None, typer.Option(help="A search in the registry's own query syntax.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Read at most this many records.")] = None,
    accept_odd_batch: Annotated[
        bool, typer.Option("--accept-odd-batch", help="Also write batches that fail the batch checks.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read, map and check records, and write them to the store and the outbox.

    \b
    trialwire ingest records/ page.txt export.zip
    trialwire ingest --source clinicaltrials_gov --since 2026-11-01
    trialwire ingest --source clinicaltrials_gov --nct NCT99990001 --nct NCT99990002
    """
    from trialwire.pipeline.commands import ingest as command
    from trialwire.pipeline.registries import Asked

    asked = Asked(
        paths=tuple(paths or ()), source=source, since=since.date() if since else None,
        nct_ids=tuple(nct or ()), query=query, limit=limit,
    )  # fmt: skip
    command.ingest(asked, accept_odd_batch=accept_odd_batch, as_json=as_json)


@app.command(name="map")
def map_(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH…|-]", help="None or -: JSON lines on standard input.")
    ] = None,
    fhir: Annotated[FhirVersion, typer.Option(help="FHIR version to write.")] = "R4",
    profile: Annotated[ProfileName | None, typer.Option(help="Profile of R4 resources.")] = None,
    contacts: Annotated[bool, typer.Option("--contacts", help="Include personal contact data.")] = False,
) -> None:
    """Map each record to FHIR: one transaction Bundle (or OperationOutcome) per line, in input order.

    \b
    trialwire map records/ --fhir R5 > bundles.ndjson
    """
    from trialwire.pipeline.commands import map as command

    command.map_records(paths or [], fhir, profile, contacts=contacts)


@app.command()
def criteria(
    path: Annotated[
        str | None, typer.Argument(metavar="[PATH|-]", help="A text or record; - reads JSON lines.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Parse an eligibility text and print its criteria as a tree.

    With `-`: read JSON lines {"id", "text"} from standard input, and write JSON lines.
    """
    from trialwire.pipeline.commands import criteria as command

    given = None if path in {None, "-"} else Path(str(path))
    raise typer.Exit(
        command.run(given, console.standard_input(), sys.stdout.buffer, json_lines=given is None or as_json)
    )


@app.command()
def publish(
    follow: Annotated[bool, typer.Option("--follow", help="Keep running: send changes and heartbeats.")] = False,
    as_json: Json = False,
) -> None:
    """Publish the pending changes to Kafka (and to the NDJSON folder, if a folder is set)."""
    from trialwire.pipeline.commands import deliver

    deliver.publish(follow=follow, as_json=as_json)


@app.command()
def load(
    from_kafka: Annotated[
        bool, typer.Option("--from-kafka", help="Read the events topic instead of the outbox.")
    ] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Read back and compare instead of writing.")] = False,
    as_json: Json = False,
) -> None:
    """Load changed resources into the FHIR servers that are set."""
    from trialwire.pipeline.commands import deliver

    deliver.load(from_kafka=from_kafka, verify=verify, as_json=as_json)


@app.command()
def show(
    trial_id: Annotated[str, typer.Argument(metavar="ID", help="A trial's number, as NCT99990001.")],
    history: Annotated[bool, typer.Option("--history", help="All versions.")] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="What changed: by default between the last two versions.")
    ] = False,
    from_: Annotated[int | None, typer.Option("--from", min=1, help="With --diff: the earlier version.")] = None,
    to: Annotated[int | None, typer.Option("--to", min=1, help="With --diff: the later version.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="With --diff: since the start of this day (UTC).")
    ] = None,
    fhir: Annotated[FhirVersion | None, typer.Option(help="The Bundle as it was sent.")] = None,
    as_json: Json = False,
) -> None:
    """Show a trial: what is known, its history, what changed, or its FHIR resources."""
    from trialwire.pipeline.commands import show as inspect_trial

    span = inspect_trial.Span(from_, to, since.date() if since else None)
    inspect_trial.show(trial_id, history=history, diff=diff, fhir=fhir, as_json=as_json, span=span)


@app.command()
def watch(
    from_start: Annotated[bool, typer.Option("--from-start", help="Start at the oldest retained event.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after this many events.")] = None,
    as_json: Json = False,
) -> None:
    """Print new events of the event topics in a readable form, until Ctrl-C."""
    from trialwire.pipeline.commands import watch as command

    command.watch(from_start=from_start, limit=limit, as_json=as_json)


@app.command()
def replay(
    remap: Annotated[
        bool, typer.Option("--remap", help="Render again with the current mapping; put what differs into the outbox.")
    ] = False,
    destination: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="Deliver every change again to this destination: a kind, as fhir-r4, or its full name as doctor prints it.",
        ),
    ] = None,
    reseed: Annotated[
        bool, typer.Option("--reseed", help="After a lost store: continue above the delivered versions.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Deliver all changes again, or make all Bundles again with an improved mapping."""
    from trialwire.pipeline.commands import replay as replaying

    replaying.replay(remap=remap, destination=destination, reseed=reseed, as_json=as_json)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check every connection step by step, within seconds, and print what is wrong."""
    from trialwire.pipeline.commands import doctor as command

    raise typer.Exit(command.run(as_json=as_json))


@app.command()
def demo(as_json: Json = False) -> None:
    """Run the whole pipeline once with fictional records, on local servers."""
    from trialwire.pipeline.local import demo as command

    raise typer.Exit(command.run(as_json=as_json))


@app.command()
def up(as_json: Json = False) -> None:
    """Start the local stack for daily use and keep it until Ctrl-C."""
    from trialwire.pipeline.local import up as command

    raise typer.Exit(command.run(as_json=as_json))


@held_app.callback()
def held(context: typer.Context, as_json: Json = False) -> None:
    """List the held records, if no subcommand is given."""
    if context.invoked_subcommand is None:
        held_list(as_json=as_json)


@held_app.command("list")
def held_list(as_json: Json = False) -> None:
    """List held records with their reasons."""
    from trialwire.pipeline.commands import held as holding

    holding.list_held(as_json=as_json)


@held_app.command("parked")
def held_parked(as_json: Json = False) -> None:
    """List the parked changes of every destination, with the reasons and their cures."""
    from trialwire.pipeline.commands import parked

    parked.list_parked(as_json=as_json)


@held_app.command("unpark")
def held_unpark(
    destination: Annotated[
        str, typer.Argument(metavar="DESTINATION", help="Its kind, as fhir-r4, or its full name as doctor prints it.")
    ],
    trial_id: Annotated[str, typer.Argument(metavar="TRIAL", help="The trial's number, as NCT99990001.")],
    as_json: Json = False,
) -> None:
    """Send the parked changes of one trial to a destination again, after the cause was removed."""
    from trialwire.pipeline.commands import parked

    parked.unpark(destination, trial_id, as_json=as_json)


@held_app.command("show")
def held_show(held_id: Annotated[str, typer.Argument(metavar="ID")], as_json: Json = False) -> None:
    """Show one held record: reasons, cures and the record itself."""
    from trialwire.pipeline.commands import held as holding

    holding.show(held_id, as_json=as_json)


@held_app.command("name")
def held_name(
    held_id: Annotated[str, typer.Argument(metavar="ID")],
    nct: Annotated[str, typer.Argument(metavar="NCT…", help="The registry number of its trial.")],
    as_json: Json = False,
) -> None:
    """Give a held page (a saved text of a web site) its registry number and process it again."""
    from trialwire.pipeline.commands import held as holding

    holding.name(held_id, nct, as_json=as_json)


@held_app.command("retry")
def held_retry(held_id: Annotated[str | None, typer.Argument(metavar="[ID]")] = None, as_json: Json = False) -> None:
    """Process one held record (or all) again, after the cause was removed."""
    from trialwire.pipeline.commands import held as holding

    holding.retry(held_id, as_json=as_json)


@held_app.command("release")
def held_release(held_id: Annotated[str, typer.Argument(metavar="ID")], as_json: Json = False) -> None:
    """Process a held record without the quality rules; validity and identity are still checked."""
    from trialwire.pipeline.commands import held as holding

    holding.release(held_id, as_json=as_json)


@held_app.command("discard")
def held_discard(held_id: Annotated[str, typer.Argument(metavar="ID")], as_json: Json = False) -> None:
    """Discard a held record permanently."""
    from trialwire.pipeline.commands import held as holding

    holding.discard(held_id, as_json=as_json)
