"""A file of variables beside the runner's code: in force where the environment sets nothing."""

from __future__ import annotations

from stigmer_doctor.collect.variable_files import laid_under
from stigmer_doctor.model import facts as f
from stigmer_doctor.redaction.redactor import SecretRedactor
from tests.collect.test_configuration import backend_of, grpc_use

CONTRACT = f.Contract(
    source=f.ContractSource.IMAGE,
    reads=(
        f.Read(name="STIGMER_BACKEND_ENDPOINT", default="localhost:50051", locator="config.py:3"),
        f.Read(name="STIGMER_API_KEY", required=True),
        f.Read(name="TEMPORAL_NAMESPACE", default="default"),
    ),
)


def row(name: str, value: str, line: int) -> dict[str, object]:
    return {"name": name, "value": value, "locator": f".env:{line}"}


def test_the_files_values_take_the_place_of_the_codes_defaults_and_secrets_are_hidden() -> None:
    rows = [row("STIGMER_BACKEND_ENDPOINT", "b:7234", 1), row("STIGMER_API_KEY", "correct-horse", 2)]
    backend, key, namespace = laid_under(CONTRACT, rows, SecretRedactor(["STIGMER_BACKEND_ENDPOINT"])).reads
    assert (backend.default, backend.locator) == ("b:7234", ".env:1")
    assert key.default
    assert "horse" not in key.default
    assert not key.required
    assert namespace == CONTRACT.reads[2]
    assert laid_under(CONTRACT, (), SecretRedactor([])) is CONTRACT


def test_what_the_container_sets_goes_before_the_file() -> None:
    assert backend_of(grpc_use(), "b:7234").origin is f.Origin.DEFAULT
    assert backend_of(grpc_use(), "b:7234", STIGMER_BACKEND_ENDPOINT="c:1").address == "c:1"
