"""SD208: a proxy variable that a client honours, told from those that its library does not read."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.network import sd208_proxy_intercepts as sd208
from tests.healthy import ALIAS, NOT_MEASURED, PORTS, dial, endpoint
from tests.rules.altered import passive, reach_of
from tests.rules.different import proxied
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import configured, without

URL = "http://198.18.0.9:3128"
PROXY = proxied(http_proxy=URL)


def proxy_dialled(outcome: f.Outcome | None, facts: f.Facts = PROXY) -> f.Facts:
    """The container has dialled the proxy; None: its name does not resolve there."""
    reach = reach_of(facts)
    if outcome is None:
        lost = (*reach.resolutions, f.Resolution(host="198.18.0.9", error="unknown"))
        return replace(facts, container_reach=replace(reach, resolutions=lost))
    dials = (*reach.dials, dial("198.18.0.9", 3128, outcome, "198.18.0.9"))
    return replace(facts, container_reach=replace(reach, dials=dials))


BACKEND = Told(
    subject="http_proxy",
    measured="http_proxy=http://198.18.0.9:3128; not affected: Temporal",
    expected="no_proxy covers host.docker.internal",
    endpoints=("backend",),
    message=(
        "Stigmer backend is called through the proxy 198.18.0.9:3128 (grpcio honours "
        "http_proxy), which has to know the way back to this machine"
    ),
    advice="Let the runner call host.docker.internal directly. grpcio reads the lower-case name only.",
    severity=Severity.WARNING,
    changes=("+ no_proxy=host.docker.internal,localhost,127.0.0.1",),
)
LLM = Told(
    subject="http_proxy",
    measured="http_proxy=http://198.18.0.9:3128; not affected: Temporal",
    expected="no_proxy covers host.docker.internal",
    endpoints=("llm",),
    message=(
        "LLM (Ollama) is called through the proxy 198.18.0.9:3128 (httpx honours http_proxy), "
        "which has to know the way back to this machine"
    ),
    advice="Let the runner call host.docker.internal directly. grpcio reads the lower-case name only.",
    severity=Severity.WARNING,
    changes=("+ no_proxy=host.docker.internal,localhost,127.0.0.1",),
)

GRID: dict[Rule, list[Case]] = {
    sd208.RULE: [
        fires(
            "http_proxy is set, which all but temporalio honour",
            PROXY,
            BACKEND._replace(
                evidence=(
                    "inspect http_proxy: http://198.18.0.9:3128",
                    "inspect STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234",
                )
            ),
            LLM._replace(
                evidence=(
                    "inspect http_proxy: http://198.18.0.9:3128",
                    "inspect STIGMER_LLM_BASE_URL: http://host.docker.internal:11434",
                )
            ),
        ),
        fires(
            "HTTP_PROXY is set, which httpx alone honours",
            proxied(HTTP_PROXY=URL),
            LLM._replace(
                subject="HTTP_PROXY",
                measured="HTTP_PROXY=http://198.18.0.9:3128; not affected: Stigmer backend and Temporal",
                message="(httpx honours HTTP_PROXY)",
            ),
        ),
        fires(
            "https_proxy is set, which grpcio alone honours",
            proxied(https_proxy=URL),
            BACKEND._replace(
                subject="https_proxy",
                measured="https_proxy=http://198.18.0.9:3128; not affected: Temporal and LLM (Ollama)",
                message="(grpcio honours https_proxy)",
            ),
        ),
        fires(
            "the proxy accepts connections",
            proxy_dialled(f.Outcome.CONNECTED),
            BACKEND._replace(
                measured=(
                    "http_proxy=http://198.18.0.9:3128; from inside the container 198.18.0.9:3128 "
                    "connected in 0.4 ms; not affected: Temporal"
                )
            ),
            LLM._replace(
                measured=(
                    "http_proxy=http://198.18.0.9:3128; from inside the container 198.18.0.9:3128 "
                    "connected in 0.4 ms; not affected: Temporal"
                )
            ),
        ),
        fires(
            "the proxy refuses",
            proxy_dialled(f.Outcome.REFUSED),
            BACKEND._replace(
                measured=(
                    "http_proxy=http://198.18.0.9:3128; from inside the container 198.18.0.9:3128 refused "
                    "after 0.4 ms; not affected: Temporal"
                ),
                message="which does not answer",
                severity=Severity.ERROR,
            ),
            LLM._replace(
                measured=(
                    "http_proxy=http://198.18.0.9:3128; from inside the container 198.18.0.9:3128 refused "
                    "after 0.4 ms; not affected: Temporal"
                ),
                message="which does not answer",
                severity=Severity.ERROR,
            ),
        ),
        fires(
            "the proxy's name does not resolve",
            proxy_dialled(None),
            BACKEND._replace(
                measured=(
                    "http_proxy=http://198.18.0.9:3128; 198.18.0.9 does not resolve from inside the "
                    "container; not affected: Temporal"
                ),
                message="which does not answer",
                severity=Severity.ERROR,
            ),
            LLM._replace(
                measured=(
                    "http_proxy=http://198.18.0.9:3128; 198.18.0.9 does not resolve from inside the "
                    "container; not affected: Temporal"
                ),
                message="which does not answer",
                severity=Severity.ERROR,
            ),
        ),
        fires("nothing was dialled", passive(PROXY), BACKEND, LLM),
        fires(
            "NO_PROXY is for httpx alone",
            proxied(http_proxy=URL, NO_PROXY=f"db,{ALIAS}"),
            BACKEND._replace(
                measured="http_proxy=http://198.18.0.9:3128; not affected: Temporal and LLM (Ollama)",
                changes=("+ no_proxy=db,host.docker.internal",),
            ),
        ),
        fires(
            "no_proxy names others",
            proxied(http_proxy=URL, no_proxy="db,cache", NO_PROXY="x"),
            BACKEND._replace(changes=("+ no_proxy=db,cache,host.docker.internal",)),
            LLM._replace(changes=("+ no_proxy=db,cache,host.docker.internal",)),
        ),
        fires(
            "no_proxy covers every host, which grpcio does not take for any",
            proxied(http_proxy=URL, no_proxy="*"),
            BACKEND._replace(
                measured="http_proxy=http://198.18.0.9:3128; not affected: Temporal and LLM (Ollama)",
                changes=("+ no_proxy=*,host.docker.internal",),
            ),
        ),
        fires(
            "no_grpc_proxy is set, which grpcio reads first",
            proxied(http_proxy=URL, no_grpc_proxy="db", no_proxy=ALIAS),
            BACKEND._replace(
                measured="http_proxy=http://198.18.0.9:3128; not affected: Temporal and LLM (Ollama)",
                expected="no_grpc_proxy covers host.docker.internal",
                changes=("+ no_grpc_proxy=db,host.docker.internal",),
            ),
        ),
        fires(
            "no_grpc_proxy is set, and httpx needs a list of its own",
            proxied(http_proxy=URL, no_grpc_proxy=""),
            BACKEND._replace(
                expected="no_grpc_proxy covers host.docker.internal",
                changes=("+ no_grpc_proxy=host.docker.internal,localhost,127.0.0.1",),
            ),
            LLM,
        ),
        fires(
            "no_grpc_proxy is set, and each client's list gets its own host",
            configured(proxied(http_proxy=URL, no_grpc_proxy="db"), endpoint("llm", "198.18.4.1:11434")),
            BACKEND._replace(
                expected="no_grpc_proxy covers host.docker.internal",
                changes=("+ no_grpc_proxy=db,host.docker.internal",),
            ),
            LLM._replace(
                expected="no_proxy covers 198.18.4.1",
                advice="Let the runner call 198.18.4.1 directly",
                changes=("+ no_proxy=198.18.4.1,localhost,127.0.0.1",),
            ),
        ),
        fires(
            "two hosts are concerned",
            configured(PROXY, endpoint("llm", "198.18.4.1:11434")),
            BACKEND._replace(changes=("+ no_proxy=host.docker.internal,198.18.4.1,localhost,127.0.0.1",)),
            LLM._replace(
                expected="no_proxy covers 198.18.4.1",
                advice="Let the runner call 198.18.4.1 directly",
                changes=("+ no_proxy=host.docker.internal,198.18.4.1,localhost,127.0.0.1",),
            ),
        ),
        fires("no_proxy is empty", proxied(http_proxy=URL, no_proxy=""), BACKEND, LLM),
        fires(
            "the LLM is at the gateway",
            configured(proxied(HTTP_PROXY=URL), endpoint("llm", "198.18.4.1:11434")),
            LLM._replace(
                subject="HTTP_PROXY",
                measured="HTTP_PROXY=http://198.18.0.9:3128; not affected: Stigmer backend and Temporal",
                expected="no_proxy covers 198.18.4.1",
                message="(httpx honours HTTP_PROXY)",
                advice="Let the runner call 198.18.4.1 directly",
                changes=("+ no_proxy=198.18.4.1,localhost,127.0.0.1",),
            ),
        ),
        fires(
            "the LLM is at localhost",
            configured(proxied(HTTP_PROXY=URL), endpoint("llm", "localhost:11434")),
            LLM._replace(
                subject="HTTP_PROXY",
                measured="HTTP_PROXY=http://198.18.0.9:3128; not affected: Stigmer backend and Temporal",
                expected="no_proxy covers localhost",
                message="(httpx honours HTTP_PROXY)",
                advice="Let the runner call localhost directly",
                changes=("+ no_proxy=localhost,127.0.0.1",),
            ),
        ),
        fires(
            "the backend has no usable address", configured(PROXY, endpoint("backend", f"{ALIAS}:1", problem="no")), LLM
        ),
        fires(
            "the backend is elsewhere, where a proxy may be meant",
            configured(PROXY, endpoint("backend", "198.18.9.9:7234")),
            LLM,
        ),
        fires(
            "nothing else is dialled",
            without(without(PROXY, "temporal"), "backend"),
            LLM._replace(measured="http_proxy=http://198.18.0.9:3128"),
        ),
        fires(
            "the proxy has an IPv6 address",
            proxied(HTTP_PROXY="http://[fd00::9]:3128"),
            LLM._replace(
                subject="HTTP_PROXY",
                measured="HTTP_PROXY=http://[fd00::9]:3128; not affected: Stigmer backend and Temporal",
                message="through the proxy [fd00::9]:3128",
            ),
        ),
        does_not_fire("no_proxy covers the host", proxied(http_proxy=URL, no_proxy=f"localhost,{ALIAS}")),
        does_not_fire("no_proxy covers every host, for httpx", proxied(HTTP_PROXY=URL, no_proxy="*")),
        does_not_fire("no_proxy covers the host's domain", proxied(http_proxy=URL, no_proxy=".docker.internal")),
        does_not_fire("a proxy for FTP", proxied(FTP_PROXY=URL)),
        does_not_fire("an empty proxy", proxied(http_proxy="")),
        does_not_fire(
            "every address is elsewhere",
            configured(PROXY, *(endpoint(name, f"198.18.9.9:{port}") for name, port in PORTS.items())),
        ),
        not_checked("there is no container", replace(PROXY, container=NOT_MEASURED), NOT_MEASURED.reason),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
