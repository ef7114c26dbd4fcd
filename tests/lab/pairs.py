"""`python -m tests.lab pairs`: pairs of snapshots between which one thing was changed, into `fixtures/pairs`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tests.lab import image
from tests.lab.lab import Lab, Runner
from tests.lab.record import taken
from tests.lab.scenarios import SCENARIOS, daemon_environment
from tests.lab.services import PORTS

FOLDER = Path(__file__).parents[2] / "fixtures" / "pairs"


@dataclass(frozen=True)
class Pair:
    """`change` changes one thing about the lab with the runner that `scenario` brought up."""

    name: str
    scenario: str
    change: Callable[[Lab, Runner], object]


def _stop(service: str) -> Callable[[Lab, Runner], object]:
    return lambda lab, _: lab.services.stop(service)


def _again(lab: Lab, runner: Runner, **more: object) -> None:
    """The same runner, started again with something else."""
    lab.engine.remove_container(runner.id, force=True)
    lab.run(**({"env": daemon_environment()} | more))  # type: ignore[arg-type] # the keywords of `run`, passed through


def _moved(lab: Lab, runner: Runner) -> None:
    _again(lab, runner, env=daemon_environment(STIGMER_LLM_BASE_URL="http://localhost:11434"))
    lab.wait_polled(Runner(lab.engine.inspect_container(runner.name)["Id"], runner.name, lab.engine))


def _crashing(lab: Lab, runner: Runner, **more: object) -> None:
    _again(lab, runner, **more)
    Runner(lab.engine.inspect_container(runner.name)["Id"], runner.name, lab.engine).wait_log("STARTUP FAILURE")


PAIRS = (
    Pair("llm-stopped", "healthy", _stop("llm")),
    Pair("address-changed", "healthy", _moved),
    Pair("host-network", "healthy", lambda lab, runner: _crashing(lab, runner, network="host")),
    Pair("image-replaced", "healthy", lambda lab, runner: _again(lab, runner, image=image.RENAMED)),
    Pair("runner-stopped", "healthy", lambda lab, runner: lab.engine.stop(runner.id, timeout=1)),
    Pair("dropped", "healthy", lambda lab, _: lab.drop(*PORTS.values())),
    Pair("linux-llm-stopped", "linux-host", _stop("llm")),
    Pair("shared-llm-stopped", "shared-host", _stop("llm")),
)


def record(names: list[str]) -> None:
    """Write the named pairs, all when none is named."""
    chosen = [pair for pair in PAIRS if not names or pair.name in names]
    for topology, pairs in groupby(chosen, lambda pair: SCENARIOS[pair.scenario].topology):
        with Lab.start(topology) as lab:
            for pair in pairs:
                lab.reset()
                runner = SCENARIOS[pair.scenario].bring_up(lab)
                _write(pair, "before", taken(lab))
                pair.change(lab, runner)
                _write(pair, "after", taken(lab))


def _write(pair: Pair, when: str, text: str) -> None:
    path = FOLDER / pair.name / f"{when}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"wrote {path.relative_to(FOLDER.parents[1])}", flush=True)
