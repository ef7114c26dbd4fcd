"""After `fix --yes`: what the doctor says then, and whether it had fixed what an execution needs."""

from __future__ import annotations

from tests.lab import image
from tests.lab.lab import Lab, Runner
from tests.lab.reality.case import FAILED, Bring, Case, Setup
from tests.lab.scenarios import ALIAS, LOCALHOST

_LLM, _BACKEND = "STIGMER_LLM_BASE_URL", "STIGMER_BACKEND_ENDPOINT"
_COMPOSE = {_BACKEND: None, "STIGMER_BACKEND_URL": f"http://{ALIAS}:7234", _LLM: LOCALHOST[_LLM]}
"""The variables of the incident's day, on the host network."""


def _fixed(setup: Setup, exit_code: int) -> Bring:
    """The situation once it was fixed, or once the doctor has said that it cannot be."""

    def bring_up(lab: Lab) -> Runner | None:
        setup(lab)
        done = lab.doctor("fix", "--yes", timeout=240)
        if done.returncode != exit_code:
            raise RuntimeError(f"fix ended with {done.returncode}:\n{done.stdout[-1000:]}\n{done.stderr[-1000:]}")
        return None

    return bring_up


def _incident(tag: str, until: str = FAILED) -> Setup:
    return Setup(_COMPOSE, image=tag, network="host", until=until)


REPAIRED = (
    Case("literal-incident-fixed", ("SD201", "SD301"), _fixed(_incident(image.LITERAL), 1), may=("SD607",)),
    Case("literal-bridge-fixed", ("SD607",), _fixed(Setup(image=image.LITERAL), 1)),
    Case("older-incident-fixed", (), _fixed(_incident(image.PYTHON), 0), works=True),
    Case("newer-incident-fixed", (), _fixed(_incident(image.RENAMED), 0), works=True),
    Case("newer-compose-fixed", (), _fixed(Setup({_LLM: None}, image=image.RENAMED), 0), works=True),
    Case("read-only-fixed", (), _fixed(Setup({"SANDBOX_ROOT_DIR": None}, read_only=True), 0), works=True),
    Case(
        "linux-unmapped-fixed",
        (),
        _fixed(Setup(bind="0.0.0.0", until=FAILED), 0),
        works=True,
        topology="linux",
    ),
)
