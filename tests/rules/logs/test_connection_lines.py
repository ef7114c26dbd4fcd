"""SD701, SD702, SD703: connection errors in the log, whose link they are about, and what they say about now."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.logs import sd701_log_http_connection_failed as sd701
from stigmer_doctor.rules.logs import sd702_log_grpc_connection_failed as sd702
from stigmer_doctor.rules.logs import sd703_log_temporal_connection_failed as sd703
from tests.healthy import ALIAS, NOT_MEASURED, PORTS, healthy
from tests.rules.altered import altered
from tests.rules.different import GRPC_LINE, HTTP_LINE, OWN, RUST_LINE, degraded, polled, temporal
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.services.shared import VARIABLES, in_variable
from tests.rules.vary import dialled, failing, in_state, unknown, without

RULES = {"llm": sd701.RULE, "backend": sd702.RULE, "temporal": sd703.RULE}
LINKS = {
    "llm": "the LLM link, not the backend",
    "backend": "the link to the backend",
    "temporal": "the link to Temporal",
}
FAILED = {
    "llm": (HTTP_LINE, "'All connection attempts failed' comes from httpx (anyio/httpcore)"),
    "backend": (GRPC_LINE, "'failed to connect to all addresses' comes from grpcio (grpc-core)"),
    "temporal": (RUST_LINE, "'Failed client connect' comes from temporalio (its Rust core)"),
}
SUCCESS = {
    "llm": (
        'x - httpx - INFO - HTTP Request: POST http://x:11434/api/chat "HTTP/1.1 200 OK"',
        "x - temporalio.activity - INFO - Execution aex-1 completed - processed 12 events",
    ),
    "backend": ("x - temporalio.activity - INFO - Final status update sent successfully",),
    "temporal": (
        "x - worker.worker - INFO - Connected to Temporal server at x:7233",
        "x - INFO - Worker ready, polling",
    ),
}
EARLIER = "a failure from before the container's last start, and none since"
CHECK_AGAIN = "Run an execution and check again: its lines show whether"
UNSEEN = "no later line shows that it works"


def lines(facts: f.Facts, *written: str, before_start: int | None = 0) -> f.Facts:
    return replace(facts, logs=f.Logs(lines=written, before_start=before_start))


def told(name: str) -> Told:
    """One line that failed since the start, and the service answers now."""
    _, wording = FAILED[name]
    port = PORTS[name]
    return Told(
        subject=f"{ALIAS}:{port}",
        measured="1 line of 1 in the log, 1 since the container's last start",
        expected="no such line since the container's last start",
        endpoints=(name,),
        message=f"{wording}: {LINKS[name]}; {UNSEEN} for the runner, although another client gets an answer there now",
        advice=f"{CHECK_AGAIN} {LINKS[name]} works for the runner now: {VARIABLES[name]}, in force as "
        f"{in_variable(name, f'{ALIAS}:{port}')}.",
        severity=Severity.WARNING,
    )


def silent_worker(facts: f.Facts) -> f.Facts:
    """The runner's worker was not seen to poll, which would show that its client of Temporal works."""
    return replace(facts, container=NOT_MEASURED)


def cases(name: str) -> list[Case]:
    line, wording = FAILED[name]
    healthy_now = silent_worker(healthy())
    address = in_variable(name, f"{ALIAS}:{PORTS[name]}")
    broken = told(name)._replace(
        severity=Severity.ERROR,
        advice=f"Look at {LINKS[name]}: {VARIABLES[name]}, in force as {address}. Where another finding is about this "
        "address, fix that one.",
    )
    over = told(name)._replace(
        severity=Severity.INFO, advice="Nothing now. If the line keeps coming, the service stops at times."
    )
    unmeasured = replace(healthy_now, **{name: NOT_MEASURED})
    here = f"; it answers on this machine at 127.0.0.1:{PORTS[name]}"
    return [
        fires(
            "it answers another client now",
            lines(healthy_now, line),
            told(name)._replace(evidence=(f"logs line 1 of 1: {line}",)),
        ),
        fires(
            "three lines, of which one is of this start",
            lines(healthy_now, line, "x", line, line + " again", before_start=3),
            told(name)._replace(
                measured="3 lines of 4 in the log, 1 since the container's last start",
                evidence=(f"logs line 1 of 4: {line}", f"logs line 4 of 4: {line} again"),
            ),
        ),
        fires(
            "it is not known when the container was started",
            lines(healthy_now, line, before_start=None),
            told(name)._replace(measured="1 line of 1 in the log"),
        ),
        fires(
            "the line has 300 characters",
            lines(healthy_now, line.ljust(300, "x")),
            told(name)._replace(evidence=(f"logs line 1 of 1: {line.ljust(300, 'x')}",)),
        ),
        fires(
            "the line has 301 characters",
            lines(healthy_now, line.ljust(301, "x")),
            told(name)._replace(evidence=(f"logs line 1 of 1: {line.ljust(299, 'x')}…",)),
        ),
        fires(
            "a line of success stands before it",
            lines(healthy_now, *SUCCESS[name], line),
            told(name)._replace(
                measured=f"1 line of {len(SUCCESS[name]) + 1} in the log, 1 since the container's last start"
            ),
        ),
        *(
            fires(
                f"a line of success stands after it: {number}",
                lines(healthy_now, "x", line, "x", success, success),
                over._replace(
                    measured="1 line of 5 in the log, 1 since the container's last start",
                    message=f"{LINKS[name]}; an earlier failure, the runner's own client has succeeded since (line 4)",
                ),
            )
            for number, success in enumerate(SUCCESS[name], 1)
        ),
        fires(
            "a line of another client's success stands after it",
            lines(healthy_now, line, *(success for other in SUCCESS if other != name for success in SUCCESS[other])),
            told(name)._replace(
                measured=f"1 line of {6 - len(SUCCESS[name])} in the log, 1 since the container's last start"
            ),
        ),
        fires(
            "it failed before the container's last start",
            lines(healthy_now, line, "x", before_start=1),
            over._replace(measured="1 line of 2 in the log, none since the container's last start", message=EARLIER),
        ),
        fires(
            "it failed right after the container's last start",
            lines(healthy_now, "x", line, before_start=1),
            told(name)._replace(measured="1 line of 2 in the log, 1 since the container's last start"),
        ),
        fires(
            "the service was not asked",
            lines(unmeasured, line),
            told(name)._replace(message=f"{UNSEEN}, and whether it does now was not measured"),
        ),
        fires(
            "nothing was dialled",
            lines(replace(unmeasured, container_reach=NOT_MEASURED), line),
            told(name)._replace(message=f"{UNSEEN}, and whether it does now was not measured"),
        ),
        fires(
            "the address was not dialled",
            lines(silent_worker(dialled(healthy(), PORTS[name])), line),
            told(name)._replace(message=f"{UNSEEN}, and whether it does now was not measured"),
        ),
        fires(
            "the configuration is not known, so that nothing was asked",
            lines(replace(unmeasured, configuration=NOT_MEASURED), line),
            told(name)._replace(
                subject=name,
                message=f"{UNSEEN}, and whether it does now was not measured",
                advice=f"{CHECK_AGAIN} {LINKS[name]} works for the runner now.",
            ),
        ),
        fires(
            "its port refuses now",
            lines(silent_worker(failing(name, f.Outcome.REFUSED)), line, *SUCCESS[name]),
            broken._replace(
                measured=f"1 line of {len(SUCCESS[name]) + 1} in the log, 1 since the container's last start",
                message=f"{wording}: {LINKS[name]}; the link still fails (refused{here})",
            ),
        ),
        fires(
            "its port refuses now, and this machine was not dialled",
            lines(replace(silent_worker(failing(name, f.Outcome.REFUSED)), user_reach=NOT_MEASURED), line),
            broken._replace(message="the link still fails (refused)"),
        ),
        fires(
            "its name does not resolve now",
            lines(silent_worker(unknown(ALIAS, healthy())), line),
            broken._replace(message=f"the link still fails ({ALIAS} does not resolve)"),
        ),
        fires(
            "it speaks another protocol now",
            lines(silent_worker(degraded(name, answered=f.Answered.WRONG_PROTOCOL)), line),
            broken._replace(message="the link still fails (wrong-protocol)"),
        ),
        does_not_fire("the log has no such line", healthy()),
        does_not_fire("the log is empty", lines(healthy())),
        *(
            does_not_fire(f"the line of another: {other}", lines(healthy(), FAILED[other][0]))
            for other in FAILED
            if other != name
        ),
        not_checked(
            "the runner does not use it",
            lines(without(healthy_now, name), line),
            "the runner does not use it" + (": STIGMER_LLM_PROVIDER is ollama" if name == "llm" else ""),
        ),
        not_checked("there is no log", replace(healthy(), logs=f.NotMeasured(reason="no log driver")), "no log driver"),
    ]


BOTH = f"{GRPC_LINE} - {HTTP_LINE}"
ALL_THREE = f"{BOTH} {RUST_LINE}"
POLLED = told("temporal")._replace(
    severity=Severity.INFO,
    message="an earlier failure, the runner's own client has succeeded since (its worker polls)",
    advice="Nothing now",
)
NOT_SEEN = told("temporal")


GRID: dict[Rule, list[Case]] = {
    RULES["llm"]: [
        *cases("llm"),
        does_not_fire("a line of success", lines(healthy(), "all connection attempts succeeded")),
        does_not_fire("a line that grpc-core's wording is in as well", lines(healthy(), BOTH)),
    ],
    RULES["backend"]: [
        *cases("backend"),
        fires(
            "grpc-core's other wording",
            lines(healthy(), "x: Failed to connect to remote host: refused"),
            told("backend")._replace(
                message="'Failed to connect to remote host' comes from grpcio (grpc-core): the link"
            ),
        ),
        fires(
            "both wordings",
            lines(healthy(), GRPC_LINE, "x: Failed to connect to remote host: refused"),
            told("backend")._replace(
                measured="2 lines of 2 in the log, 2 since the container's last start",
                message="'Failed to connect to remote host' comes from",
            ),
        ),
        fires("a line that httpx's wording is in as well", lines(healthy(), BOTH), told("backend")),
        does_not_fire("a line that temporalio's wording is in as well", lines(healthy(), ALL_THREE)),
    ],
    RULES["temporal"]: [
        *cases("temporal"),
        fires("a line that all wordings are in", lines(silent_worker(healthy()), ALL_THREE), NOT_SEEN),
        fires(
            "temporalio's other wording",
            lines(silent_worker(healthy()), "tonic::transport::Error(x)"),
            NOT_SEEN._replace(message="'tonic::transport::Error' comes from temporalio (its Rust core)"),
        ),
        fires(
            "Temporal was not asked, and the container runs",
            lines(replace(healthy(), temporal=NOT_MEASURED), RUST_LINE),
            NOT_SEEN._replace(message="and whether it does now was not measured"),
        ),
        fires("its worker polls", lines(healthy(), RUST_LINE), POLLED),
        fires(
            "its worker polls, and the runners are not known",
            lines(replace(healthy(), lookup=NOT_MEASURED), RUST_LINE),
            POLLED,
        ),
        fires("another's worker polls", lines(polled("1@laptop"), RUST_LINE), NOT_SEEN),
        fires(
            "its worker has not polled for minutes", lines(polled(OWN, at="2026-01-22T03:20:00Z"), RUST_LINE), NOT_SEEN
        ),
        fires("nobody polls", lines(polled(), RUST_LINE), NOT_SEEN),
        fires("Temporal does not say who polls", lines(temporal(pollers=None), RUST_LINE), NOT_SEEN),
        fires(
            "its worker cannot be told apart",
            lines(altered(healthy(), network_mode="container:x"), RUST_LINE),
            NOT_SEEN,
        ),
        fires("the container is stopped", lines(in_state(healthy(), "exited"), RUST_LINE), NOT_SEEN),
    ],
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
