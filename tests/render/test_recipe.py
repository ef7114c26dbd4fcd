"""The recipe that recreates a container runs as printed: a real shell gets it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.changes import AnyChange, MapHost, RemoveVariable, SetVariable, UseNetwork
from stigmer_doctor.render import remediation_steps
from stigmer_doctor.render.step import ReportStep
from tests.healthy import healthy
from tests.render.samples import diagnosed, finding, incident, incident_facts, rule
from tests.render.shell import run


def with_container(*changes: AnyChange, **different: object) -> tuple[ReportStep, ...]:
    facts = healthy()
    assert isinstance(facts.container, f.Container)
    made = finding("x", "a fault", changes=changes or (SetVariable(name="LOG_LEVEL", value="DEBUG"),))
    facts = replace(facts, container=replace(facts.container, **different))
    return remediation_steps.commands(*diagnosed(facts, rule("SD201", "host-network-not-shared", made)))


def the_run(steps: tuple[ReportStep, ...], tmp_path: Path) -> list[str]:
    return next(call for call in run(steps, tmp_path) if call[0] == "run")


def folder(tmp_path: Path) -> None:
    (tmp_path / ".stigmer" / "data").mkdir(parents=True)


@pytest.fixture(autouse=True)
def _data_dir(tmp_path: Path) -> None:
    folder(tmp_path)


def test_the_container_is_stopped_renamed_and_run_anew_and_nothing_is_removed_before_it_helped(tmp_path: Path) -> None:
    steps = remediation_steps.commands(*incident())
    before_the_check = steps[: [step.title for step in steps].index("Look whether it helped:")]
    calls = run(before_the_check, tmp_path)
    assert [call[0] for call in calls] == ["stop", "rename", "run"]
    assert calls[1] == ["rename", "stigmer-agent-runner", "stigmer-agent-runner.before"]


def test_a_failing_step_stops_the_rest(tmp_path: Path) -> None:
    recreate = next(step for step in remediation_steps.commands(*incident()) if step.title.startswith("Recreate"))
    script = f'docker() {{ echo "$1" >> "{tmp_path}/record"; false; }}\n{recreate.commands[0]}'
    assert subprocess.run(["sh", "-c", script], timeout=20).returncode != 0
    assert (tmp_path / "record").read_text() == "stop\n"


def test_the_new_container_differs_only_in_what_the_causes_ask_for(tmp_path: Path) -> None:
    call = the_run(remediation_steps.commands(*incident()), tmp_path)
    variables = {call[at + 1] for at, word in enumerate(call) if word == "-e"}
    assert "STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234" in variables
    assert "STIGMER_LLM_BASE_URL=http://host.docker.internal:11434" in variables
    assert not any(variable.startswith(("STIGMER_BACKEND_URL", "PATH")) for variable in variables)
    assert "MODE=local" in variables
    assert "--network" not in call
    assert call[-1] == "stigmer-agent-runner:local"
    assert "--log-opt=max-size=10m" in call


def test_sd301_decides_about_a_variable_that_another_cause_sets_too(tmp_path: Path) -> None:
    assert "STIGMER_BACKEND_ENDPOINT=host.docker.internal:50051" not in the_run(
        remediation_steps.commands(*incident()), tmp_path
    )


def test_a_hidden_value_is_exported_from_the_container_and_passed_by_name_only(tmp_path: Path) -> None:
    steps = remediation_steps.commands(*incident())
    assert "<hidden" not in repr(steps)
    calls = run(steps, tmp_path, seen='test "$ANTHROPIC_API_KEY" = "s3cr3t=x y"')
    call = next(other for other in calls if other[0] == "run")
    assert call[call.index("ANTHROPIC_API_KEY") - 1] == "-e"
    assert not any("s3cr3t" in word for other in calls for word in other)


def test_a_shown_variable_with_a_hidden_part_is_not_printed_either() -> None:
    variable = f.Variable(name="HTTPS_PROXY", value="http://<hidden 2>@proxy:8080")
    assert "<hidden" not in repr(with_container(environment=(variable,)))


@pytest.mark.parametrize("value", ["a b", "it's", '"$HOME"', "`id`", "a\\b", "", "*", "日本 é", "!x", "#x", "~"])
def test_a_value_reaches_docker_as_it_is(value: str, tmp_path: Path) -> None:
    steps = with_container(environment=(f.Variable(name="GREETING", value=value),))
    assert f"GREETING={value}" in the_run(steps, tmp_path)


def test_a_value_that_cannot_be_printed_is_named_as_not_carried_over() -> None:
    steps = with_container(
        environment=(f.Variable(name="KEYS", value="a\nb\x1b[2J"),), overrides=(), unsupported_options=("Ulimits",)
    )
    recreate = next(step for step in steps if step.title.startswith("Recreate"))
    assert "\x1b" not in repr(recreate.commands)
    assert recreate.notes == ("Not carried over: KEYS (its value cannot be printed), Ulimits.",)


def test_settings_that_were_not_looked_at_are_said_to_be_so() -> None:
    assert "were not looked at" in repr(with_container(overrides=None))
    assert "were not looked at" not in repr(with_container(overrides=(), unsupported_options=()))


def test_user_command_and_entrypoint_are_carried_only_when_they_are_the_containers_own(tmp_path: Path) -> None:
    given = {"user": "1000:999", "entrypoint": ("tini", "--"), "argv": ("tini", "--", "python", "main.py")}
    assert "--user" not in the_run(with_container(overrides=(), unsupported_options=(), **given), tmp_path)
    (tmp_path / "record").unlink()
    call = the_run(with_container(overrides=("user", "entrypoint"), unsupported_options=(), **given), tmp_path)
    assert call[call.index("--user") + 1] == "1000:999"
    assert call[call.index("--entrypoint") + 1] == "tini"
    assert call[-4:] == ["stigmer-agent-runner:local", "--", "python", "main.py"]


def test_every_network_and_mount_is_kept(tmp_path: Path) -> None:
    mounts = (
        f.Mount(type="bind", source="/host_mnt/Users/me/a b", destination="/workspace", writable=True),
        f.Mount(type="volume", source="cache", destination="/cache", writable=False),
        f.Mount(type="tmpfs", source="", destination="/scratch", writable=True),
    )
    networks = (f.Network(name="lab"), f.Network(name="other"))
    calls = run(with_container(mounts=mounts, networks=networks, network_mode="lab"), tmp_path)
    call = next(other for other in calls if other[0] == "run")
    assert call[call.index("--network") + 1] == "lab"
    assert {"/Users/me/a b:/workspace", "cache:/cache:ro", "/scratch"} <= {*call}
    assert ["network", "connect", "other", "stigmer-agent-runner"] in calls


def test_aliases_are_given_on_every_network(tmp_path: Path) -> None:
    networks = (f.Network(name="other", aliases=("runner", "r")), f.Network(name="lab", aliases=("agent",)))
    calls = run(with_container(networks=networks, network_mode="lab"), tmp_path)
    call = next(other for other in calls if other[0] == "run")
    assert call[call.index("--network-alias") + 1] == "agent"
    assert ["network", "connect", "--alias", "runner", "--alias", "r", "other", "stigmer-agent-runner"] in calls


def test_labels_get_the_values_that_the_old_container_has(tmp_path: Path) -> None:
    call = the_run(with_container(labels=("team", "a.b/c d")), tmp_path)
    old = "stigmer-agent-runner.before"
    assert [call[at + 1] for at, word in enumerate(call) if word == "--label"] == [
        f'team=value of --format {{{{index .Config.Labels "team"}}}} {old}',
        f'a.b/c d=value of --format {{{{index .Config.Labels "a.b/c d"}}}} {old}',
    ]
    assert "labels whose names cannot be printed" in repr(with_container(labels=("<hidden 3>",), overrides=()))


def test_on_the_hosts_network_nothing_leads_to_this_machine_by_another_name(tmp_path: Path) -> None:
    hosts = ("host.docker.internal:host-gateway", "db:198.18.0.3")
    call = the_run(with_container(UseNetwork(mode="host"), extra_hosts=hosts), tmp_path)
    assert [call[at + 1] for at, word in enumerate(call) if word == "--add-host"] == ["db:198.18.0.3"]


def test_a_new_host_mapping_replaces_the_old_one_of_that_name(tmp_path: Path) -> None:
    steps = with_container(
        MapHost(name="host.docker.internal", target="host-gateway"),
        extra_hosts=("host.docker.internal:198.18.0.9", "v6:2001:db8::1"),
    )
    call = the_run(steps, tmp_path)
    assert [call[at + 1] for at, word in enumerate(call) if word == "--add-host"] == [
        "host.docker.internal:host-gateway",
        "v6:2001:db8::1",
    ]


def test_host_networking_drops_published_ports(tmp_path: Path) -> None:
    call = the_run(with_container(UseNetwork(mode="host"), run_options=("--publish=8080:80/tcp",)), tmp_path)
    assert call[call.index("--network") + 1] == "host"
    assert not any(word.startswith("--publish") for word in call)


def test_a_variable_of_the_image_can_only_be_emptied(tmp_path: Path) -> None:
    variable = f.Variable(name="http_proxy", value="http://proxy:1", from_image=True)
    assert "http_proxy=" in the_run(
        with_container(RemoveVariable(name="http_proxy"), environment=(variable,)), tmp_path
    )


def test_an_option_that_nobody_collects_is_named_and_not_carried_over(tmp_path: Path) -> None:
    odd = ("--volume=/:/host", "--config=x", "--device", "--tty=x", "-v=/:/x", "image")
    steps = with_container(unsupported_options=(), run_options=("--tty", "--dns=10.0.0.1", *odd))
    call = the_run(steps, tmp_path)
    assert {"--tty", "--dns=10.0.0.1"} <= set(call)
    assert not set(odd) & set(call)
    assert all(f"{word} (it is not an option)" in repr(steps) for word in odd)


def test_the_image_is_named_by_its_id_when_its_name_means_another_one_by_now(tmp_path: Path) -> None:
    facts = incident_facts()
    assert isinstance(facts.lookup, f.Lookup)
    moved = replace(facts.lookup.runners[0], image="sha256:" + "b" * 64)
    changed = finding("x", "a fault", changes=(UseNetwork(mode="bridge"),))
    facts = replace(facts, lookup=replace(facts.lookup, runners=(moved,)))
    steps = remediation_steps.commands(*diagnosed(facts, rule("SD201", "host-network-not-shared", changed)))
    assert the_run(steps, tmp_path)[-1] == "sha256:" + "b" * 64


def test_the_image_is_named_by_its_id_when_a_part_of_its_name_is_hidden(tmp_path: Path) -> None:
    facts = incident_facts()
    assert isinstance(facts.container, f.Container)
    assert isinstance(facts.lookup, f.Lookup)
    name = "runner:<hidden 1>"
    listed = replace(facts.lookup.runners[0], image=name)
    changed = finding("x", "a fault", changes=(UseNetwork(mode="bridge"),))
    container = replace(facts.container, image=name)
    facts = replace(facts, container=container, lookup=replace(facts.lookup, runners=(listed,)))
    steps = remediation_steps.commands(*diagnosed(facts, rule("SD201", "host-network-not-shared", changed)))
    assert the_run(steps, tmp_path)[-1] == container.image_id


def test_the_daemons_record_gets_the_new_id() -> None:
    record = [step for step in remediation_steps.commands(*incident()) if "daemon" in step.title]
    assert "> ~/.stigmer/data/agent-runner-container.id" in record[0].commands[0]
