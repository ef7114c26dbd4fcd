"""What a fix of a container would do, and what speaks against doing it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from stigmer_doctor.adapters.docker.blueprint import blueprint
from stigmer_doctor.fix.plan import Wanted, drifted, kept_paths, plan, refusal_reason, wanted
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.blueprint import Blueprint, ImageState
from stigmer_doctor.model.changes import Changes, MapHost, SetVariable
from stigmer_doctor.model.findings import Diagnosis, Finding, Remediation, Severity
from stigmer_doctor.model.fixes import Plan
from stigmer_doctor.model.source import ComposeFiles, ComposeService, ComposeVariable
from stigmer_doctor.render.formats import renderer
from stigmer_doctor.render.renderer import Display
from tests.fakes import inspected
from tests.healthy import environment, healthy
from tests.rules.altered import altered, container_of, contract_of
from tests.rules.vary import diagnose

ALIAS = "host.docker.internal"
SET = Changes(variables={"MODE": "cloud"})


def cause(code: str = "SD204", **more: Any) -> Finding:
    advice = Remediation(text="set it", changes=(SetVariable(name="MODE", value="cloud"),))
    stamped = {
        "subject": "MODE",
        "message": f"{code} was found",
        "measured": "a",
        "expected": "b",
        "remediation": advice,
    }
    return Finding(**{**stamped, "code": code, "severity": Severity.ERROR, **more})


def found(*findings: Finding) -> Diagnosis:
    return replace(diagnose(healthy()), findings=findings)


def planned(
    *causes: Finding,
    changes: Changes | None = None,
    written: tuple[tuple[bool, str], ...] = (),
    container: f.Container | None = None,
    **raw: Any,
) -> Plan:
    kept = kept_paths(blueprint({**inspected(), **raw}), written)
    return plan(Wanted(changes or Changes(), causes), container or container_of(healthy()), kept=kept)


def old(**changes: Any) -> Blueprint:
    """A container with other labels, another status or another host configuration."""
    made = inspected()
    for section, value in changes.items():
        made[section] = {**made[section], **value}
    return blueprint(made)


# ---- which causes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        cause("SD204", caused_by=("SD201",)),
        cause("SD204", suppressed=True),
        cause("SD801"),
        cause("SD901"),
        cause("SD305", severity=Severity.WARNING),
    ],
    ids=["a consequence", "suppressed", "of a compose file", "of Go code", "a warning"],
)
def test_only_errors_of_the_container_that_nothing_else_explains_ask_for_changes(other: Finding) -> None:
    assert wanted(found(cause("SD302"), other), ())[1] == (cause("SD302"),)


def test_of_the_causes_those_are_taken_that_were_selected() -> None:
    diagnosis = found(cause("SD204"), cause("SD302"))
    assert [wanted_one.code for wanted_one in wanted(diagnosis, ())[1]] == ["SD204", "SD302"]
    assert [wanted_one.code for wanted_one in wanted(diagnosis, ("SD3",))[1]] == ["SD302"]
    assert wanted(diagnosis, ("SD1",)) == (Changes(), ())


def test_what_the_container_cannot_repair_is_left_to_the_user() -> None:
    by_command = cause("SD604", remediation=Remediation(text="start it", commands=("ollama serve", "ollama ps")))
    in_words = cause("SD206", remediation=Remediation(text="open the firewall"))
    made = planned(cause(), by_command, in_words)
    assert [(change.what, change.codes) for change in made.changes] == [("SD204 was found", ("SD204",))]
    assert made.fixes == ("SD204",)
    assert [(other.what, other.codes, other.commands) for other in made.manual] == [
        ("start it", ("SD604",), ("ollama serve", "ollama ps")),
        ("open the firewall", ("SD206",), ()),
    ]


# ---- how it is shown -------------------------------------------------------------------------------------------------


def test_a_variable_is_shown_with_what_it_was() -> None:
    container = replace(container_of(healthy()), environment=environment(MODE="local", OLD="x"))
    made = planned(changes=Changes(variables={"MODE": "cloud", "OLD": None, "NEW": "1"}), container=container)
    assert made.diff == ("- MODE=local", "+ MODE=cloud", "- OLD=x", "+ NEW=1")


def test_a_network_is_shown_where_it_changes() -> None:
    assert planned(changes=Changes(network="host")).diff == ("- network bridge", "+ network host")
    assert planned(changes=Changes(network="bridge")).diff == ()


def test_a_mapping_is_shown_with_the_one_that_it_replaces_and_not_on_the_hosts_network() -> None:
    hosts = {ALIAS: "host-gateway", "db": "198.18.0.9"}
    container = replace(container_of(healthy()), extra_hosts=(f"{ALIAS}:198.18.0.7",))
    assert planned(changes=Changes(hosts=hosts), container=container).diff == (
        f"- add-host {ALIAS}:198.18.0.7",
        f"+ add-host {ALIAS}:host-gateway",
        "+ add-host db:198.18.0.9",
    )
    assert not [line for line in planned(changes=Changes(network="host", hosts=hosts)).diff if "add-host" in line]


# ---- what was written in the container -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ([(True, "/app/work"), (True, "/app/work/a"), (False, "/app")], ("/app/work",)),
        ([(False, "/app"), (False, "/app/config.ini")], ("/app/config.ini",)),
        ([(True, "/tmp/x"), (True, "/tmp"), (True, "/run/pid"), (True, "/tmpfiles")], ("/tmpfiles",)),
        ([(True, "/app/__pycache__"), (True, "/app/.pytest_cache/v"), (True, "/app/main.pyc")], ()),
        ([(True, "/workspace"), (True, "/workspace/notes"), (True, "/workspaces")], ("/workspaces",)),
        ([(True, "/b"), (True, "/a")], ("/a", "/b")),
    ],
    ids=["a new folder as a whole", "a changed file", "passing files", "what programs write", "a mount", "in order"],
)
def test_what_is_worth_it_is_carried_over(written: list[tuple[bool, str]], kept: tuple[str, ...]) -> None:
    assert planned(written=tuple(written)).writable_layer_paths == kept


def test_folders_that_the_engine_made_for_mounts_are_not_carried_over() -> None:
    host = {"Mounts": [{"Target": "/asked"}], "Tmpfs": {"/scratch": ""}}
    written = ((True, "/asked"), (True, "/scratch"), (True, "/mine"))
    assert planned(written=written, HostConfig=host).writable_layer_paths == ("/mine",)


def test_nothing_is_carried_over_where_nothing_can_be_written() -> None:
    assert planned(written=((True, "/app/work"),), HostConfig={"ReadonlyRootfs": True}).writable_layer_paths == ()


# ---- what speaks against it ------------------------------------------------------------------------------------------

COMPOSE, SERVICE = "com.docker.compose.project", "com.docker.compose.service"


@pytest.mark.parametrize("changed", [{}, {"Config": {"Labels": {COMPOSE: "p", SERVICE: "runner"}}}])
def test_nothing_speaks_against_a_change_of_a_plain_container(changed: dict[str, Any]) -> None:
    assert refusal_reason(SET, old(**changed), ImageState.SAME, ()) == ""
    assert "no cause" in refusal_reason(Changes(), old(**changed), ImageState.SAME, ())


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"Config": {"Labels": {COMPOSE: "p"}}}, "compose owns the container"),
        ({"Config": {"Labels": {"com.docker.swarm.task": "t"}}}, "an orchestrator"),
        ({"Config": {"Labels": {"io.kubernetes.pod.name": "p"}}}, "an orchestrator"),
        ({"HostConfig": {"AutoRemove": True}}, "--rm"),
        ({"State": {"Status": "paused"}}, "the container is paused: `docker unpause` it first"),
        ({"State": {"Status": "dead"}}, "the container is dead"),
        ({"State": {"Status": "removing"}}, "the container is removing"),
    ],
)
def test_what_could_not_be_put_back_is_not_begun(changed: dict[str, Any], words: str) -> None:
    refusal = refusal_reason(SET, old(**changed), ImageState.SAME, ())
    assert words in refusal
    assert ("unpause" in refusal) is ("paused" in refusal)


def test_a_deleted_image_and_containers_that_share_the_network_speak_against_it() -> None:
    assert "image" in refusal_reason(SET, old(), ImageState.DELETED, ())
    assert refusal_reason(SET, old(), ImageState.SAME, ("one", "two")).startswith("one, two use its network")


def composed(owner: str, file: str, running: str) -> f.Facts:
    """A runner that came of a service, with MODE=`running`; compose's file has `file` at the service `runner`."""

    def service(name: str, mode: str) -> ComposeService:
        variable = ComposeVariable(variable=f.Variable(name="MODE", value=mode), place="compose.yaml:4", known=True)
        return ComposeService(
            name=name,
            files=("compose.yaml",),
            place="compose.yaml:2",
            planned=container_of(healthy()),
            configuration=f.Configuration(endpoints=()),
            environment=(variable,),
        )

    services = (service("worker", "its own"), service("runner", file), service("agent", "its own"))
    files = ComposeFiles(files=("compose.yaml",), contract=contract_of(healthy()), services=services, owner=owner)
    return replace(altered(environment=environment(MODE=running)), compose=files)


def test_a_container_that_its_file_no_longer_describes_is_not_recreated_by_compose() -> None:
    assert drifted(composed("runner", "local", "local")) == ""
    assert "(MODE)" in drifted(composed("runner", "cloud", "local"))
    assert drifted(composed("unknown", "cloud", "local")) == ""
    assert drifted(healthy()) == ""


def test_a_mapping_alone_is_a_change() -> None:
    advice = Remediation(text="map it", changes=(MapHost(name=ALIAS, target="host-gateway"),))
    changes, _ = wanted(found(cause("SD202", remediation=advice)), ())
    assert changes.hosts == {ALIAS: "host-gateway"}
    assert refusal_reason(changes, old(), ImageState.SAME, ()) == ""


def test_a_command_that_is_left_to_the_user_stands_on_lines_of_its_own() -> None:
    long = "docker run \\\n  --name 'a b' " + "x" * 90
    left = cause("SD604", remediation=Remediation(text="run it", commands=(long,)))
    lines = renderer("plan", "text")(planned(left), Display()).splitlines()
    at = lines.index("  SD604  run it")
    assert lines[at + 1 : at + 4] == ["         docker run \\", f"           --name 'a b' {'x' * 90}", ""]


def test_a_line_break_in_a_value_or_a_path_is_none_of_the_plan() -> None:
    made = replace(planned(cause()), diff=("+ A=b\nrm x",), writable_layer_paths=("/a\nrm y",))
    lines = [line.strip() for line in renderer("plan", "text")(made, Display()).splitlines()]
    assert {"+ A=b\\nrm x", "/a\\nrm y"} <= set(lines)
    assert not {"rm x", "rm y"} & set(lines)
