"""Situations that stay up while one test after another only looks: bringing one up costs more than the looking."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from docker.errors import NotFound

from tests.lab.lab import RUNNER_NAME, Lab
from tests.lab.repairs import timeless
from tests.lab.scenarios import SCENARIOS

_TOPOLOGIES = ("desktop", "linux", "shared")


def looked_at(lab: Lab, name: str, bring_up: Callable[[Lab], object]) -> None:
    """Bring it up on a fresh lab, unless it still stands there, because nobody has done more than look or everything
    was put back. The home is as after a reset."""
    if lab.standing == (name, _seen(lab)):
        _clear(lab)
    else:
        lab.reset()
        bring_up(lab)
        lab.standing = (name, _seen(lab))


def at(*names: str) -> pytest.MarkDecorator:
    """The test looks at each of these scenarios, as the fixture `scene`."""
    return pytest.mark.parametrize("scene", names, indirect=True)


def ran(lab: Lab) -> set[str]:
    """The ids of what was run in the runner beside its own process, as far as the engine remembers."""
    return set(lab.engine.inspect_container(RUNNER_NAME)["ExecIDs"] or ())


def place(item: pytest.Item) -> tuple[int, str]:
    """Where a lab test stands among the others, by what it needs: each process starts few labs, and whoever looks at
    the same scenario comes in a row."""
    fixtures = set(getattr(item, "fixturenames", ()))
    called: Any = getattr(item, "callspec", None)
    scenario = str(called.params.get("scene", "")) if called else ""
    needed = {SCENARIOS[scenario].topology} if scenario else {name.removesuffix("_session") for name in fixtures}
    last = max((number for number, name in enumerate(_TOPOLOGIES) if name in needed), default=-1)
    return last, scenario


def _seen(lab: Lab) -> tuple[list[dict[str, Any]], set[str]]:
    """All containers but for what every start changes, and the services that run."""
    found = []
    for container in lab.engine.containers(all=True):
        with contextlib.suppress(NotFound):  # one that the doctor made, and is removing
            found.append(timeless(lab.engine.inspect_container(container["Id"])))
    return found, lab.services.running()


def _clear(lab: Lab) -> None:
    """Delete what is in the home but for the runner's own folder, which its container has mounted."""
    for path in lab.home.iterdir():
        if path.is_dir() and path.name != ".stigmer":
            shutil.rmtree(path)
        elif not path.is_dir():
            path.unlink()
