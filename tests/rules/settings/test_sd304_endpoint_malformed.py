"""SD304: the value of an address cannot be dialled as it stands."""

from __future__ import annotations

from functools import partial

import pytest
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.changes import SetVariable
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.settings.sd304_endpoint_malformed import RULE
from tests.healthy import NOT_MEASURED, endpoint, healthy
from tests.rules.altered import altered, contract_of, passive, shared_host, unshared_host, variables
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import ALIAS, configured, one, unknown, without

backend = partial(endpoint, "backend", problem="it names no port")
REJECTED_BY_GRPCIO = (
    f"{ALIAS}:7234/", f"{ALIAS}:7234/api", f"user@{ALIAS}:7234", f" {ALIAS}:7234", f'"{ALIAS}:7234"', "127.1:7234"
)  # fmt: skip


def unset(*, required: bool, facts: f.Facts | None = None) -> f.Facts:
    """Nothing sets the backend's address, and it has no default."""
    facts = facts or healthy()
    reads = tuple(
        replace(read, default=None, required=required and read.when == "local")
        if read.name == "STIGMER_BACKEND_ENDPOINT"
        else read
        for read in contract_of(facts).reads
    )
    bare = replace(backend(":0", origin=f.Origin.DEFAULT, problem="it is not set"), raw="")
    return configured(replace(facts, contract=replace(contract_of(facts), reads=reads)), bare)


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "a port that is not a number",
            variables(TEMPORAL_SERVICE_ADDRESS=f"{ALIAS}:temporal"),
            Told(
                subject="TEMPORAL_SERVICE_ADDRESS",
                measured='TEMPORAL_SERVICE_ADDRESS="host.docker.internal:temporal"',
                expected="host.docker.internal:7233",
                endpoints=("temporal",),
                message="TEMPORAL_SERVICE_ADDRESS holds no usable address: ",
                advice="the address of Temporal, host.docker",
                changes=("+ TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233",),
                evidence=("inspect TEMPORAL_SERVICE_ADDRESS: host.docker.internal:temporal",),
            ),
        ),
        fires(
            "an address that names another machine",
            configured(healthy(), backend(":0", raw="'198.18.0.9:9000'")),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured="STIGMER_BACKEND_ENDPOINT=\"'198.18.0.9:9000'\"",
                expected="198.18.0.9:9000",
                endpoints=("backend",),
                message="STIGMER_BACKEND_ENDPOINT holds no usable address: it names no port",
                advice="unless it listens elsewhere.",
                changes=("+ STIGMER_BACKEND_ENDPOINT=198.18.0.9:9000",),
            ),
        ),
        fires(
            "no port",
            configured(healthy(), backend(":0", raw="198.18.0.9")),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured='STIGMER_BACKEND_ENDPOINT="198.18.0.9"',
                expected="198.18.0.9:7234",
                endpoints=("backend",),
                message="it names no port",
                advice="the address of Stigmer backend, 198.18.0.9:7234 unless",
                changes=("+ STIGMER_BACKEND_ENDPOINT=198.18.0.9:7234",),
            ),
        ),
        fires(
            "two schemes",
            configured(healthy(), backend(":0", raw="grpc://http://x:1")),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured='STIGMER_BACKEND_ENDPOINT="grpc://http://x:1"',
                expected="x:1",
                endpoints=("backend",),
                message="it names no port",
                advice="unless it listens elsewhere",
                changes=("+ STIGMER_BACKEND_ENDPOINT=x:1",),
            ),
        ),
        fires(
            "empty",
            variables(STIGMER_BACKEND_ENDPOINT=""),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured='STIGMER_BACKEND_ENDPOINT=""',
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="holds no usable address",
                advice="host.docker.internal:7234 unless",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
            ),
        ),
        fires(
            "nothing sets it, and the code requires it",
            unset(required=True),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured="STIGMER_BACKEND_ENDPOINT unset",
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="STIGMER_BACKEND_ENDPOINT is required, and nothing sets it",
                advice="Give STIGMER_BACKEND_ENDPOINT",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
                evidence=("inspect STIGMER_BACKEND_ENDPOINT: unset or empty",),
            ),
        ),
        fires(
            "a default that cannot be used",
            configured(healthy(), backend(":0", raw="nowhere:", origin=f.Origin.DEFAULT)),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured='STIGMER_BACKEND_ENDPOINT="nowhere:"',
                expected="nowhere:7234",
                endpoints=("backend",),
                message="STIGMER_BACKEND_ENDPOINT holds no usable address: it names no port",
                advice="nowhere:7234 unless",
                changes=("+ STIGMER_BACKEND_ENDPOINT=nowhere:7234",),
            ),
        ),
        fires(
            "this machine's name is not known in the container",
            unknown(ALIAS, configured(healthy(), backend(":0", raw=f"{ALIAS}:"))),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured='STIGMER_BACKEND_ENDPOINT="host.docker.internal:"',
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="it names no port",
                advice="host.docker.internal:7234 unless",
                changes=(
                    "+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                    "+ add-host host.docker.internal:host-gateway",
                ),
            ),
        ),
        fires(
            "and the container has no network of its own to map it in",
            altered(
                unknown(ALIAS, configured(healthy(), backend(":0", raw=f"{ALIAS}:"))),
                network_mode=f"container:{'e' * 64}",
            ),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured='STIGMER_BACKEND_ENDPOINT="host.docker.internal:"',
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="it names no port",
                advice="host.docker.internal:7234 unless",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
            ),
        ),
        fires(
            "the loopback of the container",
            configured(healthy(), backend(":0", raw="localhost:")),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured='STIGMER_BACKEND_ENDPOINT="localhost:"',
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="it names no port",
                advice="host.docker.internal:7234 unless",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
            ),
        ),
        fires(
            "on a host network that shares the loopback",
            shared_host(configured(healthy(), backend(":0", raw=f"{ALIAS}:"))),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured='STIGMER_BACKEND_ENDPOINT="host.docker.internal:"',
                expected="localhost:7234",
                endpoints=("backend",),
                message="it names no port",
                advice="localhost:7234 unless",
                changes=("+ STIGMER_BACKEND_ENDPOINT=localhost:7234",),
            ),
        ),
        fires(
            "on a host network that does not share it",
            unshared_host(configured(healthy(), backend(":0", raw="localhost:"))),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured='STIGMER_BACKEND_ENDPOINT="localhost:"',
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="it names no port",
                advice="host.docker.internal:7234 unless",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
            ),
        ),
        fires(
            "nothing was dialled",
            passive(configured(healthy(), backend(":0", raw=f"{ALIAS}:"))),
            Told(
                subject="STIGMER_BACKEND_ENDPOINT",
                measured='STIGMER_BACKEND_ENDPOINT="host.docker.internal:"',
                expected="host.docker.internal:7234",
                endpoints=("backend",),
                message="it names no port",
                advice="host.docker.internal:7234 unless",
                changes=("+ STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",),
            ),
        ),
        fires(
            "one is wrong, and of the other nothing is known",
            configured(unset(required=False), endpoint("llm", ":0", raw="http://:1", problem="it names no host")),
            Told(
                subject="STIGMER_LLM_BASE_URL",
                measured='STIGMER_LLM_BASE_URL="http://:1"',
                expected="http://host.docker.internal:11434",
                endpoints=("llm",),
                message="STIGMER_LLM_BASE_URL holds no usable address",
                advice="the address of LLM (Ollama), http://host.docker.internal:11434",
                changes=("+ STIGMER_LLM_BASE_URL=http://host.docker.internal:11434",),
            ),
            reason="STIGMER_BACKEND_ENDPOINT: it is not set",
        ),
        does_not_fire("usable ones", healthy()),
        does_not_fire("an address in brackets", variables(TEMPORAL_SERVICE_ADDRESS="[::1]:7233")),
        does_not_fire("another name", variables(TEMPORAL_SERVICE_ADDRESS="my-temporal.internal:7233")),
        does_not_fire("it is not used", without(unset(required=True), "backend")),
        not_checked(
            "nothing sets it, and its default is not known",
            unset(required=False),
            "STIGMER_BACKEND_ENDPOINT: it is not set",
        ),
        not_checked(
            "nothing sets it, and the code was not read",
            replace(unset(required=True), contract=NOT_MEASURED),
            "STIGMER_BACKEND_ENDPOINT: it is not set",
        ),
        not_checked("no configuration", replace(healthy(), configuration=NOT_MEASURED), "the test left it out"),
    ]
}


@pytest.mark.parametrize("value", REJECTED_BY_GRPCIO)
def test_what_grpcio_rejects_is_replaced_by_what_was_meant(value: str) -> None:
    finding = one(variables(STIGMER_BACKEND_ENDPOINT=value), RULE)
    assert finding.remediation.changes == (SetVariable(name="STIGMER_BACKEND_ENDPOINT", value=f"{ALIAS}:7234"),)


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
