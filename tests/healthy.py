"""One healthy runner (bridge network, everything on the user's machine answers), for tests to vary with `replace()`."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.topology import BeaconOutcome, Route, RouteNetwork, Topology

NOT_MEASURED = f.NotMeasured(reason="the test left it out")
ALIAS = "host.docker.internal"
ALIAS_ADDRESS = "198.18.0.1"
PORTS = {"backend": 7234, "temporal": 7233, "llm": 11434}


def dial(host: str, port: int, outcome: f.Outcome = f.Outcome.CONNECTED, address: str = ALIAS_ADDRESS) -> f.Dial:
    return f.Dial(host=host, address=address, port=port, outcome=outcome, latency_ms=0.4)


def endpoint(
    name: str,
    address: str,
    *,
    origin: f.Origin = f.Origin.ENVIRONMENT,
    variable: str = "",
    raw: str = "",
    **more: object,
) -> f.Endpoint:
    """The named endpoint of the runner at `host:port`."""
    host, _, port = address.rpartition(":")
    titles = {"backend": "Stigmer backend", "temporal": "Temporal", "llm": "LLM (Ollama)"}
    variables = {
        "backend": "STIGMER_BACKEND_ENDPOINT",
        "temporal": "TEMPORAL_SERVICE_ADDRESS",
        "llm": "STIGMER_LLM_BASE_URL",
    }
    protocols = {"backend": f.Protocol.GRPC, "temporal": f.Protocol.TEMPORAL, "llm": f.Protocol.OLLAMA}
    made = f.Endpoint(
        name=name,
        title=titles[name],
        protocol=protocols[name],
        variable=variable or variables[name],
        raw=raw or (f"http://{address}" if name == "llm" else address),
        origin=origin,
        host=host,
        port=int(port),
        standard_port=PORTS[name],
        scheme="http" if name == "llm" else "",
        locator="worker/config.py:40",
    )
    return replace(made, **more)


def environment(**values: str) -> tuple[f.Variable, ...]:
    return tuple(f.Variable(name=name, value=value) for name, value in values.items())


BRIEF = f.ContainerSummary(
    id="a" * 64,
    name="stigmer-agent-runner",
    image="stigmer-agent-runner:local",
    state="running",
    created="2026-01-22T03:00:00Z",
)


def healthy() -> f.Facts:
    """Facts of a runner with nothing wrong."""
    endpoints = tuple(endpoint(name, f"{ALIAS}:{port}") for name, port in PORTS.items())
    return f.Facts(
        tool_version="0.0.0-test",
        collected_at="2026-01-22T03:27:23Z",
        search=f.EngineSearch(endpoint="unix:///var/run/docker.sock", source="default", local=True),
        engine=f.Engine(
            version="28.2.2",
            api_version="1.50",
            operating_system="Docker Desktop",
            name="docker-desktop",
            kernel="6.10.14-linuxkit",
            architecture="aarch64",
        ),
        lookup=f.Lookup(asked=BRIEF.name, match=f.Match.FOUND, runners=(BRIEF,)),
        container=_container(),
        data_dir=f.DataDir(path="~/.stigmer/data", id_file="agent-runner-container.id", recorded_id=BRIEF.id),
        logs=f.Logs(lines=("2026-01-22 03:00:03,000 - root - INFO - Worker ready, polling for tasks...",)),
        contract=_contract(),
        configuration=f.Configuration(endpoints=endpoints, settings=_settings()),
        container_reach=_container_reach(),
        user_reach=_user_reach(),
        listeners=f.Listeners(
            ports=tuple(PORTS.values()),
            items=(
                f.Listener(address="::", port=7234, process="stigmer-server"),
                f.Listener(address="127.0.0.1", port=7233, process="temporal"),
                f.Listener(address="127.0.0.1", port=11434, process="ollama"),
            ),
        ),
        inside=f.Inside(
            python="3.11.7", uid=1000, docker_socket=f.SocketProbe(path="/var/run/docker.sock", exists=True)
        ),
        backend=f.BackendAnswer(answered=f.Answered.YES, status="UNIMPLEMENTED", latency_ms=12.0),
        temporal=_temporal(),
        llm=f.LlmAnswer(answered=f.Answered.YES, status=200, models=("qwen2.5-coder:7b",)),
        user_system=f.UserSystem(
            system="Darwin",
            release="macOS 15.4",
            kernel="24.4.0",
            architecture="arm64",
            routes=(f.KernelRoute(network="198.18.200.0/24", interface="en0"),),
        ),
        topology=_topology(),
    )


def _container() -> f.Container:
    variables = environment(
        MODE="local",
        STIGMER_BACKEND_ENDPOINT=f"{ALIAS}:7234",
        TEMPORAL_SERVICE_ADDRESS=f"{ALIAS}:7233",
        TEMPORAL_NAMESPACE="default",
        TASK_QUEUE="agent_execution_runner",
        SANDBOX_TYPE="filesystem",
        SANDBOX_ROOT_DIR="/workspace",
        WORKSPACE_ROOT="/workspace",
        LOG_LEVEL="INFO",
        STIGMER_LLM_PROVIDER="ollama",
        STIGMER_LLM_MODEL="qwen2.5-coder:7b",
        STIGMER_LLM_BASE_URL=f"http://{ALIAS}:11434",
        STIGMER_EXECUTION_MODE="local",
    )
    return f.Container(
        id=BRIEF.id,
        name=BRIEF.name,
        image=BRIEF.image,
        image_id="sha256:" + "b" * 64,
        created=BRIEF.created,
        state=f.State(status="running", started_at="2026-01-22T03:00:01Z", health="healthy"),
        restart_policy="unless-stopped",
        restart_count=0,
        network_mode="bridge",
        networks=(
            f.Network(
                name="bridge",
                driver="bridge",
                internal=False,
                address="198.18.4.2",
                gateway="198.18.4.1",
                subnets=("198.18.4.0/24",),
            ),
        ),
        hostname="a" * 12,
        user="stigmer",
        working_dir="/app",
        argv=("/app/.venv/bin/python", "main.py"),
        environment=variables,
        mounts=(
            f.Mount(type="bind", source="/home/me/.stigmer/data/workspace", destination="/workspace", writable=True),
        ),
    )


def _container_reach() -> f.Reach:
    return f.Reach(
        vantage=f.Vantage.CONTAINER,
        resolutions=(
            f.Resolution(host=ALIAS, addresses=(ALIAS_ADDRESS,)),
            f.Resolution(host="localhost", addresses=("::1", "127.0.0.1")),
            f.Resolution(host="127.0.0.1", addresses=("127.0.0.1",)),
        ),
        dials=(
            *(dial(ALIAS, port) for port in PORTS.values()),
            *(dial("127.0.0.1", port, f.Outcome.REFUSED, "127.0.0.1") for port in PORTS.values()),
        ),
    )


def _user_reach() -> f.Reach:
    return f.Reach(
        vantage=f.Vantage.USER,
        resolutions=(
            f.Resolution(host="127.0.0.1", addresses=("127.0.0.1",)),
            f.Resolution(host="::1", addresses=("::1",)),
        ),
        dials=(
            *(dial("127.0.0.1", port, address="127.0.0.1") for port in PORTS.values()),
            *(dial("::1", port, f.Outcome.REFUSED, "::1") for port in PORTS.values()),
        ),
    )


def _temporal() -> f.TemporalAnswer:
    return f.TemporalAnswer(
        answered=f.Answered.YES,
        namespace="default",
        task_queue="agent_execution_runner",
        server_version="1.29.1",
        namespace_exists=True,
        pollers=(
            f.Poller(identity=f"1@{'a' * 12}", last_access="2026-01-22T03:27:20Z", kinds=("workflow", "activity")),
        ),
        server=f.ServerQueue(
            name="agent_execution_stigmer",
            pollers=(f.Poller(identity="70@devbox", last_access="2026-01-22T03:27:21Z", kinds=("workflow",)),),
        ),
    )


def _topology() -> Topology:
    return Topology(
        routes=(
            Route(
                network=RouteNetwork.OWN,
                name=ALIAS,
                address=ALIAS_ADDRESS,
                listener="127.0.0.1",
                outcome=BeaconOutcome.REACHED,
                latency_ms=0.6,
            ),
        ),
        listened=("127.0.0.1", "::1"),
    )


def _contract() -> f.Contract:
    where = "worker/config.py:{}".format
    return f.Contract(
        source=f.ContractSource.IMAGE,
        reads=(
            f.Read(name="MODE", default="cloud", locator=where(10)),
            f.Read(name="STIGMER_BACKEND_ENDPOINT", default="localhost:50051", when="local", locator=where(20)),
            f.Read(name="STIGMER_BACKEND_ENDPOINT", default="localhost:8080", when="cloud", locator=where(30)),
            f.Read(name="TEMPORAL_SERVICE_ADDRESS", default="localhost:7233", locator=where(40)),
            f.Read(name="TEMPORAL_NAMESPACE", default="default", locator=where(41)),
            f.Read(
                name="TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE", default="agent_execution_runner", locator=where(42)
            ),
            f.Read(name="TEMPORAL_MAX_CONCURRENCY", default="10", locator=where(43)),
            f.Read(name="STIGMER_API_KEY", default="dummy-local-key", when="local", locator=where(44)),
            f.Read(name="STIGMER_API_KEY", required=True, when="cloud", locator=where(45)),
            f.Read(name="SANDBOX_TYPE", default="filesystem", locator=where(46)),
            f.Read(name="SANDBOX_ROOT_DIR", default="./workspace", locator=where(47)),
            f.Read(name="STIGMER_LLM_PROVIDER", default="ollama", when="local", locator=where(48)),
            f.Read(name="STIGMER_LLM_MODEL", default="qwen2.5-coder:7b", when="local", locator=where(49)),
            f.Read(name="STIGMER_LLM_BASE_URL", default="http://localhost:11434", locator=where(50)),
            f.Read(name="STIGMER_LLM_API_KEY", locator=where(51)),
            f.Read(name="ANTHROPIC_API_KEY", locator=where(52)),
            f.Read(name="STIGMER_EXECUTION_MODE", default="local", locator=where(53)),
            f.Read(name="STIGMER_SANDBOX_TTL", default="3600", locator=where(54)),
            f.Read(name="LOG_LEVEL", default="INFO", locator="main.py:12"),
        ),
    )


def _settings() -> tuple[f.Setting, ...]:
    def setting(key: str, variable: str, value: str, origin: f.Origin = f.Origin.ENVIRONMENT) -> f.Setting:
        return f.Setting(key=key, variable=variable, value=value, origin=origin)

    return (
        setting("mode", "MODE", "local"),
        setting("namespace", "TEMPORAL_NAMESPACE", "default"),
        setting("task_queue", "TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE", "agent_execution_runner", f.Origin.DEFAULT),
        setting("max_concurrency", "TEMPORAL_MAX_CONCURRENCY", "10", f.Origin.DEFAULT),
        setting("sandbox_root", "SANDBOX_ROOT_DIR", "/workspace"),
        setting("llm_provider", "STIGMER_LLM_PROVIDER", "ollama"),
        setting("llm_model", "STIGMER_LLM_MODEL", "qwen2.5-coder:7b"),
        setting("execution_mode", "STIGMER_EXECUTION_MODE", "local"),
        setting("sandbox_ttl", "STIGMER_SANDBOX_TTL", "3600", f.Origin.DEFAULT),
    )
