"""An engine in memory whose containers can be changed, a runner on it, and the doctor at work on that."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import unquote

from stigmer_doctor.adapters.docker.container_manager import DockerContainerManager
from stigmer_doctor.adapters.docker.limits import Deadlines
from stigmer_doctor.fix.context import FixContext, FixOptions
from stigmer_doctor.fix.result import FixResult
from stigmer_doctor.fix.run import Fixer
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.container import Compose
from stigmer_doctor.model.engine_ports import ContainerManager
from stigmer_doctor.model.errors import DoctorError, NotFound
from stigmer_doctor.model.fixes import Journal, Plan
from stigmer_doctor.model.inspected import InspectedImage
from stigmer_doctor.model.ports import Json
from stigmer_doctor.model.questions import TemporalQuestion
from tests import fakes
from tests.fix.test_container_transaction import Files

OLD, NEW, NAME = fakes.RUNNER_ID, "e" * 64, "stigmer-agent-runner"
ID_FILE = "~/.stigmer/data/agent-runner-container.id"
STARTED, SEEN = "2026-01-22T03:27:10Z", "2026-01-22T03:27:20Z"
READY = b"2026-01-22T03:27:12.000Z 2026-01-22 03:27:12,000 - root - INFO - Worker ready, polling for tasks...\n"
GONE = "gone"
"""The id of an image that was deleted."""


@dataclass
class World(fakes.FakeEngine):
    """An engine whose containers can be changed. `tag` is the image that the runner's tag means; `broken` names a
    change that fails, once; in a `dead` container the worker does not start; `sharing` are names of other containers,
    of which the first two use the runner's network."""

    log: bytes = READY
    tag: str = "sha256:" + "b" * 64
    broken: str = ""
    dead: bool = False
    sharing: tuple[str, ...] = ()
    done: list[str] = field(default_factory=list)

    def manager(self) -> ContainerManager:
        return DockerContainerManager(cast("Any", Session(self)), contextlib.nullcontext)

    def image(self, image_id: str) -> InspectedImage:
        return InspectedImage(id=self.image_id(image_id))

    def image_id(self, name_or_id: str) -> str:
        if name_or_id == GONE:
            raise NotFound("no such image")
        return self.tag if name_or_id == "stigmer-agent-runner:local" else name_or_id

    def found(self, name_or_id: str) -> dict[str, Any]:
        """A container as the engine has it."""
        return self.inspect[super().container(name_or_id).id]


@dataclass
class Session:
    """The engine's API: what it is told to change is changed in the world."""

    world: World
    times: Deadlines = field(default_factory=lambda: Deadlines(10))

    def get(self, path: str, **_: object) -> Any:
        kind, name, *what = path.strip("/").split("/")
        if kind == "images":
            return {"Id": self.world.image_id(unquote(name)), "Config": {}}
        if name == "json":
            return self._listed()
        return copy.deepcopy(self.world.found(unquote(name))) if what == ["json"] else []

    def do(self, method: str, path: str, body: Any = None, **parameters: Any) -> Any:
        kind, name, *rest = path.strip("/").split("/")
        if kind == "networks":
            return self._told(f"connect {name}")
        if name == "create":
            return self._create(body, parameters["name"])
        what = rest[0] if rest else method
        return getattr(self, f"_{what.lower()}")(unquote(name), body, parameters)

    def _told(self, what: str) -> None:
        self.world.done.append(what)
        if what == self.world.broken:
            self.world.broken = ""
            raise DoctorError(f"{what} failed")

    def _listed(self) -> list[Json]:
        modes = [f"container:{OLD}", f"container:{NAME}", "bridge"]
        others = zip(self.world.sharing, modes, strict=False)
        return [{"Names": [f"/{name}"], "HostConfig": {"NetworkMode": mode}} for name, mode in others]

    def _create(self, body: Json, name: str) -> Json:
        self._told("create")
        made = copy.deepcopy(self.world.inspect[OLD])
        config = {key: value for key, value in body.items() if key not in ("HostConfig", "NetworkingConfig")}
        made |= {"Id": NEW, "Name": f"/{name}", "Config": {**config, "Hostname": NEW[:12]}}
        made |= {"HostConfig": copy.deepcopy(body["HostConfig"]), "State": {"Status": "created"}}
        self.world.inspect[NEW] = made
        return made

    def _start(self, container_id: str, *_: Any) -> None:
        self._told("start")
        self.world.inspect[container_id]["State"] = {"Status": "running", "StartedAt": STARTED}

    def _stop(self, container_id: str, *_: Any) -> None:
        self._told("stop")
        self.world.inspect[container_id]["State"]["Status"] = "exited"

    def _rename(self, container_id: str, _: Any, parameters: Json) -> None:
        name = parameters["name"]
        self._told(f"rename to {name.partition('.')[0]}")
        self.world.inspect[container_id]["Name"] = f"/{name}"

    def _update(self, container_id: str, body: Json, _: Any) -> None:
        self._told("policy")
        self.world.inspect[container_id]["HostConfig"]["RestartPolicy"] = body["RestartPolicy"]

    def _delete(self, container_id: str, *_: Any) -> None:
        self._told("remove")
        del self.world.inspect[str(self.world.found(container_id)["Id"])]


@dataclass
class Clients(fakes.FakeClients):
    """Temporal lists the worker of every container that runs."""

    world: World = field(default_factory=World)
    models: tuple[str, ...] = ("qwen2.5-coder:7b",)
    lost: bool = False
    """Whether the LLM does not answer."""

    def temporal(
        self,
        port: int,  # noqa: ARG002 - the port's signature
        authority: str,  # noqa: ARG002 - as above
        question: TemporalQuestion,
        *,
        timeout: float,  # noqa: ARG002 - as above
        padding: int = 0,  # noqa: ARG002 - as above
    ) -> f.TemporalAnswer:
        running = [found for found in self.world.inspect.values() if found["State"]["Status"] == "running"]
        pollers = tuple(
            f.Poller(identity=f"1@{found['Config']['Hostname']}", last_access=SEEN, kinds=("workflow", "activity"))
            for found in running
            if not (self.world.dead and found["Id"] == NEW)
        )
        return f.TemporalAnswer(
            answered=f.Answered.YES,
            namespace=question.namespace,
            task_queue=question.task_queue,
            namespace_exists=True,
            pollers=pollers,
        )

    def llm(self, port: int, url: str, *, timeout: float, padding: int = 0) -> f.LlmAnswer:  # noqa: ARG002 - the port's signature
        answered = f.Answered.TIMED_OUT if self.lost else f.Answered.YES
        return f.LlmAnswer(answered=answered, status=200, models=self.models)


@dataclass
class Store:
    kept: dict[str, Journal] = field(default_factory=dict)

    def save(self, journal: Journal) -> None:
        self.kept[journal.id] = journal

    def journals(self) -> list[Journal]:
        return list(self.kept.values())

    def unreadable(self) -> list[str]:
        return []

    def forget(self, journal: Journal) -> None:
        del self.kept[journal.id]

    @contextlib.contextmanager
    def locked(self, container: str) -> Iterator[None]:  # noqa: ARG002 - the port's signature
        yield


@dataclass
class Refusing(Files):
    """Files that cannot be written where it `refuses`."""

    refuses: bool = False

    def write(self, path: str, data: bytes) -> None:
        if self.refuses:
            raise DoctorError(f"{path} cannot be written")
        super().write(path, data)


class NoCompose:
    def check(self, owner: Compose) -> str:
        return f"compose is not installed, for {owner.service}"

    def up(self, owner: Compose) -> None:
        raise NotImplementedError


class Case:
    """A runner in a world, and the doctor at work on it."""

    def __init__(self, *, consent: bool = True, **variables: str) -> None:
        self.world = World(inspect={OLD: fakes.inspected(**variables)})
        self.clients = Clients(world=self.world)
        self.said, self.shown, self.store = list[str](), list[Plan](), Store()
        self.files, self.user = Refusing({ID_FILE: OLD.encode()}), fakes.FakeUserMachine()
        self.consent, self.asked = consent, list[str]()
        ports = fakes.ports(fakes.FakeSource(self.world), clients=self.clients, user=self.user)
        self.fixer = Fixer(
            FixContext(
                collect_options=fakes.collect_options(),
                ports=ports,
                state=self.store,
                files=self.files,
                compose=NoCompose(),
                uncommitted=lambda _: False,
                say=self.said.append,
                show=self.shown.append,
            )
        )

    def fix(self, **options: Any) -> FixResult:
        return self.fixer.fix(FixOptions(consent=self._consent, wait_s=0, **options))

    def _consent(self, question: str) -> bool:
        self.asked.append(question)
        return self.consent

    def journal(self) -> Journal:
        (found,) = self.store.kept.values()
        return found

    def old(self) -> dict[str, Any]:
        return self.world.inspect[OLD]


def misnamed(*, consent: bool = True) -> Case:
    """The backend's address is set under a name that nothing reads."""
    case = Case(consent=consent, STIGMER_BACKEND_URL="http://host.docker.internal:7234")
    environment = case.old()["Config"]["Env"]
    case.old()["Config"]["Env"] = [pair for pair in environment if not pair.startswith("STIGMER_BACKEND_ENDPOINT=")]
    return case
