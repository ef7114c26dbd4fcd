"""Networks: firewalls, forwarders, slow and lossy links."""

from __future__ import annotations

from tests.lab.lab import Lab
from tests.lab.reality.case import FAILED, Action, Bring, Case, Setup
from tests.lab.scenarios import ALIAS, ALL
from tests.lab.services import PORTS

_EVERYWHERE = "0.0.0.0"
_FROM_OUTSIDE = ("!", "--in-interface", "lo", "--protocol", "tcp")
_MAPPED = {ALIAS: "host-gateway"}


def _reject(*ports: int, how: str) -> Action:
    def act(lab: Lab) -> None:
        for port in ports:
            lab.filter("INPUT", *_FROM_OUTSIDE, "--dport", str(port), "--jump", "REJECT", "--reject-with", how)

    return act


def _drop(*ports: int) -> Action:
    return lambda lab: lab.drop(*ports)


def _lose(port: int, share: float) -> Action:
    """Packets of the runner to the port are lost at random."""
    rule = ("--dport", str(port), "--match", "statistic", "--mode", "random", "--probability", str(share))
    return lambda lab: lab.filter("INPUT", *_FROM_OUTSIDE, *rule, "--jump", "DROP")


def _small_only(port: int) -> Action:
    """Connections are made, and what is longer than a handshake gets lost: a path that carries small packets only."""
    rule = ("--dport", str(port), "--match", "length", "--length", "80:65535")
    return lambda lab: lab.filter("INPUT", *_FROM_OUTSIDE, *rule, "--jump", "DROP")


def _slow(name: str, seconds: float) -> Setup:
    """The service is reached through something that holds its answers up."""
    variable = {
        "backend": "STIGMER_BACKEND_ENDPOINT", "temporal": "TEMPORAL_SERVICE_ADDRESS", "llm": "STIGMER_LLM_BASE_URL",
    }[name]  # fmt: skip
    scheme = "http://" if name == "llm" else ""
    port = PORTS[name] + 1000
    return Setup(
        {variable: f"{scheme}{ALIAS}:{port}"},
        before=lambda lab: lab.relay(port, f"127.0.0.1:{PORTS[name]}", delay=seconds),
    )


def _forwarder(lab: Lab) -> None:
    for port in PORTS.values():
        lab.relay(port, f"{lab.addresses.user}:{port}", on_engine_side=True)


def _colima(before: Action, until: str | None) -> Bring:
    """The alias leads to the engine's machine."""
    return lambda lab: Setup(hosts={ALIAS: lab.addresses.vm}, before=before, until=until)(lab)


def _closed(lab: Lab) -> None:
    lab.engine.create_network("closed", internal=True)


def _squat(lab: Lab) -> None:
    lab.squat(*PORTS.values())


def _linux(**changes: object) -> Setup:
    return Setup(hosts=_MAPPED, bind=_EVERYWHERE, **changes)  # type: ignore[arg-type]


FIREWALLS = (
    Case("reject-admin", ("SD206",), Setup(after=_reject(*PORTS.values(), how="icmp-admin-prohibited"))),
    Case("reject-reset", ("SD206",), Setup(after=_reject(*PORTS.values(), how="tcp-reset"))),
    Case("reject-backend-only", ("SD206",), Setup(after=_reject(7234, how="icmp-admin-prohibited"))),
    Case("drop-backend-only", ("SD206",), Setup(after=_drop(7234))),
    Case("drop-llm-only", ("SD206",), Setup(after=_drop(11434))),
    Case(
        "linux-reject-admin",
        ("SD206",),
        _linux(after=_reject(*PORTS.values(), how="icmp-admin-prohibited")),
        topology="linux",
    ),
    Case("linux-reject-reset", ("SD206",), _linux(after=_reject(*PORTS.values(), how="tcp-reset")), topology="linux"),
    Case("linux-drop-bridges", ("SD206",), _linux(after=lambda lab: lab.drop_bridges()), topology="linux"),
    Case("linux-vpn-claims-bridge", ("SD212",), _linux(after=lambda lab: lab.claim_containers()), topology="linux"),
    Case("linux-mapped-everywhere", (), _linux(), works=True, topology="linux"),
    Case("shared-bridge", (), Setup(), works=True, topology="shared"),
)

DEGRADED = (
    Case("llm-slow", ("SD211",), _slow("llm", 2.5), works=True),
    # The runner gives the backend 5 s, and cares for no answer: what it tells arrives in half of them.
    Case("backend-slow", ("SD211",), _slow("backend", 2.5), works=True),
    Case("temporal-lossy", ("SD211",), Setup(after=_lose(7233, 0.5)), compare=False, works=True),
    Case("backend-small-only", ("SD211",), Setup(after=_small_only(7234))),
    Case("llm-small-only", ("SD211",), Setup(after=_small_only(11434))),
    Case("backend-small-only-from-start", ("SD211",), Setup(before=_small_only(7234))),
)

ALIASES = (
    Case("colima-forwards", (), _colima(_forwarder, "Worker ready"), works=True),
    Case("colima-nothing", ("SD203",), _colima(lambda _: None, FAILED)),
    Case(
        "alias-to-another",
        ("SD203",),
        _colima(_squat, None),
    ),
    Case("internal-network", ("SD207",), Setup(network="closed", before=_closed, until="Registering activities")),
    Case("none-network", ("SD207",), Setup(network="none", until=FAILED)),
    Case("desktop-not-forwarding", ("SD205",), Setup(before=lambda lab: lab.forward_loopback(False), until=FAILED)),
    Case(
        "proxy-in-the-way",
        ("SD208",),
        Setup({"http_proxy": "http://proxy:s3cret@host.docker.internal:3128"}),
    ),
    Case(
        "proxy-excepted",
        (),
        Setup({"http_proxy": "http://proxy:s3cret@host.docker.internal:3128", "no_proxy": f"localhost,{ALIAS}"}),
        works=True,
    ),
    *(
        Case(
            f"{name}-never-started",
            (code,),
            Setup(services=tuple(scenario for scenario in ALL if scenario != name), until=until),
        )
        for name, code, until in (
            ("backend", "SD406", "Worker ready"),
            ("temporal", "SD507", FAILED),
            ("llm", "SD604", "Worker ready"),
        )
    ),
)
