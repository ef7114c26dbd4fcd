"""`stigmer-doctor topology`: each table against what the lab was built to be, each recommendation against reality."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

import pytest

from tests.lab import image
from tests.lab.diagnosis import check
from tests.lab.lab import WITHIN_S, Lab
from tests.lab.scenarios import ALIAS, ALL, LOCALHOST, SCENARIOS, daemon_environment

pytestmark = pytest.mark.lab

USER, BRIDGE = "user", "bridge"  # stand for the lab's own addresses
COMPOSE = f"""\
services:
  runner:
    container_name: stigmer-agent-runner
    image: stigmer-agent-runner:local
    environment:
      MODE: local
      STIGMER_BACKEND_ENDPOINT: {ALIAS}:7234
      TEMPORAL_SERVICE_ADDRESS: {ALIAS}:7233
      STIGMER_LLM_PROVIDER: ollama
      STIGMER_LLM_BASE_URL: http://{ALIAS}:11434
"""
Cells = dict[tuple[str, str, str], str]


def measured(lab: Lab) -> Mapping[str, Any]:
    """The document of a lab on which no runner was ever created."""
    lab.load(image.PYTHON)
    done = lab.doctor("topology", "--format", "json", "--timeout", "1")
    assert done.returncode == 0, done
    own = {f'"{lab.addresses.user}"': f'"{USER}"', f'"{lab.addresses.bridge}"': f'"{BRIDGE}"'}
    text = done.stdout
    for address, word in own.items():
        text = text.replace(f'"listener": {address}', f'"listener": {word}')
    document: Mapping[str, Any] = json.loads(text)
    return document


def cells(document: Mapping[str, Any]) -> Cells:
    """What was heard, by network, name and listener; IPv6 and names that nobody knows anywhere are left out."""
    routes = document["survey"]["topology"]["ways"]
    return {
        (route["network"], route["name"], route["listener"]): route["heard"]
        for route in routes
        if ":" not in route["listener"] and route["name"] not in ("gateway.docker.internal", "host.containers.internal")
    }


def desktop_table(loopback: str, itself: str) -> Cells:
    return {
        ("host", "localhost", "127.0.0.1"): "refused",
        ("host", ALIAS, ""): "unresolved",
        ("bridge", ALIAS, "127.0.0.1"): loopback,
        ("bridge", ALIAS, USER): itself,
        ("bridge", "host-gateway", "127.0.0.1"): loopback,
        ("bridge", "host-gateway", USER): itself,
        ("bridge", "gateway", "127.0.0.1"): "refused",  # of the VM
    }


def linux_table(loopback: str, itself: str) -> Cells:
    return {
        ("host", "localhost", "127.0.0.1"): "reached",
        ("host", ALIAS, ""): "unresolved",
        ("bridge", ALIAS, ""): "unresolved",
        ("bridge", "host-gateway", "127.0.0.1"): loopback,
        ("bridge", "host-gateway", BRIDGE): itself,
        ("bridge", "gateway", "127.0.0.1"): loopback,
        ("bridge", "gateway", BRIDGE): itself,
    }


def test_desktop_with_forwarding(desktop: Lab) -> None:
    assert cells(measured(desktop)) == desktop_table("reached", "refused")


def test_desktop_without_forwarding(desktop: Lab) -> None:
    desktop.forward_loopback(False)
    assert cells(measured(desktop)) == desktop_table("refused", "reached")


def test_desktop_that_shares_its_host_network(shared: Lab) -> None:
    found = cells(measured(shared))
    assert found[("host", "localhost", "127.0.0.1")] == "reached"
    assert found[("bridge", ALIAS, "127.0.0.1")] == "reached"
    assert found[("bridge", "host-gateway", "127.0.0.1")] == "reached"
    assert found[("bridge", "gateway", "127.0.0.1")] == "refused"
    assert found[("bridge", "gateway", BRIDGE)] == "reached"


def test_linux(linux: Lab) -> None:
    assert cells(measured(linux)) == linux_table("refused", "reached")


def test_linux_with_a_firewall(linux: Lab) -> None:
    linux.drop_bridges()
    assert cells(measured(linux)) == linux_table("dropped", "dropped")


def test_podman() -> None:
    with Lab.start("podman") as lab:
        document = measured(lab)
        found = cells(document)
        assert found[("host", "localhost", "127.0.0.1")] == "reached"
        assert found[("bridge", ALIAS, "")] == "unresolved"
        assert found[("bridge", "gateway", "127.0.0.1")] == "refused"
        assert found[("bridge", "gateway", BRIDGE)] == "reached"
        assert document["recommendation"]["network"] == "host"
        follow(lab, document["recommendation"])


def test_rootless_without_a_way_to_the_loopback() -> None:
    with Lab.start("rootless") as lab:
        lab.load(image.PYTHON)
        done = lab.doctor("topology", "--format", "json", "--timeout", "1")
        assert done.returncode == 1
        document = json.loads(done.stdout)
        assert document["recommendation"]["network"] == ""
        assert "DISABLE_HOST_LOOPBACK=false" in document["recommendation"]["conditions"][0]
        assert "reached" not in cells(document).values()
        assert cells(document)[("host", "localhost", "127.0.0.1")] == "refused"


def test_rootless_as_its_advice_has_it() -> None:
    with Lab.start("rootless-open") as lab:
        document = measured(lab)
        found = cells(document)
        assert found[("host", "localhost", "127.0.0.1")] == "refused"
        assert found[("bridge", "host-gateway", "127.0.0.1")] == "refused"
        assert found[("bridge", "engine-gateway", "127.0.0.1")] == "reached"
        follow(lab, document["recommendation"])


def follow(lab: Lab, advice: Mapping[str, Any]) -> None:
    """Start the services where the recommendation wants them, and a runner with it: every endpoint answers."""
    lab.services.start("backend")
    lab.services.start("llm", bind=lab.addresses.user if advice["conditions"] else "")
    # On one address but the loopback, Temporal's parts do not find one another.
    lab.services.start("temporal", bind="0.0.0.0" if advice["conditions"] else "")
    runner = lab.run(
        network=advice["network"], env=daemon_environment(**advice["addresses"]), extra_hosts=advice["hosts"]
    )
    lab.wait_polled(runner)
    report = check(lab)
    assert report.exit_code == 0, report.document["findings"]
    for code in ("SD402", "SD502", "SD602"):
        assert report.check(code)["status"] == "pass"


@pytest.mark.parametrize("forwarding", [True, False])
def test_what_is_recommended_on_a_desktop_works(desktop: Lab, forwarding: bool) -> None:
    desktop.forward_loopback(forwarding)
    advice = measured(desktop)["recommendation"]
    assert (advice["network"], bool(advice["conditions"])) == ("bridge", not forwarding)
    follow(desktop, advice)


def test_what_is_recommended_where_the_network_is_shared_works(shared: Lab) -> None:
    advice = measured(shared)["recommendation"]
    assert advice["network"] == "host"
    follow(shared, advice)


@pytest.mark.parametrize("firewall", [False, True])
def test_what_is_recommended_on_linux_works(linux: Lab, firewall: bool) -> None:
    if firewall:
        linux.drop_bridges()
    advice = measured(linux)["recommendation"]
    assert (advice["network"], advice["conditions"]) == ("host", [])
    follow(linux, advice)


def test_without_an_image_it_says_so(desktop: Lab) -> None:
    done = desktop.doctor("topology", "--image", "nowhere:1")
    assert (done.returncode, done.stdout) == (3, "")
    assert "nowhere:1" in done.stderr
    assert "--image" in done.stderr


# ---- rules -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scene", "causes"),
    [
        ("no-forwarding", {"SD205"}),
        ("alias-elsewhere", {"SD203"}),
        ("proxy", {"SD208"}),
        ("no-proxy", set()),
        ("linux-mapped", {"SD205"}),
        ("linux-firewall", {"SD206"}),
        ("shared-host", set()),
    ],
    indirect=["scene"],
)
def test_each_situation_has_its_cause(scene: Lab, causes: set[str]) -> None:
    assert check(scene, "--timeout", "1").causes == causes


@pytest.mark.parametrize("state", ["restarting", "stopped", "created"])
def test_a_runner_that_does_not_run_has_the_causes_of_the_running_one(desktop: Lab, state: str) -> None:
    desktop.services.start(*ALL)
    environment = daemon_environment(
        STIGMER_LLM_BASE_URL="http://localhost:11434", TEMPORAL_SERVICE_ADDRESS="localhost:7233"
    )
    running = desktop.run(env=environment, start=state != "created")
    if state == "restarting":
        running.wait_status("restarting")
    elif state == "stopped":
        running.wait_log("STARTUP FAILURE")
        desktop.engine.stop(running.id, timeout=1)
    report = check(desktop, "--timeout", "1")
    assert {finding["subject"] for finding in report.of("SD204")} == {
        "STIGMER_LLM_BASE_URL",
        "TEMPORAL_SERVICE_ADDRESS",
    }
    assert report.causes - {"SD112"} == {"SD204"}


def test_stacked_causes_come_off_one_by_one(linux: Lab) -> None:
    SCENARIOS["linux-bridge"].bring_up(linux)
    assert check(linux).causes == {"SD202", "SD205"}
    linux.engine.remove_container("stigmer-agent-runner", force=True)
    linux.run(env=daemon_environment(), extra_hosts={ALIAS: "host-gateway"})
    assert check(linux).causes == {"SD205"}


# ---- beacons leave nothing behind ------------------------------------------------------------------------------------


def listening(lab: Lab) -> set[str]:
    """The local addresses of all listening sockets on the user's machine."""
    out = lab.as_user(["ss", "-Hltn"]).stdout
    return {line.split()[3] for line in out.splitlines()}


def test_no_beacon_listens_on_all_addresses_and_none_stays(desktop: Lab) -> None:
    desktop.load(image.PYTHON)
    # What dials a beacon waits for the whole timeout, so that all of them are there long enough to be seen.
    new = ("!", "--in-interface", "lo", "--protocol", "tcp", "--syn", "--dport", "1024:65535")
    desktop.filter("INPUT", *new, "--jump", "DROP")
    before = listening(desktop)
    doctor = subprocess.Popen(
        desktop.enter([sys.executable, "-m", "stigmer_doctor", "topology"]).split(),
        env=desktop.environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    seen: set[str] = set()
    while doctor.poll() is None:
        seen |= listening(desktop) - before
    addresses = {address.rpartition(":")[0] for address in seen}
    assert addresses <= {"127.0.0.1", "[::1]", desktop.addresses.user}, addresses
    assert "127.0.0.1" in addresses
    assert listening(desktop) == before


@pytest.mark.parametrize("after_ms", [50, 150, 250, 350, 450, 600, 800])
def test_a_killed_doctor_leaves_nothing_after_the_next_run(desktop: Lab, after_ms: int) -> None:
    desktop.load(image.PYTHON)
    before = listening(desktop)
    doctor = subprocess.Popen(
        desktop.enter([sys.executable, "-m", "stigmer_doctor", "topology"]).split(),
        env=desktop.environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(after_ms / 1000)
    os.kill(doctor.pid, signal.SIGKILL)
    doctor.wait()
    deadline = time.monotonic() + WITHIN_S
    while desktop.engine.containers(all=True) and time.monotonic() < deadline:
        time.sleep(0.2)  # the throwaway containers end with their input
    assert desktop.doctor("topology").returncode == 0
    # A busy engine may still make a container for the doctor that is gone: then it is the run after it that sees it.
    if desktop.engine.containers(all=True):
        assert desktop.doctor("topology").returncode == 0
    assert desktop.engine.containers(all=True) == []
    assert listening(desktop) == before


def test_before_there_is_a_runner_the_same_is_said_of_it_as_after(linux: Lab) -> None:
    linux.load(image.PYTHON)
    linux.services.start("backend", "llm")
    stopped = check(linux, "--pre", "--timeout", "1")
    assert (stopped.exit_code, stopped.causes) == (1, {"SD507"})
    file = linux.home / "compose.yaml"
    file.write_text(COMPOSE)
    described = check(linux, "--pre", "--timeout", "1", "--compose", str(file))
    assert described.causes == {"SD205", "SD507", "SD804"}  # where host networking is better, a bridge has two faults
    assert all(found["caused_by"] for found in described.of("SD401", "SD501", "SD601"))
    linux.services.start("temporal")
    ready = check(linux, "--pre", "--timeout", "1")
    assert (ready.exit_code, ready.document["status"], ready.document["pre"]) == (0, "pass", True)
    assert not linux.engine.containers(all=True)
    runner = linux.run(network="host", env=daemon_environment(**LOCALHOST))
    linux.wait_polled(runner)
    started = check(linux)
    assert started.exit_code == 0
    addresses = [[service["address"] for service in report.document["services"]] for report in (ready, started)]
    assert addresses[0] == addresses[1]
