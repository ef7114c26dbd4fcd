"""The scenarios: each brings one situation up on a fresh lab of its topology."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.lab import image
from tests.lab.lab import READY, Lab, Runner
from tests.lab.services import PORTS

ALL = tuple(PORTS)
ALIAS = "host.docker.internal"


@dataclass(frozen=True)
class Scenario:
    """`bring_up` returns the runner once the situation is there."""

    name: str
    topology: str
    description: str
    bring_up: Callable[[Lab], Runner]


def daemon_environment(**changes: str | None) -> dict[str, str]:
    """What the daemon sets, with every address at the host alias and the workspace where it is read; None removes."""
    values: dict[str, str | None] = {
        "MODE": "local",
        "STIGMER_BACKEND_ENDPOINT": f"{ALIAS}:7234",
        "TEMPORAL_SERVICE_ADDRESS": f"{ALIAS}:7233",
        "TEMPORAL_NAMESPACE": "default",
        "TASK_QUEUE": "agent_execution_runner",
        "SANDBOX_TYPE": "filesystem",
        "WORKSPACE_ROOT": "/workspace",
        "SANDBOX_ROOT_DIR": "/workspace",
        "LOG_LEVEL": "INFO",
        "STIGMER_LLM_PROVIDER": "ollama",
        "STIGMER_LLM_MODEL": "qwen2.5-coder:7b",
        "STIGMER_LLM_BASE_URL": f"http://{ALIAS}:11434",
        "STIGMER_EXECUTION_MODE": "local",
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


LOCALHOST = {
    "STIGMER_BACKEND_ENDPOINT": "localhost:7234",
    "TEMPORAL_SERVICE_ADDRESS": "localhost:7233",
    "STIGMER_LLM_BASE_URL": "http://localhost:11434",
}


def _healthy(lab: Lab) -> Runner:
    lab.services.start(*ALL)
    runner = lab.run(env=daemon_environment())
    lab.wait_polled(runner)
    return runner


def _crashing(runner: Runner) -> Runner:
    """The runner cannot reach Temporal at its start, exits, and is started again and again."""
    runner.wait_log("STARTUP FAILURE")
    return runner


def _incident(lab: Lab) -> Runner:
    """The compose file of the day."""
    lab.services.start(*ALL)
    environment = daemon_environment(
        STIGMER_BACKEND_ENDPOINT=None,
        STIGMER_BACKEND_URL=f"http://{ALIAS}:7234",
        STIGMER_LLM_BASE_URL="http://localhost:11434",
    )
    return _crashing(lab.run(network="host", env=environment))


def _incident_daemon(lab: Lab) -> Runner:
    """The daemon of the day: host networking on every platform, so that localhost is not resolved."""
    lab.services.start(*ALL)
    return _crashing(lab.run(network="host", env=daemon_environment(**LOCALHOST)))


def _report_fix(lab: Lab) -> Runner:
    """After the incident report's own fix; an execution still fails."""
    lab.services.start(*ALL)
    runner = lab.run(env=daemon_environment(STIGMER_LLM_BASE_URL="http://localhost:11434"))
    runner.wait_log(READY)
    lab.execute()
    runner.wait_log("All connection attempts failed")
    return runner


def _down(service: str) -> Callable[[Lab], Runner]:
    def bring_up(lab: Lab) -> Runner:
        runner = _healthy(lab)
        lab.services.stop(service)
        return runner

    return bring_up


def _llm(image_name: str, set_name: str, unset_name: str) -> Callable[[Lab], Runner]:
    def bring_up(lab: Lab) -> Runner:
        lab.services.start(*ALL)
        environment = daemon_environment(**{unset_name: None, set_name: f"http://{ALIAS}:11434"})
        runner = lab.run(image=image_name, env=environment)
        lab.wait_polled(runner)
        return runner

    return bring_up


def _both_names(lab: Lab) -> Runner:
    """As later daemons do: the LLM address under both names."""
    lab.services.start(*ALL)
    runner = lab.run(image=image.RENAMED, env=daemon_environment(OLLAMA_BASE_URL=f"http://{ALIAS}:11434"))
    lab.wait_polled(runner)
    return runner


def _black_hole(lab: Lab) -> Runner:
    runner = _healthy(lab)
    lab.drop(*PORTS.values())
    return runner


def _no_interpreter(lab: Lab) -> Runner:
    """Nor has any other image of the engine one."""
    lab.services.start(*ALL)
    lab.forget_images()
    return lab.run(image=image.NO_INTERPRETER, env=daemon_environment())


def _stopped(lab: Lab) -> Runner:
    runner = _healthy(lab)
    lab.engine.stop(runner.id, timeout=1)
    return runner


def _created(lab: Lab) -> Runner:
    lab.services.start(*ALL)
    return lab.run(env=daemon_environment(), start=False)


def _paused(lab: Lab) -> Runner:
    runner = _healthy(lab)
    lab.engine.pause(runner.id)
    return runner


def _network_none(lab: Lab) -> Runner:
    lab.services.start(*ALL)
    return _crashing(lab.run(network="none", env=daemon_environment()))


def _invalid_setting(lab: Lab) -> Runner:
    lab.services.start(*ALL)
    return _crashing(lab.run(env=daemon_environment(STIGMER_EXECUTION_MODE="everywhere")))


def _linux_host(lab: Lab) -> Runner:
    lab.services.start(*ALL)
    runner = lab.run(network="host", env=daemon_environment(**LOCALHOST))
    lab.wait_polled(runner)
    return runner


def _linux_bridge(lab: Lab) -> Runner:
    lab.services.start(*ALL)
    return _crashing(lab.run(env=daemon_environment()))


def _no_forwarding(lab: Lab) -> Runner:
    lab.services.start(*ALL)
    lab.forward_loopback(False)
    return _crashing(lab.run(env=daemon_environment()))


def _linux_mapped(lab: Lab) -> Runner:
    lab.services.start(*ALL)
    return _crashing(lab.run(env=daemon_environment(), extra_hosts={ALIAS: "host-gateway"}))


def _linux_firewall(lab: Lab) -> Runner:
    lab.services.start(*ALL)
    lab.drop_bridges()
    return lab.run(env=daemon_environment(), extra_hosts={ALIAS: "host-gateway"})


def _alias_elsewhere(lab: Lab) -> Runner:
    """The alias is mapped to another machine, where something answers on the same ports."""
    lab.services.start(*ALL)
    return lab.run(env=daemon_environment(), extra_hosts={ALIAS: lab.squat(*PORTS.values())})


def _proxied(**more: str) -> Callable[[Lab], Runner]:
    def bring_up(lab: Lab) -> Runner:
        lab.services.start(*ALL)
        runner = lab.run(env=daemon_environment(http_proxy=f"http://proxy:s3cret@{lab.addresses.user}:3128", **more))
        lab.wait_polled(runner)
        return runner

    return bring_up


_LLM, _OLLAMA = "STIGMER_LLM_BASE_URL", "OLLAMA_BASE_URL"

SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("healthy", "desktop", "bridge, every address right, everything answers", _healthy),
        Scenario("incident", "desktop", "host network, STIGMER_BACKEND_URL, LLM at localhost", _incident),
        Scenario("incident-daemon", "desktop", "host network, every address at localhost", _incident_daemon),
        Scenario("report-fix", "desktop", "after the incident report's fix: LLM still at localhost", _report_fix),
        Scenario("backend-down", "desktop", "the backend is stopped", _down("backend")),
        Scenario("temporal-down", "desktop", "Temporal is stopped", _down("temporal")),
        Scenario("llm-down", "desktop", "Ollama is stopped", _down("llm")),
        Scenario(
            "llm-renamed", "desktop", "a newer image with the old LLM variable", _llm(image.RENAMED, _LLM, _OLLAMA)
        ),
        Scenario(
            "llm-old-name", "desktop", "an older image with the new LLM variable", _llm(image.PYTHON, _OLLAMA, _LLM)
        ),
        Scenario("llm-both-names", "desktop", "a newer image with both LLM variables", _both_names),
        Scenario("black-hole", "desktop", "what goes to the three ports is dropped", _black_hole),
        Scenario("no-interpreter", "desktop", "an image without Python", _no_interpreter),
        Scenario("stopped", "desktop", "a runner that was stopped", _stopped),
        Scenario("created", "desktop", "a runner that was never started", _created),
        Scenario("paused", "desktop", "a paused runner", _paused),
        Scenario("network-none", "desktop", "a runner without a network", _network_none),
        Scenario("invalid-setting", "desktop", "an execution mode that does not exist", _invalid_setting),
        Scenario("linux-host", "linux", "host network, localhost: right on a native engine", _linux_host),
        Scenario("no-forwarding", "desktop", "the engine does not forward to the user's loopback", _no_forwarding),
        Scenario("alias-elsewhere", "desktop", "the host alias mapped to another machine", _alias_elsewhere),
        Scenario("proxy", "desktop", "http_proxy set, and no_proxy not", _proxied()),
        Scenario("no-proxy", "desktop", "http_proxy and the right no_proxy", _proxied(no_proxy=f"localhost,{ALIAS}")),
        Scenario("shared-host", "shared", "host network where the engine shares the user's loopback", _linux_host),
        Scenario("linux-mapped", "linux", "bridge, the host alias mapped, services on the loopback", _linux_mapped),
        Scenario("linux-firewall", "linux", "a firewall drops what comes from bridges", _linux_firewall),
        Scenario("linux-bridge", "linux", "bridge, the host alias not mapped", _linux_bridge),
    )
}
