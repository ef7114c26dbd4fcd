"""Which containers are agent-runners: other parts of Stigmer read the same variables."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.collect.contract import assumed_contract
from stigmer_doctor.collect.target import looks_like_runner, lookup
from stigmer_doctor.model.facts import ContainerSummary, Lookup
from tests.healthy import healthy

PROFILE = profile.load()
ADDRESSES = ("STIGMER_BACKEND_ENDPOINT", "TEMPORAL_SERVICE_ADDRESS")


def is_runner(name: str, image: str, *more: str) -> bool:
    lookup = healthy().lookup
    assert isinstance(lookup, Lookup)
    found: ContainerSummary = replace(lookup.runners[0], name=name, image=image)
    return looks_like_runner((*ADDRESSES, *more), found, assumed_contract(PROFILE, ""), PROFILE)


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("stigmer-agent-runner", "sha256:0"),
        ("mine", "ghcr.io/stigmer/agent-runner:latest"),
        ("mine", "ghcr.io/somebody/stigmer-cloud/backend/services/agent-runner:1"),
        ("mine", "built-here"),
        ("stigmer-agent-runner", "stigmer-server"),
    ],
)
def test_a_runner_is_one(name: str, image: str) -> None:
    assert is_runner(name, image)


@pytest.mark.parametrize(
    ("name", "image", "variable"),
    [
        ("stigmer-workflow-runner", "sha256:0", ""),
        ("mine", "ghcr.io/somebody/stigmer-cloud/backend/services/workflow-runner:1", ""),
        ("stigmer-server", "built-here", ""),
        ("mine", "built-here", "TEMPORAL_WORKFLOW_EXECUTION_RUNNER_TASK_QUEUE"),
    ],
)
def test_another_part_is_none(name: str, image: str, variable: str) -> None:
    assert not is_runner(name, image, *filter(None, [variable]))


def test_what_was_probably_meant_comes_first() -> None:
    first = healthy().lookup
    assert isinstance(first, Lookup)

    def named(name: str, image: str = "postgres") -> ContainerSummary:
        return replace(first.runners[0], id=f"id-of-{name}", name=name, image=image)

    listed = [
        named("stigmer-agent-runner"),
        named("my-runner", PROFILE.images[0]),
        named("db"),
        named("my-runer-2"),
        named("my-rnner"),
        named("not-my-runer-at-all"),
    ]
    found = lookup("my-runer", listed, PROFILE)
    assert [other.name for other in found.runners] == ["my-runner", "stigmer-agent-runner"]
    assert [other.name for other in found.candidates] == ["my-runer-2", "my-rnner", "not-my-runer-at-all"]
