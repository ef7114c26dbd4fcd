"""Built diagnoses, as the judge would give them: the incident, a healthy runner, warnings, and no engine."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.judge import judge
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.changes import AnyChange, MapHost, RemoveVariable, SetVariable, UseNetwork
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.record import Fact
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.profile import load
from stigmer_doctor.render.formats import renderer
from stigmer_doctor.render.renderer import Display, Report
from tests.healthy import PORTS, dial, endpoint, healthy

ALL = ("backend", "temporal", "llm")


def finding(
    subject: str,
    message: str,
    *,
    measured: str = "",
    expected: str = "",
    text: str = "Put it right.",
    commands: tuple[str, ...] = (),
    changes: tuple[AnyChange, ...] = (),
    endpoints: tuple[str, ...] = (),
    evidence: tuple[Evidence, ...] = (),
    severity: Severity | None = None,
) -> Finding:
    """What a rule would yield."""
    return Finding(
        subject=subject,
        message=message,
        measured=measured,
        expected=expected,
        remediation=Remediation(text=text, commands=commands, changes=changes),
        evidence=evidence,
        endpoints=endpoints,
        severity=severity,
    )


def rule(code: str, name: str, *outcomes: Finding | Skip, causes: tuple[str, ...] = (), blocks: bool = False) -> Rule:
    """A rule that always says the same; its name comes from its module, as a real one's does."""

    def check(profile: Profile) -> Judgement:
        del profile
        yield from outcomes

    check.__module__ = f"stigmer_doctor.rules.{code.lower()}_{name.replace('-', '_')}"
    return Rule(code=code, severity=Severity.ERROR, check=check, causes=causes, blocks_diagnosis=blocks)


def diagnosed(facts: f.Facts, *rules: Rule, ignore: str = "none") -> Report:
    """The judge's own diagnosis, with times that are always the same."""
    diagnosis = judge(facts, rules, load(), suppressed=lambda code: code.startswith(ignore), clock=lambda: 0.0)
    return Report(diagnosis, facts)


def printed(name: str, report: Report, display: Display | None = None) -> str:
    """The report in that format, as the command line gets it."""
    return renderer("report", name)(report, display or Display())


def incident_facts() -> f.Facts:
    """Host networking in a VM, the backend's address under a name that nothing reads, the LLM at localhost."""
    well = healthy()
    assert isinstance(well.container, f.Container)
    assert isinstance(well.configuration, f.Configuration)
    assert isinstance(well.user_reach, f.Reach)
    variables = (
        *(variable for variable in well.container.environment if variable.name != "STIGMER_BACKEND_ENDPOINT"),
        f.Variable(name="STIGMER_BACKEND_URL", value="http://host.docker.internal:7234"),
        f.Variable(name="ANTHROPIC_API_KEY", value="<hidden 1>", hidden=True),
        f.Variable(name="PATH", value="/app/.venv/bin:/usr/bin", from_image=True),
    )
    endpoints = (
        endpoint("backend", "localhost:50051", origin=f.Origin.DEFAULT, raw="localhost:50051"),
        endpoint("temporal", "host.docker.internal:7233"),
        endpoint("llm", "localhost:11434"),
    )
    refused = f.Outcome.REFUSED
    return replace(
        well,
        container=replace(
            well.container,
            network_mode="host",
            networks=(f.Network(name="host", driver="host"),),
            environment=variables,
            run_options=("--log-driver=json-file", "--log-opt=max-size=10m", "--log-opt=max-file=3"),
            overrides=(),
            unsupported_options=(),
        ),
        configuration=replace(well.configuration, endpoints=endpoints),
        container_reach=f.Reach(
            vantage=f.Vantage.CONTAINER,
            resolutions=(
                f.Resolution(host="host.docker.internal", error="Name or service not known"),
                f.Resolution(host="localhost", addresses=("127.0.0.1",)),
                f.Resolution(host="127.0.0.1", addresses=("127.0.0.1",)),
            ),
            dials=(
                *(dial("localhost", port, refused, "127.0.0.1") for port in (50051, 11434)),
                *(dial("127.0.0.1", port, refused, "127.0.0.1") for port in PORTS.values()),
            ),
        ),
        user_reach=replace(
            well.user_reach, dials=(*well.user_reach.dials, dial("127.0.0.1", 50051, refused, "127.0.0.1"))
        ),
        logs=f.Logs(
            lines=(
                (
                    "2026-01-21 21:40:22,197 - temporalio.activity - ERROR - ExecuteGraphton failed for execution "
                    "aex-1769031622000206000: All connection attempts failed"
                ),
            )
        ),
        **{name: f.NotMeasured(reason="no connection") for name in ALL},
        redactions=(
            f.Redaction(rule="variable", where="environment", count=1),
            f.Redaction(rule="learnt", where="logs", count=2),
        ),
    )


def incident() -> Report:
    """Two root causes; every failed connection is a consequence."""
    alias = "host.docker.internal"
    return diagnosed(
        incident_facts(),
        rule("SD103", "engine-too-old"),
        rule("SD118", "workspace-outside-volume"),
        rule(
            "SD201",
            "host-network-not-shared",
            finding(
                "stigmer-agent-runner",
                "The container uses host networking, and the engine's host is not this machine: what listens on this "
                "machine's loopback is not there",
                measured="127.0.0.1:7233 and 127.0.0.1:11434 are refused from inside the container, and connect on "
                "this machine",
                expected="the same answer from both",
                text=f"Use bridge networking, and reach this machine as {alias}.",
                changes=(
                    UseNetwork(mode="bridge"),
                    SetVariable(name="STIGMER_BACKEND_ENDPOINT", value=f"{alias}:50051"),
                    SetVariable(name="STIGMER_LLM_BASE_URL", value=f"http://{alias}:11434"),
                ),
                endpoints=ALL,
                evidence=(Evidence(source="inspect", locator="HostConfig.NetworkMode", value="host"),),
            ),
            causes=("SD402", "SD501", "SD602", "SD506", "SD701"),
        ),
        rule(
            "SD301",
            "misnamed-variable",
            finding(
                "STIGMER_BACKEND_URL",
                "STIGMER_BACKEND_URL is set, but nothing in the image reads it; STIGMER_BACKEND_ENDPOINT, which is "
                "read, is not set",
                measured="STIGMER_BACKEND_URL=http://host.docker.internal:7234",
                expected="STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
                text="Pass the address under the name that the image reads, without a scheme.",
                changes=(
                    SetVariable(name="STIGMER_BACKEND_ENDPOINT", value=f"{alias}:{PORTS['backend']}"),
                    RemoveVariable(name="STIGMER_BACKEND_URL"),
                ),
                endpoints=("backend",),
            ),
            causes=("SD303", "SD402"),
        ),
        rule(
            "SD303",
            "endpoint-defaulted",
            finding(
                "STIGMER_BACKEND_ENDPOINT",
                "Nothing sets STIGMER_BACKEND_ENDPOINT: the default localhost:50051 is in force",
                endpoints=("backend",),
            ),
        ),
        rule(
            "SD402",
            "backend-refused",
            finding(
                "localhost:50051",
                "Stigmer backend refuses connections at localhost:50051 from inside the container",
                measured="127.0.0.1:50051 refused after 0.4 ms",
                endpoints=("backend",),
            ),
        ),
        rule(
            "SD501",
            "temporal-unresolvable",
            finding(
                "host.docker.internal:7233",
                "Temporal: the name host.docker.internal does not resolve from inside the container",
                endpoints=("temporal",),
            ),
        ),
        rule(
            "SD602",
            "llm-refused",
            finding(
                "localhost:11434",
                "LLM (Ollama) refuses connections at localhost:11434 from inside the container",
                endpoints=("llm",),
            ),
        ),
        rule(
            "SD701",
            "log-http-connection-failed",
            finding(
                "llm",
                'The log\'s "All connection attempts failed" comes from httpx, so from the LLM link, not from the '
                "backend's",
                endpoints=("llm",),
                evidence=(
                    Evidence(source="logs", locator="line 1", value="ExecuteGraphton failed: All connection attempts"),
                ),
            ),
        ),
        rule(
            "SD305",
            "unread-variable",
            finding(
                "TASK_QUEUE",
                "TASK_QUEUE is set, and nothing in the image reads it",
                measured="TASK_QUEUE=agent_execution_runner",
                expected="TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, if it is to have an effect",
                text="Remove it, or rename it.",
                severity=Severity.WARNING,
            ),
        ),
        rule("SD404", "backend-not-grpc", Skip(reason="no connection to localhost:50051 (refused)")),
        rule("SD405", "backend-not-serving", Skip(reason="no connection to localhost:50051 (refused)")),
        rule("SD606", "llm-model-missing", Skip(reason="no connection to localhost:11434 (refused)")),
    )


def well() -> Report:
    """Nothing found."""
    return diagnosed(healthy(), rule("SD201", "host-network-not-shared"), rule("SD402", "backend-refused"))


def native_linux() -> Report:
    """A compose container on a native Linux engine without a host mapping, and a service that is down."""
    facts = healthy()
    assert isinstance(facts.container, f.Container)
    owner = f.Compose(
        project="runner", service="agent-runner", config_files=("/srv/run ner/docker-compose.yml",), working_dir="/srv"
    )
    container = replace(facts.container, compose=owner)
    return diagnosed(
        replace(facts, container=container),
        rule(
            "SD202",
            "host-alias-unresolvable",
            finding(
                "host.docker.internal",
                "host.docker.internal does not resolve from inside the container",
                changes=(
                    MapHost(name="host.docker.internal", target="host-gateway"),
                    SetVariable(name="GREETING", value='say "$HOME"'),
                ),
            ),
        ),
        rule(
            "SD507",
            "temporal-down",
            finding(
                "Temporal",
                "Nothing listens on port 7233 of this machine",
                commands=("temporal server start-dev --port 7233", "docker start helper"),
                endpoints=("temporal",),
            ),
        ),
    )


def no_engine() -> Report:
    """Nothing could be looked at."""
    missing = f.NotMeasured(reason="no engine answers at unix:///nonexistent.sock")
    facts = replace(
        healthy(),
        search=f.EngineSearch(
            endpoint="unix:///nonexistent.sock", source="--host", local=True, fault=f.EngineFault.UNREACHABLE
        ),
        **{
            name: missing
            for name in f.Facts.__struct_fields__
            if isinstance(getattr(healthy(), name), Fact) and name != "data_dir"
        },
    )
    return diagnosed(
        facts,
        rule(
            "SD101",
            "engine-unreachable",
            finding(
                "unix:///nonexistent.sock",
                "No Docker engine answers at unix:///nonexistent.sock (named by --host)",
                measured="no such file or directory",
                expected="a socket that accepts connections",
                text="Start the engine, or name another one with --host or --context.",
                commands=("docker version",),
            ),
            blocks=True,
        ),
        *(
            rule(f"SD{number}", f"check-{number}", Skip(reason=missing.reason))
            for number in (111, 112, 113, 201, 202, 204)
        ),
    )


SAMPLES = {"incident": incident, "healthy": well, "native-linux": native_linux, "no-engine": no_engine}
