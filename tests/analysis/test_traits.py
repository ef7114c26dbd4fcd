"""What changed between two sets of facts: what was changed stands first, and nothing that always differs is named."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile, snapshot
from stigmer_doctor.analysis.traits.compared import GROUPS, NOT_COMPARED, fact_changes
from stigmer_doctor.model import facts as f
from stigmer_doctor.model import source
from stigmer_doctor.model.differences import FactChange
from stigmer_doctor.model.manifests import ManifestContainer, ManifestFiles
from stigmer_doctor.model.pod import NetworkPolicy
from stigmer_doctor.source.text import SourceText
from tests.healthy import healthy
from tests.render.golden import FIXTURES
from tests.rules.altered import container_of, contract_of
from tests.rules.pods.pod import in_pod
from tests.rules.pods.pod import service as pod_service

UNSEEN = f.NotMeasured(reason="nobody looked")
ASKED = "Temporal, asked with a real client"
READY = "7234 to 7234; ready endpoints: {}"
PAIRS = FIXTURES / "pairs"
FIRST = {
    "llm-stopped": ("LLM (Ollama) (port 11434) on this machine", "127.0.0.1 (python)", "nobody listens"),
    "address-changed": (
        "variable STIGMER_LLM_BASE_URL", "http://host.docker.internal:11434", "http://localhost:11434",
    ),
    "host-network": ("network mode", "bridge", "host"),
    "image-replaced": (
        "image",
        "stigmer-agent-runner:local (sha256:b51079eb972f)",
        "stigmer-agent-runner:ollama-env (sha256:71b25afc4462)",
    ),
    "runner-stopped": ("the container", "running", "exited (exit code 0)"),
    "dropped": ("Stigmer backend, Temporal and LLM (Ollama) from the container", "connected", "timed out"),
    "linux-llm-stopped": ("LLM (Ollama) (port 11434) on this machine", "127.0.0.1 (python)", "nobody listens"),
    "shared-llm-stopped": ("LLM (Ollama) (port 11434) on this machine", "127.0.0.1 (python)", "nobody listens"),
}  # fmt: skip


def recorded(path: Path) -> f.Facts:
    return snapshot.load(path.read_bytes(), path.name)


def changes(before: f.Facts, after: f.Facts) -> list[FactChange]:
    return [*fact_changes(before, after, profile.load())]


def named(found: list[FactChange]) -> list[tuple[str, str | None, str | None]]:
    return [(change.what, change.before, change.after) for change in found]


def with_container(**more: object) -> f.Facts:
    return replace(healthy(), container=replace(healthy().container, **more))


def test_there_is_an_expectation_for_every_recorded_pair() -> None:
    assert {path.name for path in PAIRS.iterdir()} == {*FIRST}


@pytest.mark.parametrize("name", FIRST)
def test_the_one_thing_that_was_changed_stands_first(name: str) -> None:
    found = changes(recorded(PAIRS / name / "before.json"), recorded(PAIRS / name / "after.json"))
    assert named(found)[0] == FIRST[name]
    assert len(found) <= 8


@pytest.mark.parametrize("name", FIRST)
def test_the_way_back_starts_with_the_same(name: str) -> None:
    what, before, after = FIRST[name]
    found = changes(recorded(PAIRS / name / "after.json"), recorded(PAIRS / name / "before.json"))
    assert named(found)[0] == (what, after, before)


def test_six_healthy_runners_that_were_started_one_after_the_other_differ_in_nothing() -> None:
    names = ("llm-stopped", "address-changed", "host-network", "image-replaced", "runner-stopped", "dropped")
    seen = [recorded(PAIRS / name / "before.json") for name in names]
    assert [changes(*pair) for pair in combinations(seen, 2)] == [[]] * 15


def test_every_fact_is_compared_or_there_is_a_reason() -> None:
    compared = {name for group in GROUPS for name in group.facts}
    assert compared | {*NOT_COMPARED} == {*f.Facts.__struct_fields__}
    assert not compared & {*NOT_COMPARED}


def test_the_number_of_a_hidden_value_is_not_a_change_and_that_there_is_one_is() -> None:
    def keyed(value: str, hidden: bool = True) -> f.Facts:
        return with_container(environment=(f.Variable(name="KEY", value=value, hidden=hidden),))

    assert changes(keyed("<hidden 1>"), keyed("<hidden 7>")) == []
    assert named(changes(keyed(""), keyed("<hidden 7>")))[0] == ("variable KEY", "(empty)", "<hidden>")


def test_ids_times_numbers_and_log_lines_are_not_changes() -> None:
    well = healthy()
    assert isinstance(well.container, f.Container)
    assert isinstance(well.backend, f.BackendAnswer)
    later = replace(
        well,
        collected_at="2026-02-01T00:00:00Z",
        container=replace(
            well.container, created="2026-02-01T00:00:00Z", restart_count=2,
            networks=(replace(well.container.networks[0], address="198.18.4.9"),),
        ),
        backend=replace(well.backend, latency_ms=99.0, detail="other words"),
        logs=f.Logs(lines=("one", "two")),
        redactions=(f.Redaction(rule="r", where="w", count=3),),
        temporal=well.temporal if isinstance(well.temporal, f.NotMeasured) else replace(well.temporal, cluster_id="9"),
    )  # fmt: skip
    assert [change for change in changes(well, later) if not change.what.startswith("task queue")] == []


def test_a_variable_that_decides_an_address_stands_before_those_that_are_read_and_these_before_others() -> None:
    well = healthy()
    assert isinstance(well.container, f.Container)
    other = {"AAA": "1", "LOG_LEVEL": "DEBUG", "STIGMER_LLM_BASE_URL": "http://x:1"}
    environment = [variable for variable in well.container.environment if variable.name not in other]
    environment += [f.Variable(name=name, value=value) for name, value in other.items()]
    found = changes(well, with_container(environment=tuple(environment)))
    assert [change.what for change in found] == [
        "variable STIGMER_LLM_BASE_URL", "variable LOG_LEVEL", "variable AAA"
    ]  # fmt: skip


def test_the_address_in_force_is_named_or_why_there_is_none() -> None:
    well = healthy()
    assert isinstance(well.configuration, f.Configuration)
    backend, *others = well.configuration.endpoints

    def at(**more: object) -> f.Facts:
        endpoints = (replace(backend, **more), *others)
        return replace(well, configuration=replace(well.configuration, endpoints=endpoints), container_reach=UNSEEN)

    title = "address of Stigmer backend"
    assert named(changes(at(), at(host="h", port=1))) == [(title, "host.docker.internal:7234", "h:1")]
    assert named(changes(at(), at(problem="not an address"))) == [
        (title, "host.docker.internal:7234", "not an address")
    ]


def test_a_service_that_only_one_side_uses_has_an_address_there_and_is_dialled_by_nobody() -> None:
    well = healthy()
    assert isinstance(well.configuration, f.Configuration)
    fewer = replace(well, configuration=replace(well.configuration, endpoints=well.configuration.endpoints[:2]))
    assert named(changes(fewer, well)) == [("address of LLM (Ollama)", None, "host.docker.internal:11434")]


def test_whether_the_runner_polls_is_named_where_the_pollers_are_known() -> None:
    def polled_by(*identities: str) -> f.Facts:
        pollers = tuple(f.Poller(identity=name, last_access="2026-01-22T03:27:20Z") for name in identities)
        return replace(healthy(), temporal=replace(healthy().temporal, pollers=pollers))

    unknown = replace(healthy(), temporal=replace(healthy().temporal, pollers=None))
    own, other = polled_by(f"1@{'a' * 12}"), polled_by(f"1@{'b' * 12}")
    assert named(changes(own, other)) == [
        ("task queue agent_execution_runner", "polled by the runner", "not polled by the runner")
    ]
    assert changes(own, unknown) == changes(unknown, other) == []


@pytest.mark.parametrize(
    ("what", "before", "after", "shown"),
    [
        ("server_version", "", "1.0", ("version of Temporal", "not said", "1.0")),
        ("namespace_exists", None, True, ("namespace default", "not told", "there")),
        ("namespace_exists", True, False, ("namespace default", "there", "missing")),
        ("answered", f.Answered.YES, f.Answered.UNAVAILABLE, (ASKED, "answers", "unavailable")),
    ],
)
def test_what_temporal_says_is_named(what: str, before: object, after: object, shown: tuple[str, str, str]) -> None:
    first, second = (
        replace(healthy(), temporal=replace(healthy().temporal, **{what: told})) for told in (before, after)
    )
    assert named(changes(first, second)) == [shown]


def test_whether_the_backend_has_its_own_service_is_named() -> None:
    def having(has_service: bool | None, other: str = "") -> f.Facts:
        return replace(healthy(), backend=replace(healthy().backend, has_service=has_service, other=other))

    for facts, said in (
        (having(has_service=None), "not told"),
        (having(has_service=False, other="Temporal"), "not there: Temporal"),
        (having(has_service=False), "not there: ?"),
    ):
        assert named(changes(having(has_service=True), facts)) == [("the backend's own service", "there", said)]


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (f.State(status="exited", exit_code=137), "exited (exit code 137)"),
        (f.State(status="running", exit_code=1, oom_killed=True), "running, killed for its memory"),
        (f.State(status="created", error="no <hidden 3>"), "created: no <hidden>"),
    ],
)
def test_the_state_of_the_container_is_one_phrase(state: f.State, shown: str) -> None:
    found = changes(healthy(), with_container(state=state))
    assert named(found)[0] == ("the container", "running", shown)


def test_a_failing_health_check_is_named() -> None:
    well = healthy().container
    assert isinstance(well, f.Container)
    state = well.state
    sick = with_container(state=replace(state, health="unhealthy"))
    assert named(changes(healthy(), sick)) == [("health check", "not failing", "failing")]
    assert changes(healthy(), with_container(state=replace(state, health="starting"))) == []


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"extra_hosts": ("host.docker.internal:198.18.9.9",)}, "added host host.docker.internal"),
        ({"mounts": ()}, "mount at /workspace"),
        ({"argv": ("/bin/sh",)}, "command"),
        ({"restart_policy": "no"}, "restart policy"),
        ({"image_id": "sha256:" + "c" * 64}, "image"),
        ({"dns": ("198.18.0.53",)}, "DNS servers"),
        ({"run_options": ("--publish=8080:80",)}, "options of docker run"),
        ({"user": "1000"}, "user"),
        ({"working_dir": "/somewhere"}, "working folder"),
        ({"labels": ("a=b",)}, "labels"),
    ],
)
def test_each_setting_of_the_container_is_named(more: dict[str, object], what: str) -> None:
    assert [change.what for change in changes(healthy(), with_container(**more))] == [what]


def test_what_the_code_reads_is_named_but_not_what_is_assumed_of_it() -> None:
    def reading(*reads: f.Read, source: f.ContractSource = f.ContractSource.IMAGE) -> f.Facts:
        well = healthy()
        return replace(well, contract=replace(well.contract, reads=reads, uses=(), source=source), configuration=UNSEEN)

    optional, required = f.Read(name="X", default="1"), f.Read(name="X", when="cloud", required=True)
    assert named(changes(reading(optional), reading(required, optional))) == [
        ("X in the code", "is read, default 1", "is read in mode cloud, required; is read, default 1")
    ]
    assert changes(reading(optional), reading(required, source=f.ContractSource.PROFILE)) == []


def test_what_is_beside_the_container_is_named() -> None:
    well = healthy()
    assert isinstance(well.lookup, f.Lookup)
    other = replace(well.lookup.runners[0], id="other", name="another-runner")
    beside = replace(well, lookup=replace(well.lookup, runners=(*well.lookup.runners, other)))
    assert named(changes(well, beside)) == [("other runners", "none", "another-runner")]
    lost = replace(well, data_dir=f.DataDir(path="~/.stigmer/data", id_file="x", recorded_id="other"))
    assert named(changes(well, lost)) == [
        ("the file with the container's id", "names this container", "names another container")
    ]
    unread = replace(well, data_dir=f.NotMeasured(reason="nobody looked"))
    assert named(changes(well, unread)) == []


def test_a_removed_model_a_lost_namespace_and_another_server_are_named() -> None:
    well = healthy()
    assert isinstance(well.llm, f.LlmAnswer)
    assert isinstance(well.temporal, f.TemporalAnswer)
    assert isinstance(well.engine, f.Engine)
    after = replace(
        well,
        llm=replace(well.llm, models=()),
        temporal=replace(well.temporal, namespace_exists=False, server_version="1.0"),
        engine=replace(well.engine, version="29"),
    )
    assert named(changes(well, after)) == [
        ("engine version", "28.2.2", "29"),
        ("version of Temporal", "1.29.1", "1.0"),
        ("namespace default", "there", "missing"),
        ("model qwen2.5-coder:7b", "there", None),
    ]


def test_a_container_that_is_gone_is_one_change_before_what_follows() -> None:
    gone = replace(
        healthy(),
        container=f.NotMeasured(reason="there is no container"),
        lookup=f.Lookup(asked="stigmer-agent-runner", match=f.Match.MISSING),
        contract=f.NotMeasured(reason="no container"),
        configuration=f.NotMeasured(reason="no container"),
        container_reach=f.NotMeasured(reason="no container"),
    )
    found = named(changes(healthy(), gone))
    assert found[0] == ("the container", "running", "missing")
    assert found[1:] == [
        ("the configuration", "measured", "not measured: no container"),
        ("what the container reaches", "measured", "not measured: no container"),
    ]


def test_a_vpn_and_a_new_route_are_named_and_numbers_of_interfaces_are_not() -> None:
    def on(*tunnels: str, via: str) -> f.Facts:
        routes = (f.KernelRoute(network="198.18.0.0/15", interface=via),)
        system = f.UserSystem(system="Linux", tunnels=tunnels, routes=routes)
        return replace(healthy(), user_system=system)

    assert changes(on("tun0", via="br-0123456789ab"), on("tun3", via="br-ba9876543210")) == []
    assert named(changes(on(via="eth0"), on("wg0", via="wg0"))) == [
        ("tunnels of this machine", "none", "wg"),
        ("route to 198.18.0.0/15", "eth", "wg"),
    ]


def test_what_surrounds_a_pod_is_named() -> None:
    well = replace(in_pod(), workload=f.PodWorkload(type="Deployment", name="runner", desired=1, revision="3"))
    service = replace(well, cluster_services=f.ClusterServices(items=(pod_service("backend", ready=()),)))
    other = NetworkPolicy(name="deny")
    for after, shown in (
        (
            replace(well, workload=replace(well.workload, revision="", desired=2)),
            ("Deployment runner", "revision 3, 1 wanted", "revision ?, 2 wanted"),
        ),
        (replace(well, network_policies=f.NetworkPolicies(items=(other,))), ("NetworkPolicies", "none", "deny")),
        (
            replace(well, config_maps=f.ConfigMaps(keys={"settings": ("A",)})),
            ("ConfigMaps referred to", "none", "settings"),
        ),
        (service, ("Service backend", READY.format("some"), READY.format("none"))),
    ):
        assert named(changes(well, after)) == [shown]
    unknown = replace(well, cluster_services=f.ClusterServices(items=(pod_service("backend", ready=None),)))
    assert named(changes(service, unknown)) == [("Service backend", READY.format("none"), READY.format("unknown"))]


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({"platform": "Podman"}, ("engine's product", "not said", "Podman")),
        ({"rootless": True}, ("engine without root", "no", "yes")),
        ({"kernel": "6.1"}, ("engine's kernel", "6.10.14-linuxkit", "6.1")),
    ],
)
def test_what_the_engine_says_of_itself_is_named(more: dict[str, object], shown: tuple[str, str, str]) -> None:
    assert named(changes(healthy(), replace(healthy(), engine=replace(healthy().engine, **more)))) == [shown]


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({"context": "other"}, ("docker context", "none", "other")),
        (
            {"fault": f.EngineFault.UNREACHABLE, "detail": "no <hidden 2>"},
            ("the engine", "answers", "unreachable: no <hidden>"),
        ),
        ({"endpoint": "unix:///x"}, ("engine", "unix:///var/run/docker.sock", "unix:///x")),
    ],
)
def test_which_engine_it_is_is_named(more: dict[str, object], shown: tuple[str, str, str]) -> None:
    assert named(changes(healthy(), replace(healthy(), search=replace(healthy().search, **more)))) == [shown]


def test_who_listens_is_named_and_a_port_of_no_service_by_its_number() -> None:
    def listening(*items: f.Listener) -> f.Facts:
        return replace(healthy(), listeners=f.Listeners(ports=(7234, 99), items=items))

    named_listener, other = f.Listener(address="::", port=7234, process="x"), f.Listener(address="::1", port=99)
    assert named(changes(listening(), listening(named_listener, other))) == [
        ("Stigmer backend (port 7234) on this machine", "nobody listens", ":: (x)"),
        ("port 99 on this machine", "nobody listens", "::1"),
    ]


def test_a_change_that_many_share_is_one_line() -> None:
    def resolving(*names: str) -> f.Facts:
        reach = f.Reach(vantage=f.Vantage.USER, resolutions=tuple(f.Resolution(host=name) for name in names))
        return replace(healthy(), user_reach=reach)

    def resolved(*names: str) -> f.Facts:
        reach = f.Reach(
            vantage=f.Vantage.USER, resolutions=tuple(f.Resolution(host=name, addresses=("::1",)) for name in names)
        )
        return replace(healthy(), user_reach=reach)

    for names, shown in ((("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")):
        found = changes(resolving(*names), resolved(*names))
        assert named(found) == [(f"{shown} as resolved on this machine", "does not resolve", "::1")]


def test_changes_of_the_same_values_stand_together_in_the_order_of_these() -> None:
    def resolving(**addresses: str) -> f.Facts:
        found = tuple(f.Resolution(host=host, addresses=(address,)) for host, address in addresses.items())
        return replace(healthy(), user_reach=f.Reach(vantage=f.Vantage.USER, resolutions=found))

    found = changes(resolving(a="::2", b="::3", c="::1", d="::3"), resolving(a="::9", b="::8", c="::9", d="::8"))
    here = "{} as resolved on this machine".format
    assert named(found) == [
        (here("c"), "::1", "::9"), (here("a"), "::2", "::9"), (here("b and d"), "::3", "::8")
    ]  # fmt: skip
    found = changes(resolving(a="::2", b="::1", c="::2"), resolving(a="::9", b="::9", c="::9"))
    assert named(found) == [(here("b"), "::1", "::9"), (here("a and c"), "::2", "::9")]


def test_what_go_code_says_of_the_runner_is_named() -> None:
    well = healthy()
    container, contract = container_of(well), contract_of(well)
    configuration = f.Configuration(endpoints=())
    span = SourceText("d.go", b"one", most_bytes=9).span(0, 3)
    empty = source.GoFiles(files=("d.go",), contract=contract)

    def written(address: str = "") -> source.GoFiles:
        variable = source.GoVariable(name="URL", format="http://%s", name_at=span, address=address)
        made = source.GoContainer(
            function="Start", planned=container, configuration=configuration, variables=(variable,)
        )
        return replace(empty, containers=(made,))

    def difference(before: source.GoFiles, after: source.GoFiles) -> list[tuple[str, str | None, str | None]]:
        return named(changes(replace(well, go=before), replace(well, go=after)))

    assert difference(written(), written("http://localhost:1")) == [
        ("variable URL of Start", "http://%s", "http://localhost:1")
    ]
    host = (source.GoHostNetwork(span=span), source.GoHostNetwork(span=span, systems=("linux",)))
    assert difference(replace(empty, host_networks=host[:1]), replace(empty, host_networks=host[1:])) == [
        ("host networking in d.go", "darwin, linux, windows", "linux")
    ]
    problems = [source.Problem(file="d.go", message=message) for message in ("is wrong", "is <hidden 3>")]
    assert difference(*(replace(empty, problems=(problem,)) for problem in problems)) == [
        ("problem in d.go", "is wrong", "is <hidden>")
    ]


def test_what_a_manifest_says_of_the_runner_is_named() -> None:
    container, configuration = container_of(healthy()), f.Configuration(endpoints=())

    def written(image: str) -> f.Facts:
        planned = replace(container, image=image)
        made = ManifestContainer(build="k", place="k/a.yaml:1:1", planned=planned, configuration=configuration)
        files = ManifestFiles(files=("k/a.yaml",), contract=contract_of(healthy()), containers=(made,))
        return replace(healthy(), manifests=files)

    assert named(changes(written("a:1"), written("a:2"))) == [("k: image", "a:1", "a:2")]


def test_long_values_are_cut() -> None:
    huge = with_container(environment=(f.Variable(name="A" * 5000, value="b" * 5000),))
    assert max(len(change.what) + len(change.after or "") for change in changes(healthy(), huge)) <= 600


def test_the_names_of_a_container_in_a_network_are_compared_but_for_its_id() -> None:
    well = healthy()
    assert isinstance(well.container, f.Container)

    def called(*aliases: str) -> f.Facts:
        assert isinstance(well.container, f.Container)
        (network,) = well.container.networks
        return replace(
            well, container=replace(well.container, networks=(replace(network, name="front", aliases=aliases),))
        )

    (change,) = changes(called("7-zip", "0123456789ab"), called("runner", "ba9876543210"))
    assert [change.before, change.after] == ["bridge, aliases 7-zip", "bridge, aliases runner"]


def test_the_docker_socket_inside_is_there_or_is_not() -> None:
    well = healthy()
    assert isinstance(well.inside, f.Inside)
    socket = replace(well.inside.docker_socket, exists=True, error="")
    there, missing = (
        replace(well, inside=replace(well.inside, docker_socket=replace(socket, exists=exists)))
        for exists in (True, False)
    )
    assert ("Docker socket inside", "usable", "not there") in named(changes(there, missing))
