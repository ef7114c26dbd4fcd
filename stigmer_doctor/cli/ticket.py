"""`stigmer-doctor ticket`: report and snapshot into files, and into an issue where the user agrees."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from stigmer_doctor.cli import composition, output
from stigmer_doctor.cli.anonymize import anonymized
from stigmer_doctor.cli.consent import consent
from stigmer_doctor.cli.gather import gather, load_swept, refuse_beside_snapshot
from stigmer_doctor.model.errors import TicketNotFiled, UsageError
from stigmer_doctor.model.exit_codes import ExitCode
from stigmer_doctor.model.tickets import GITHUB, HOST, on_host, shown

if TYPE_CHECKING:
    from stigmer_doctor.model.facts import Facts
    from stigmer_doctor.model.tickets import OpenIssue, Ticket, Tracker


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """0 filed: an issue was created or added to; 1 written, and left to the user to file; 2 where it cannot be written;
    3 a snapshot that cannot be read."""
    folder, host = _folder(options.folder), _host(environ)
    refuse_beside_snapshot(options, environ)
    facts = load_swept(options.snapshot) if options.snapshot else gather(options, environ)
    facts = anonymized(facts, options, environ)
    from stigmer_doctor import app, profile
    from stigmer_doctor.render.renderer import Report
    from stigmer_doctor.render.ticket import ticket

    known = profile.load()
    made = ticket(Report(app.diagnose(facts, known), facts))
    _write(made, facts, folder)
    output.write(f"{made.title}\n\n{made.body}", None)
    if not options.no_clipboard and (where := composition.copy(made.body, environ)):
        output.say(f"gave the report to the clipboard, by {where}")
    repository = on_host(options.repo, host) if options.repo else on_host(known.tickets)
    return _file(made, repository, options, environ)


def _folder(name: str) -> Path:
    folder = Path(name)
    if not folder.is_dir():
        raise UsageError(f"{name} is not a folder: ticket takes the one to write report and snapshot to")
    output.check_writable(str(folder / "ticket.md"))
    return folder


def _host(environ: Mapping[str, str]) -> str:
    """Where a repository is that is named without a host: as for gh, GH_HOST says it."""
    host = environ.get("GH_HOST") or GITHUB
    if not HOST.fullmatch(host):
        raise UsageError(f"GH_HOST is {host!r:.80}, which is not the name of a host")
    return host


def _write(made: Ticket, facts: Facts, folder: Path) -> None:
    """The two files, named after the fault and the moment."""
    from stigmer_doctor import snapshot

    when = "".join(char for char in facts.collected_at if char.isascii() and char.isalnum())[:16]
    for suffix, data in ((".md", made.body.encode()), (".json", snapshot.dump(facts))):
        path = folder / f"stigmer-doctor-{made.fingerprint}-{when}{suffix}"
        output.write(data, str(path))
        output.say(f"wrote {path}")


# ---- where it goes ---------------------------------------------------------------------------------------------------


def _file(made: Ticket, repository: str, options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Through gh where there is one, else the address of the form."""
    tracker = composition.tracker(repository, environ)
    if tracker is None:
        output.say("gh, which could file it, is not installed.")
    else:
        try:
            if _filed(made, repository, tracker, options):
                return ExitCode.OK
        except TicketNotFiled as error:
            output.say(f"Not filed: {composition.cleaned(error)}.")
    output.say("Nothing was sent.")
    _offer_form(made, repository, options, environ)
    return ExitCode.FINDINGS


def _filed(made: Ticket, repository: str, tracker: Tracker, options: argparse.Namespace) -> bool:
    """Whether the user agreed, at each of the two steps, and it was done."""
    if not consent(f"Look for an open issue with the fingerprint {made.fingerprint} in {shown(repository)}", options):
        return False
    found = tracker.find(made.fingerprint)
    if found:
        output.say(f"There is one: {_issue(found, repository)}")
        if consent(f"Add the report above to it, as a comment ({len(made.body)} characters)", options):
            tracker.comment(found, made.body)
            output.say(f"added to {_address(repository, found.number)}")
            return True
        return False
    output.say(f"There is none. Its title would be: {made.title}")
    if consent(f"Create an issue in {shown(repository)} with the report above ({len(made.body)} characters)", options):
        output.say(f"created {tracker.create(made.title, made.body) or f'an issue in {shown(repository)}'}")
        return True
    return False


def _offer_form(made: Ticket, repository: str, options: argparse.Namespace, environ: Mapping[str, str]) -> None:
    """The form holds the title and the short text only: the user pastes the report, and nothing was sent before."""
    from stigmer_doctor.render.ticket import new_issue

    address = new_issue(made, repository)
    if not address:
        return
    output.say("To file it, open this address, paste the report and attach the snapshot:")
    output.say(address)
    composition.open_page(address, environ, lambda: consent("Open it in the browser", options))


def _issue(found: OpenIssue, repository: str) -> str:
    from stigmer_doctor.render.clean import shorten

    return f"{_address(repository, found.number)} {shorten(found.title, 120)}"


def _address(repository: str, number: int) -> str:
    return f"https://{repository}/issues/{number}"
