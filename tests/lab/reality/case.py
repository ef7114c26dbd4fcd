"""What a scenario of this package is: a runner in a situation, its causes, and whether an execution succeeds there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.lab import image
from tests.lab.lab import READY, Lab, Runner
from tests.lab.scenarios import ALL, daemon_environment

FAILED = "STARTUP FAILURE"
Action = Callable[[Lab], None]
Bring = Callable[[Lab], "Runner | None"]


def nothing(_: Lab) -> None: ...


@dataclass(frozen=True)
class Case:
    """`causes` are the codes that have to be named; `A|B` where either is right. `may` are codes that may be named as
    well, `never` those that would be wrong even as a warning. `works` is what an execution has to show, and what the
    verdict is compared with. `forbidden` are requests that the engine refuses the doctor; `unmeasurable` where so many
    are that it cannot know and has to say so."""

    name: str
    causes: tuple[str, ...]
    bring_up: Bring
    works: bool = False
    topology: str = "desktop"
    may: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    unmeasurable: bool = False
    compare: bool = True
    executions: int = 1


@dataclass(frozen=True)
class Setup:
    """A daemon's container: what differs from the one that works. `until` is what its log says before one looks."""

    changes: Mapping[str, str | None] = field(default_factory=dict)
    image: str = image.PYTHON
    network: str = "bridge"
    services: tuple[str, ...] = ALL
    bind: str = ""
    hosts: Mapping[str, str] = field(default_factory=dict)
    read_only: bool = False
    until: str | None = READY
    before: Action = nothing
    after: Action = nothing

    def __call__(self, lab: Lab) -> Runner:
        lab.services.start(*self.services, bind=self.bind)
        self.before(lab)
        environment = daemon_environment(**self.changes)
        runner = lab.run(
            image=self.image,
            network=self.network,
            env=environment,
            extra_hosts=self.hosts,
            host_config={"read_only": self.read_only},
        )
        if self.until:
            runner.wait_log(self.until, timeout=120)
        self.after(lab)
        return runner
