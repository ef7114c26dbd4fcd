"""The measured table of ways to this machine, and the configuration that follows from it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from stigmer_doctor.model.record import Part
from stigmer_doctor.model.survey import Recommendation, Survey
from stigmer_doctor.model.topology import BeaconOutcome, Route
from stigmer_doctor.render.escape import code, prose
from stigmer_doctor.render.page import Page
from stigmer_doctor.render.renderer import Display

_HEADER = ("network", "addressed as", "leads to", "listener here", "result")


class TopologyDocument(Part, frozen=True, kw_only=True):
    """What was measured, and what follows."""

    survey: Survey
    recommendation: Recommendation


def text(document: TopologyDocument, display: Display) -> str:
    """The recommendation first, then the table that it rests on."""
    survey, advice = document.survey, document.recommendation
    page = Page(display)
    good = bool(advice.network)
    page.paragraph(
        _verdict(advice), first="USE  " if good else "NONE  ", style="bold green" if good else "bold red", rest_indent=5
    )
    page.paragraph(_engine(survey))
    if good:
        page.heading("Configuration")
        page.field("network", advice.network)
        for name, target in advice.hosts.items():
            page.field("add-host", f"{name}:{target}")
        for variable, value in advice.addresses.items():
            page.paragraph(f"{variable}={value}", first="  ", rest_indent=4)
    page.heading("Why")
    for line in advice.why:
        page.paragraph(line, first="  ", rest_indent=2)
    if advice.conditions:
        page.heading("What it takes")
        for line in advice.conditions:
            page.paragraph(line, first="- ", rest_indent=2)
    page.heading("Ways from a container to this machine")
    page.table(_HEADER, _rows(survey))
    page.blank()
    for line in survey.topology.missing:
        page.paragraph(f"Not measured: {line}")
    page.paragraph(_footnote(survey))
    return page.text()


def markdown(document: TopologyDocument, _: Display) -> str:
    """The same for a GitHub issue."""
    survey, advice = document.survey, document.recommendation
    lines = [f"**{prose(_verdict(advice))}**", "", prose(_engine(survey)), ""]
    if advice.network:
        settings = [
            f"network {advice.network}",
            *(f"--add-host {name}:{target}" for name, target in advice.hosts.items()),
        ]
        settings += [f"{variable}={value}" for variable, value in advice.addresses.items()]
        lines += [*(f"- {code(setting)}" for setting in settings), ""]
    lines += [*map(prose, advice.why), "", *(f"- {prose(line)}" for line in advice.conditions), ""]
    lines += [f"| {' | '.join(_HEADER)} |", "|" + "---|" * len(_HEADER)]
    lines += [f"| {' | '.join(map(prose, row))} |" for row in _rows(survey)]
    lines += ["", *(f"Not measured: {prose(line)}" for line in survey.topology.missing), prose(_footnote(survey)), ""]
    return "\n".join(lines)


def json(document: TopologyDocument, _: Display) -> str:
    """The same for a program: the document itself."""
    return msgspec.json.format(msgspec.json.encode(document, order="deterministic"), indent=2).decode() + "\n"


def _verdict(advice: Recommendation) -> str:
    if not advice.network:
        return "No configuration of the container reaches this machine as it is."
    host = next(iter(advice.addresses.values()), "").removeprefix("http://").rpartition(":")[0]
    mapping = ", mapped to host-gateway" if advice.hosts else ""
    need = f"; {len(advice.conditions)} services have to listen elsewhere" if advice.conditions else ""
    return f"{advice.network} networking, with this machine addressed as {host}{mapping}{need}."


def _engine(survey: Survey) -> str:
    engine = survey.engine
    return f"{engine.operating_system}, engine {engine.version} (API {engine.api_version}); seen {survey.collected_at}"


def _rows(survey: Survey) -> Iterator[tuple[str, ...]]:
    for route in survey.topology.routes:
        yield (route.network.value, route.name, route.address, route.listener, _result(route))


def _result(route: Route) -> str:
    return f"reached in {route.latency_ms:.1f} ms" if route.outcome is BeaconOutcome.REACHED else route.outcome.value


def _footnote(survey: Survey) -> str:
    seen = survey.topology
    containers = "1 throwaway container" if seen.started == 1 else f"{seen.started} throwaway containers"
    return (
        f"Measured with listeners of the doctor's own on {', '.join(seen.listened)}, dialled from {containers} of "
        f"{seen.image}, all gone again."
    )
