"""Derived facts of a line or two: names, the engine's place, the better network, what the image reads."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.analysis.host_names import HostNames
from stigmer_doctor.analysis.listening import everywhere, on_loopback_only
from stigmer_doctor.analysis.loopbacks import Loopbacks
from stigmer_doctor.analysis.reads import Reads
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.topology import BeaconOutcome, RouteNetwork
from tests.analysis.deriving import derived
from tests.healthy import ALIAS, NOT_MEASURED, healthy
from tests.rules.altered import assumed, shared_host, unshared_host
from tests.rules.different import host_ways, measured, routes


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", ALIAS, "198.18.4.1"])
def test_a_loopback_an_alias_and_a_gateway_mean_this_machine(host: str) -> None:
    assert derived(HostNames, "host_names", healthy()).mean_this_machine(host)


@pytest.mark.parametrize("host", ["build.example", "198.18.4.2", ""])
def test_other_hosts_do_not(host: str) -> None:
    assert not derived(HostNames, "host_names", healthy()).mean_this_machine(host)


def test_without_a_container_its_gateways_are_not_known() -> None:
    names = derived(HostNames, "host_names", replace(healthy(), container=NOT_MEASURED))
    assert (names.alias, names.mean_this_machine("198.18.4.1")) == (ALIAS, False)


def test_loopbacks_are_the_same_where_what_answers_here_answers_there() -> None:
    assert derived(Loopbacks, "loopbacks", shared_host()).shared is True
    assert derived(Loopbacks, "loopbacks", unshared_host()).shared is False


def test_an_engine_in_a_vm_and_none_are_not_native() -> None:
    engine = healthy().engine
    assert isinstance(engine, f.Engine)
    native = replace(engine, operating_system="Ubuntu 24.04", name="box", kernel="6.8.0-generic")
    assert derived(bool, "native_linux", replace(healthy(), engine=native)) is True
    assert derived(bool, "native_linux", healthy()) is False
    assert derived(bool, "native_linux", replace(healthy(), engine=NOT_MEASURED)) is False


def test_the_hosts_network_is_better_where_only_it_reaches_the_loopback() -> None:
    bridge = routes(RouteNetwork.BRIDGE, ALIAS, "198.18.0.1", itself=BeaconOutcome.REACHED)
    assert derived(bool, "host_network_better", measured(healthy(), host_ways(BeaconOutcome.REACHED), bridge)) is True
    assert derived(bool, "host_network_better", measured(healthy(), host_ways(BeaconOutcome.REFUSED), bridge)) is False
    assert derived(bool, "host_network_better", replace(healthy(), topology=NOT_MEASURED)) is False


def test_any_variable_may_be_read_by_code_that_nobody_read() -> None:
    measured_reads = derived(Reads, "reads", healthy())
    assert measured_reads.may_read("STIGMER_BACKEND_ENDPOINT")
    assert not measured_reads.may_read("NO_SUCH_VARIABLE")
    assert derived(Reads, "reads", assumed()).may_read("NO_SUCH_VARIABLE")
    assert derived(Reads, "reads", replace(healthy(), contract=NOT_MEASURED)).may_read("NO_SUCH_VARIABLE")


def test_a_default_is_known_where_there_is_one() -> None:
    def reads(*defaults: str | None) -> Reads:
        return Reads(tuple(f.Read(name="MODE", default=default) for default in defaults), measured=True)

    assert (reads("local").default("MODE"), reads("local", None).default("MODE")) == ("local", "local")
    assert (reads("local", "cloud").default("MODE"), reads().default("MODE")) == ("", "")


@pytest.mark.parametrize(
    ("addresses", "only", "anywhere"),
    [
        ((), False, False),
        (("127.0.0.1", "::1"), True, False),
        (("127.0.0.1", "198.18.4.1"), False, False),
        (("*",), False, True),
        (("::",), False, True),
    ],
)
def test_what_listens_on_the_loopback_only_and_what_everywhere(
    addresses: tuple[str, ...], only: bool, anywhere: bool
) -> None:
    assert (on_loopback_only(addresses), everywhere(addresses)) == (only, anywhere)


def test_a_port_stands_behind_a_host_and_behind_an_ipv6_literal_in_brackets() -> None:
    assert (host_port(ALIAS, 7233), host_port("fd00::1", 7233)) == (f"{ALIAS}:7233", "[fd00::1]:7233")
