"""Small runners that are executed: what their clients are constructed with is compared with what the contract says."""

from __future__ import annotations

import itertools
import os
import sys
import types
from typing import Any
from unittest import mock

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.collect.addresses import parse_address
from stigmer_doctor.collect.configuration import configuration
from stigmer_doctor.collect.contract import contract_of
from stigmer_doctor.model import facts as f
from stigmer_doctor.probe.contract import read_contract
from tests.healthy import environment, healthy

PROFILE = profile.load()
BACKEND, LLM = "STIGMER_BACKEND_ENDPOINT", "OLLAMA_BASE_URL"
HEAD = "import os\nimport grpc\nfrom langchain_ollama import ChatOllama\n"
CERTAIN = (f.Origin.ENVIRONMENT, f.Origin.DEFAULT, f.Origin.LITERAL)

SHAPES = {
    "branches": """
def load():
    mode = os.getenv("MODE", "cloud")
    if mode == "local":
        default = "near:1"
    elif mode == "cloud":
        default = "far:2"
    return os.getenv("STIGMER_BACKEND_ENDPOINT", default)
grpc.insecure_channel(load())
""",
    "or_chain": """
ChatOllama(base_url=os.getenv("OLLAMA_BASE_URL") or os.getenv("STIGMER_LLM_BASE_URL") or "http://end:3")
""",
    "handed_over": """
ChatOllama(base_url=os.getenv("OLLAMA_BASE_URL", "http://end:3"))
""",
    "replaced": """
target = os.getenv("STIGMER_BACKEND_ENDPOINT", "")
if not target:
    target = "end:3"
grpc.insecure_channel(target)
""",
    "keywords": """
def make(model, **more):
    more.setdefault("base_url", os.getenv("OLLAMA_BASE_URL", "http://end:3"))
    return ChatOllama(model=model, **more)
make("m")
""",
    "derived": """
class Base:
    default = "base:1"
    @property
    def address(self):
        return os.getenv("STIGMER_BACKEND_ENDPOINT", self.default)
class Near(Base):
    default = "near:2"
class Far(Base):
    default = "far:3"
config = Near() if os.getenv("MODE") == "local" else Far()
grpc.insecure_channel(config.address)
""",
    "filled": """
class Settings:
    stigmer_backend_endpoint: str = "end:3"
    def __init__(self):
        for name in self.__annotations__:
            setattr(self, name, os.environ.get(name.upper(), getattr(self, name)))
grpc.insecure_channel(Settings().stigmer_backend_endpoint)
""",
    "parts": """
host, port = os.getenv("BACKEND_HOST", "end"), os.getenv("BACKEND_PORT", "3")
grpc.insecure_channel(os.getenv("STIGMER_BACKEND_ENDPOINT") or f"{host}:{port}")
""",
    "and_or": """
default = os.getenv("MODE") == "local" and "near:1" or "far:2"
grpc.insecure_channel(os.getenv("STIGMER_BACKEND_ENDPOINT", default))
""",
    "copy": """
settings = {**{"STIGMER_BACKEND_ENDPOINT": "end:3"}, **os.environ}
grpc.insecure_channel(settings["STIGMER_BACKEND_ENDPOINT"])
""",
}


def ollama(base_url: str | None, **_: Any) -> str:
    """As the real client has it: no address, or an empty one, leaves it to the variable of the library."""
    return base_url or os.getenv("OLLAMA_HOST") or "http://127.0.0.1:11434"


def dialled(code: str, variables: dict[str, str]) -> dict[str, str]:
    """The address that each client is constructed with, when the code is run."""
    found: dict[str, str] = {}
    libraries = {name: types.ModuleType(name) for name in ("grpc", "langchain_ollama")}
    setattr(libraries["grpc"], "insecure_channel", lambda target: found.update(backend=target))  # noqa: B010
    setattr(libraries["langchain_ollama"], "ChatOllama", lambda **given: found.update(llm=ollama(**given)))  # noqa: B010
    with mock.patch.dict(sys.modules, libraries), mock.patch.dict(os.environ, variables, clear=True):
        exec(compile(code, "main.py", "exec"), {"__name__": "__main__"})
    return found


def environments() -> list[dict[str, str]]:
    values = [None, "", "http://set:4"]
    modes = [None, "local", "cloud"]
    found = []
    for mode, backend, llm in itertools.product(modes, [None, "", "set:4"], values):
        pairs = {"MODE": mode, BACKEND: backend, LLM: llm, "STIGMER_LLM_BASE_URL": "http://second:5" if mode else None}
        found.append({name: value for name, value in pairs.items() if value is not None})
    return found


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_no_address_is_claimed_that_the_code_does_not_dial(shape: str) -> None:
    code = HEAD + SHAPES[shape]
    contract = contract_of(read_contract({"main.py": code.encode()}))
    container = healthy().container
    assert isinstance(container, f.Container)
    for variables in environments():
        known = configuration(replace(container, environment=environment(**variables)), contract, PROFILE)
        for name, address in dialled(code, variables).items():
            claimed, service = (
                known.endpoint(name),
                next(endpoint for endpoint in PROFILE.endpoints if endpoint.name == name),
            )
            assert claimed is not None
            truth = parse_address(address, service)
            if claimed.origin in CERTAIN and claimed.raw and not truth.problem:
                assert (claimed.host, claimed.port) == (truth.host, truth.port), variables
            if claimed.origin is f.Origin.ENVIRONMENT and not claimed.raw:
                assert address == "", variables


@pytest.mark.parametrize("shape", ["branches", "derived", "and_or", "or_chain", "keywords", "handed_over"])
def test_what_is_plain_is_claimed(shape: str) -> None:
    code = HEAD + SHAPES[shape]
    contract = contract_of(read_contract({"main.py": code.encode()}))
    container = healthy().container
    assert isinstance(container, f.Container)
    container = replace(container, environment=environment(MODE="local"))
    for name, address in dialled(code, {"MODE": "local"}).items():
        claimed = configuration(container, contract, PROFILE).endpoint(name)
        assert claimed is not None
        assert (claimed.raw, claimed.origin) == (address, f.Origin.DEFAULT)
