"""SD204: an address that means the container itself, in every spelling and from every origin."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.network import sd204_loopback_address_in_container as sd204
from tests.healthy import ALIAS, NOT_MEASURED, PORTS, dial, endpoint, healthy
from tests.rules.altered import (
    LOOPBACK,
    altered,
    local_loopbacks,
    on_host_network,
    open_at,
    passive,
    reach_of,
    reaching,
)
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import configured, dialled, failing, served_here, unknown

LOCAL = local_loopbacks()
WORDS = ("0.0.0.0", "127.1", "127.0.0.2", "2130706433", "LOCALHOST.")


def at(name: str, address: str, facts: f.Facts | None = None, **more: object) -> f.Facts:
    """One endpoint at that address, which nothing in the container accepts."""
    other = replace(endpoint(name, address), **more)
    return configured(
        dialled(facts or healthy(), other.port, dial(other.host, other.port, f.Outcome.REFUSED, LOOPBACK)), other
    )


def unknown_name(facts: f.Facts) -> f.Facts:
    """The container does not know the name of this machine."""
    reach = reach_of(facts)
    return replace(facts, container_reach=replace(reach, resolutions=(f.Resolution(host=ALIAS, error="unknown"),)))


LLM = at("llm", "localhost:11434")
TOLD = Told(
    subject="STIGMER_LLM_BASE_URL",
    measured="STIGMER_LLM_BASE_URL=http://localhost:11434; 127.0.0.1:11434 refused after 0.4 ms",
    expected="host.docker.internal:11434",
    endpoints=("llm",),
    message="LLM (Ollama) is dialled at localhost:11434, which is the container itself",
    advice="Address this machine as host.docker.internal.",
    changes=("+ STIGMER_LLM_BASE_URL=http://host.docker.internal:11434",),
)
TEMPORAL = Told(
    subject="TEMPORAL_SERVICE_ADDRESS",
    measured="TEMPORAL_SERVICE_ADDRESS=localhost:7233; 127.0.0.1:7233 refused after 0.4 ms",
    expected="host.docker.internal:7233",
    endpoints=("temporal",),
    message="Temporal is dialled at localhost:7233",
    advice="Address this machine as host.docker.internal.",
    changes=("+ TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233",),
)

GRID: dict[Rule, list[Case]] = {
    sd204.RULE: [
        fires(
            "the LLM at localhost",
            LLM,
            TOLD._replace(evidence=("inspect STIGMER_LLM_BASE_URL: http://localhost:11434",)),
        ),
        fires("two services at localhost", at("temporal", "localhost:7233", LLM), TOLD, TEMPORAL),
        fires(
            "it was not dialled",
            configured(healthy(), endpoint("temporal", "localhost:7233")),
            TEMPORAL._replace(measured="TEMPORAL_SERVICE_ADDRESS=localhost:7233"),
        ),
        fires(
            "its port is in another variable",
            at("temporal", "localhost:7233", port_variable="TEMPORAL_PORT", raw="localhost"),
            TEMPORAL._replace(
                measured="TEMPORAL_SERVICE_ADDRESS=localhost; 127.0.0.1:7233 refused after 0.4 ms",
                changes=("+ TEMPORAL_SERVICE_ADDRESS=host.docker.internal",),
            ),
        ),
        fires(
            "its URL has a path",
            at("llm", "localhost:11434", raw="http://localhost:11434/v1/"),
            TOLD._replace(
                measured="STIGMER_LLM_BASE_URL=http://localhost:11434/v1/; 127.0.0.1:11434 refused after 0.4 ms",
                changes=("+ STIGMER_LLM_BASE_URL=http://host.docker.internal:11434/v1",),
            ),
        ),
        fires(
            "its URL has another scheme",
            at("llm", "localhost:11434", raw="https://localhost:11434", scheme="https"),
            TOLD._replace(
                measured="STIGMER_LLM_BASE_URL=https://localhost:11434; 127.0.0.1:11434 refused after 0.4 ms",
                changes=("+ STIGMER_LLM_BASE_URL=https://host.docker.internal:11434",),
            ),
        ),
        fires(
            "its value has no scheme",
            at("llm", "localhost:11434", raw="localhost:11434/v1", scheme=""),
            TOLD._replace(measured="STIGMER_LLM_BASE_URL=localhost:11434/v1; 127.0.0.1:11434 refused after 0.4 ms"),
        ),
        fires(
            "it is another service's port, and the usual one answers here",
            at("llm", "localhost:8080"),
            TOLD._replace(
                measured="STIGMER_LLM_BASE_URL=http://localhost:8080; 127.0.0.1:8080 refused after 0.4 ms",
                message="dialled at localhost:8080",
            ),
        ),
        fires(
            "it is another port, and neither answers here",
            at("llm", "localhost:8080", served_here(healthy(), 11434, f.Outcome.REFUSED)),
            TOLD._replace(
                measured="STIGMER_LLM_BASE_URL=http://localhost:8080; 127.0.0.1:8080 refused after 0.4 ms",
                expected="host.docker.internal:8080",
                message="dialled at localhost:8080",
                changes=("+ STIGMER_LLM_BASE_URL=http://host.docker.internal:8080",),
            ),
        ),
        fires(
            "it is another port, which answers here",
            at("llm", "localhost:8080", served_here(healthy(), 8080, f.Outcome.CONNECTED)),
            TOLD._replace(
                measured="STIGMER_LLM_BASE_URL=http://localhost:8080; 127.0.0.1:8080 refused after 0.4 ms",
                expected="host.docker.internal:8080",
                message="dialled at localhost:8080",
                changes=("+ STIGMER_LLM_BASE_URL=http://host.docker.internal:8080",),
            ),
        ),
        fires(
            "it is another port, and this machine was not dialled",
            replace(at("llm", "localhost:8080"), user_reach=NOT_MEASURED),
            TOLD._replace(
                measured="STIGMER_LLM_BASE_URL=http://localhost:8080; 127.0.0.1:8080 refused after 0.4 ms",
                expected="host.docker.internal:8080",
                message="dialled at localhost:8080",
                changes=("+ STIGMER_LLM_BASE_URL=http://host.docker.internal:8080",),
            ),
        ),
        fires(
            "the image sets it",
            at("llm", "localhost:11434", origin=f.Origin.IMAGE_ENVIRONMENT),
            TOLD._replace(
                measured=(
                    "STIGMER_LLM_BASE_URL=http://localhost:11434 (set by the image); 127.0.0.1:11434 "
                    "refused after 0.4 ms"
                )
            ),
        ),
        fires(
            "it is the default of the image's code",
            at("llm", "localhost:11434", origin=f.Origin.DEFAULT),
            TOLD._replace(
                measured=(
                    "STIGMER_LLM_BASE_URL unset, the image's default is http://localhost:11434 "
                    "(worker/config.py:40); 127.0.0.1:11434 refused after 0.4 ms"
                )
            ),
        ),
        fires(
            "it is the default of code whose place is not known",
            at("llm", "localhost:11434", origin=f.Origin.DEFAULT, locator=""),
            TOLD._replace(
                measured=(
                    "STIGMER_LLM_BASE_URL unset, the image's default is http://localhost:11434; "
                    "127.0.0.1:11434 refused after 0.4 ms"
                )
            ),
        ),
        fires(
            "it is a default, and neither port answers here",
            at("llm", "localhost:8080", served_here(healthy(), 11434, f.Outcome.REFUSED), origin=f.Origin.DEFAULT),
            TOLD._replace(
                measured=(
                    "STIGMER_LLM_BASE_URL unset, the image's default is http://localhost:8080 "
                    "(worker/config.py:40); 127.0.0.1:8080 refused after 0.4 ms"
                ),
                message="dialled at localhost:8080",
            ),
        ),
        fires(
            "it is a default with a path",
            at("llm", "localhost:8080", origin=f.Origin.DEFAULT, raw="http://localhost:8080/v1"),
            TOLD._replace(
                measured=(
                    "STIGMER_LLM_BASE_URL unset, the image's default is http://localhost:8080/v1 "
                    "(worker/config.py:40); 127.0.0.1:8080 refused after 0.4 ms"
                ),
                message="dialled at localhost:8080",
                evidence=("code STIGMER_LLM_BASE_URL (default, worker/config.py:40): http://localhost:8080/v1",),
            ),
        ),
        fires(
            "the runner's log says that it is in force",
            at("llm", "localhost:11434", origin=f.Origin.LOGGED),
            TOLD._replace(
                measured=(
                    "STIGMER_LLM_BASE_URL unset, http://localhost:11434 is in force, as the runner's log "
                    "says; 127.0.0.1:11434 refused after 0.4 ms"
                ),
                evidence=("logs STIGMER_LLM_BASE_URL: http://localhost:11434",),
            ),
        ),
        fires(
            "it is assumed to be the default, and refuses",
            at("llm", "localhost:11434", origin=f.Origin.ASSUMED),
            TOLD._replace(
                measured=(
                    "STIGMER_LLM_BASE_URL unset, the default is assumed to be http://localhost:11434; "
                    "127.0.0.1:11434 refused after 0.4 ms"
                )
            ),
        ),
        fires(
            "it is assumed to be the default, and nothing was dialled",
            passive(at("llm", "localhost:11434", origin=f.Origin.ASSUMED)),
            TOLD._replace(
                measured="STIGMER_LLM_BASE_URL unset, the default is assumed to be http://localhost:11434",
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "it is set, and nothing was dialled",
            passive(LLM),
            TOLD._replace(measured="STIGMER_LLM_BASE_URL=http://localhost:11434"),
        ),
        fires(
            "the name of this machine is not known there",
            unknown_name(LLM),
            TOLD._replace(
                changes=(
                    "+ STIGMER_LLM_BASE_URL=http://host.docker.internal:11434",
                    "+ add-host host.docker.internal:host-gateway",
                )
            ),
        ),
        fires(
            "its name is another",
            at("temporal", "ip6-localhost:7233"),
            TEMPORAL._replace(
                measured="TEMPORAL_SERVICE_ADDRESS=ip6-localhost:7233; 127.0.0.1:7233 refused after 0.4 ms",
                message="Temporal is dialled at ip6-localhost:7233",
            ),
        ),
        fires(
            "its name does not resolve",
            unknown("ip6-localhost", at("temporal", "ip6-localhost:7233")),
            TEMPORAL._replace(
                measured="TEMPORAL_SERVICE_ADDRESS=ip6-localhost:7233; ip6-localhost does not resolve",
                message="Temporal is dialled at ip6-localhost:7233",
            ),
        ),
        *(
            fires(
                f"Temporal at {word}",
                at("temporal", f"{word}:7233"),
                TEMPORAL._replace(
                    measured=f"TEMPORAL_SERVICE_ADDRESS={word}:7233; 127.0.0.1:7233 refused after 0.4 ms",
                    message=f"Temporal is dialled at {word}:7233, which is the container itself",
                ),
            )
            for word in WORDS
        ),
        fires(
            "Temporal at ::",
            at("temporal", ":::7233"),
            TEMPORAL._replace(
                measured="TEMPORAL_SERVICE_ADDRESS=:::7233; 127.0.0.1:7233 refused after 0.4 ms",
                message="Temporal is dialled at [::]:7233",
            ),
        ),
        does_not_fire(
            "something in the container answers there", reaching(LOCAL, *open_at("localhost", *PORTS.values()))
        ),
        does_not_fire(
            "the address is in the code, and no variable moves it",
            at("llm", "localhost:11434", origin=f.Origin.LITERAL),
        ),
        does_not_fire("the address is not a loopback", failing("llm", f.Outcome.REFUSED)),
        does_not_fire("on the host's network", on_host_network(LLM)),
        does_not_fire("without a network", altered(LLM, network_mode="none")),
        does_not_fire("in another container's network", altered(LLM, network_mode=f"container:{'e' * 64}")),
        not_checked("there is no container", replace(LLM, container=NOT_MEASURED), NOT_MEASURED.reason),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
