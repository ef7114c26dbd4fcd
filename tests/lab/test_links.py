"""Links that are neither up nor down: firewalls that reject, bad ways, other servers, machines between.

All on a native engine with services that listen on all addresses, but for the machines between, which an engine in a VM
has.
"""

from __future__ import annotations

import pytest

from tests.lab.diagnosis import check
from tests.lab.lab import READY, RUNNER_NAME, Lab, Runner
from tests.lab.scenarios import ALIAS, ALL, daemon_environment
from tests.lab.services import PORTS

pytestmark = pytest.mark.lab


@pytest.fixture
def lab(linux_session: Lab) -> Lab:
    linux_session.reset()
    linux_session.services.start(*ALL, bind="0.0.0.0")
    return linux_session


@pytest.fixture
def virtual(desktop_session: Lab) -> Lab:
    desktop_session.reset()
    desktop_session.services.start(*ALL)
    return desktop_session


def run(lab: Lab, **variables: str) -> Runner:
    runner = lab.run(env=daemon_environment(**variables), extra_hosts={ALIAS: "host-gateway"})
    runner.wait_log(READY)
    return runner


@pytest.mark.parametrize("how", ["icmp-admin-prohibited", "tcp-reset"])
def test_a_firewall_that_rejects_a_port(lab: Lab, how: str) -> None:
    run(lab)
    lab.reject(how, PORTS["llm"])
    report = check(lab)
    assert report.causes == {"SD206"}
    assert "rejects what containers send to port 11434" in report.of("SD206")[0]["message"]


@pytest.mark.parametrize("how", ["icmp-admin-prohibited", "tcp-reset"])
def test_a_firewall_that_rejects_all_ports_of_services(lab: Lab, how: str) -> None:
    run(lab)
    lab.reject(how, *PORTS.values())
    assert check(lab).causes == {"SD206"}


def test_a_way_that_passes_small_packets_only(lab: Lab) -> None:
    run(lab)
    lab.drop_large(*PORTS.values())
    report = check(lab)
    assert report.causes == {"SD211"}
    assert all("start" not in command for finding in report.of("SD") for command in finding["remediation"]["commands"])


def test_a_slow_service_is_not_down(lab: Lab) -> None:
    lab.slow_down(4, PORTS["llm"], at=21434)
    run(lab, STIGMER_LLM_BASE_URL=f"http://{ALIAS}:21434")
    report = check(lab)
    assert report.codes("error", "warning") == {"SD211"}


def test_the_backends_address_leads_to_temporal(lab: Lab) -> None:
    run(lab, STIGMER_BACKEND_ENDPOINT=f"{ALIAS}:7233")
    report = check(lab)
    assert report.causes == {"SD407"}
    assert "is Temporal" in report.one("SD407")["message"]


def test_a_value_that_grpcio_does_not_take(lab: Lab) -> None:
    run(lab, STIGMER_BACKEND_ENDPOINT=f"{ALIAS}:7234/")
    assert check(lab).causes == {"SD304"}


def test_a_mistyped_port_is_repaired(lab: Lab) -> None:
    run(lab, STIGMER_BACKEND_ENDPOINT=f"{ALIAS}:7243")
    assert check(lab).causes == {"SD402"}
    done = lab.doctor("fix", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"STIGMER_BACKEND_ENDPOINT={ALIAS}:7234" in lab.engine.inspect_container(RUNNER_NAME)["Config"]["Env"]


def test_a_scheme_that_temporalio_drops_is_not_repaired(lab: Lab) -> None:
    runner = run(lab, TEMPORAL_SERVICE_ADDRESS=f"http://{ALIAS}:7233")
    assert check(lab).causes == set()
    lab.doctor("fix", "--yes")
    assert lab.engine.inspect_container(RUNNER_NAME)["Id"] == runner.id


# ---- a machine between -----------------------------------------------------------------------------------------------


def test_an_alias_that_leads_to_the_vm_on_which_nothing_answers(virtual: Lab) -> None:
    virtual.run(env=daemon_environment(), extra_hosts={ALIAS: virtual.addresses.vm})
    report = check(virtual)
    assert report.causes == {"SD203"}
    assert "on which nothing answers" in report.one("SD203")["message"]


def test_a_machine_that_forwards_the_ports_is_accused_of_nothing(virtual: Lab) -> None:
    address = virtual.forward(*PORTS.values())
    virtual.run(env=daemon_environment(), extra_hosts={ALIAS: address}).wait_log(READY)
    report = check(virtual)
    assert report.codes("error", "warning") == set()
    assert report.document["status"] == "pass"


def test_a_machine_that_answers_in_place_of_this_one(virtual: Lab) -> None:
    virtual.run(env=daemon_environment(), extra_hosts={ALIAS: virtual.squat(*PORTS.values())})
    assert check(virtual, "--timeout", "1").causes == {"SD203"}
