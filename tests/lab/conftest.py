"""One engine a topology for the whole session, started when the first test asks for it, reset for each but for those
that only look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.lab import Lab
from tests.lab.scenarios import SCENARIOS
from tests.lab.standing import looked_at


def _session(topology: str) -> Iterator[Lab]:
    with Lab.start(topology) as lab:
        yield lab


@pytest.fixture(scope="session")
def desktop_session() -> Iterator[Lab]:
    yield from _session("desktop")


@pytest.fixture(scope="session")
def linux_session() -> Iterator[Lab]:
    yield from _session("linux")


@pytest.fixture(scope="session")
def shared_session() -> Iterator[Lab]:
    yield from _session("shared")


@pytest.fixture
def shared(shared_session: Lab) -> Lab:
    """A machine whose engine in a VM shares its network."""
    shared_session.reset()
    return shared_session


@pytest.fixture
def desktop(desktop_session: Lab) -> Lab:
    """A user's machine whose engine is in a VM."""
    desktop_session.reset()
    return desktop_session


@pytest.fixture
def linux(linux_session: Lab) -> Lab:
    """A native Linux machine."""
    linux_session.reset()
    return linux_session


@pytest.fixture
def scene(request: pytest.FixtureRequest) -> Lab:
    """The lab in the scenario that the parameter names, at which the test only looks: see `standing.at`."""
    scenario = SCENARIOS[request.param]
    lab: Lab = request.getfixturevalue(f"{scenario.topology}_session")
    looked_at(lab, scenario.name, scenario.bring_up)
    return lab
