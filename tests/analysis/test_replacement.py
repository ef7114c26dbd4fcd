"""What a container is made again with, where its engine says it in words of its own."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.analysis.replacement import Replacement, ReplacementNetwork, replacement
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.changes import Changes
from tests.healthy import healthy
from tests.rules.altered import altered, container_of


@pytest.mark.parametrize(
    ("system", "kind", "source"),
    [
        ("Docker Desktop", "bind", "/work"),
        ("Docker Desktop", "volume", "/host_mnt/work"),
        ("Ubuntu 24.04", "bind", "/host_mnt/work"),
    ],
)
def test_only_docker_desktop_has_another_path_and_only_of_a_folder(system: str, kind: str, source: str) -> None:
    mount = f.Mount(type=kind, source="/host_mnt/work", destination="/work", writable=True)
    engine = healthy().engine
    assert isinstance(engine, f.Engine)
    facts = replace(altered(mounts=(mount,)), engine=replace(engine, operating_system=system))
    (made,) = replacement(container_of(facts), Changes(), facts).mounts
    assert made == replace(mount, source=source)


def made(changes: Changes | None = None, /, **more: object) -> Replacement:
    """Of the healthy container with other fields."""
    facts = altered(None, **more)
    return replacement(container_of(facts), changes or Changes(), facts)


def test_only_what_is_not_the_images_own_is_given() -> None:
    same = {"user": "1000", "working_dir": "/w", "entrypoint": ("sh", "-c"), "argv": ("sh", "-c", "run")}
    plain = made(**same)
    assert (plain.user, plain.working_dir, plain.entrypoint, plain.command) == (None,) * 4
    for name, given in (("user", "1000"), ("working_dir", "/w")):
        other = made(**same, overrides=(name,))
        assert (getattr(other, name), other.entrypoint, other.command) == (given, None, None)
    entered, commanded = made(**same, overrides=("entrypoint",)), made(**same, overrides=("command",))
    assert (entered.user, entered.working_dir, entered.entrypoint, entered.command) == (
        None,
        None,
        ("sh", "-c"),
        ("run",),
    )
    assert (commanded.entrypoint, commanded.command) == (None, ("run",))


@pytest.mark.parametrize(
    ("mode", "to", "hostname", "given"),
    [
        ("bridge", None, "mine", "mine"),
        ("bridge", None, "", ""),
        ("bridge", None, "a" * 12, ""),
        ("bridge", "host", "mine", ""),
        ("host", "bridge", "mine", ""),
        ("bridge", "container:x", "mine", ""),
        ("container:x", "bridge", "mine", "mine"),
    ],
)
def test_a_host_name_of_its_own_is_kept_where_it_can_have_one(
    mode: str, to: str | None, hostname: str, given: str
) -> None:
    assert made(Changes(network=to), network_mode=mode, hostname=hostname).hostname == given


@pytest.mark.parametrize(
    ("mode", "to", "networks"),
    [
        ("bridge", None, ("bridge", "front")),
        ("front", None, ("front", "bridge")),
        ("bridge", "front", ("front",)),
        ("bridge", "host", ()),
        ("host", None, ()),
        ("none", None, ()),
        ("another", None, ()),
    ],
)
def test_the_network_of_the_mode_comes_first(mode: str, to: str | None, networks: tuple[str, ...]) -> None:
    (bridge,) = container_of(healthy()).networks
    known = (bridge, replace(bridge, name="front", aliases=("it",)))
    found = made(Changes(network=to), network_mode=mode, networks=known).networks
    assert tuple(network.name for network in found) == networks
    assert ReplacementNetwork(name="front", aliases=() if to else ("it",)) in found or "front" not in networks


def test_on_the_hosts_network_nothing_is_published_or_mapped_to_the_gateway() -> None:
    options, hosts = ("--publish=1:1", "--init"), ("a:host-gateway", "b=198.18.0.3", "c:fd00::1")
    there, here = (
        made(Changes(network=mode, hosts=added), run_options=options, extra_hosts=hosts)
        for mode, added in (("host", {}), (None, {"a": "198.18.0.1", "d": "host-gateway"}))
    )
    assert there.options == ("--init",)
    assert there.extra_hosts == (("b", "198.18.0.3"), ("c", "fd00::1"))
    assert here.options == options
    assert here.extra_hosts == (
        ("a", "198.18.0.1"), ("b", "198.18.0.3"), ("c", "fd00::1"), ("d", "host-gateway")
    )  # fmt: skip


def test_a_variable_that_goes_is_left_out_but_one_of_the_image_is_emptied() -> None:
    variables = tuple(f.Variable(name=name, value="old", from_image=name in ("B", "D")) for name in "ABCD")
    found = made(Changes(variables={"A": None, "B": None, "C": "new", "E": "more"}), environment=variables)
    assert [(variable.name, variable.value) for variable in found.environment] == [
        ("B", ""), ("C", "new"), ("E", "more")
    ]  # fmt: skip


def test_the_image_is_named_while_the_name_means_it() -> None:
    own = container_of(healthy())
    assert made().image == own.image
    assert made(image="other:1").image == own.image_id
    assert made(image="other:1", image_id="").image == "other:1"
    assert made(id="c" * 64).image == own.image_id
    facts = altered(image="<hidden 1>")
    assert isinstance(facts.lookup, f.Lookup)
    lookup = replace(facts.lookup, runners=(replace(facts.lookup.runners[0], image="<hidden 1>"),))
    assert replacement(container_of(facts), Changes(), replace(facts, lookup=lookup)).image == own.image_id
    assert made(restart_policy="").restart_policy == "no"
