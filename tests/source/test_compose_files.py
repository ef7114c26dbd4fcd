"""Compose files of many styles: read without a change, judged at the right place, fixed with the smallest edits."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from stigmer_doctor.model.changes import Changes
from stigmer_doctor.source.compose.change import NotInPlace, changed
from stigmer_doctor.source.edits import unified
from tests.source.compose_styles import ELSEWHERE, IN_PLACE, RIGHT, RIGHT_AS_THEY_ARE, WRONG
from tests.source.judged import FILE, edits, found, repaired

FORMS = {
    "lf": lambda text: text.encode(),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "no final newline": lambda text: text.rstrip("\n").encode(),
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
}
CODES = ("SD801", "SD802")


def meant(text: str) -> Any:
    """What the file says once both faults are fixed."""
    document = yaml.safe_load(text)
    service = document["services"].get("agent-runner") or document["services"]["worker"]
    del service["network_mode"]
    variables = service["environment"]
    if isinstance(variables, list):
        variables[variables.index(WRONG)] = RIGHT
    else:
        del variables["STIGMER_BACKEND_URL"]
        variables["STIGMER_BACKEND_ENDPOINT"] = "host.docker.internal:7234"
    return document


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("style", IN_PLACE)
def test_both_faults_are_found_and_repaired_in_place(style: str, form: str) -> None:
    raw = FORMS[form](IN_PLACE[style])
    findings = found({FILE: raw})
    assert [finding.code for finding in findings] == list(CODES)
    made = edits(findings)
    after = repaired(raw, made)
    assert yaml.safe_load(after.decode("utf-8-sig")) == meant(IN_PLACE[style])
    assert found({FILE: after}) == []
    changed_lines = {number for edit in made for number in range(edit.span.line, edit.span.end_line + 1)}
    before_lines, after_lines = raw.splitlines(keepends=True), after.splitlines(keepends=True)
    untouched = [line for number, line in enumerate(before_lines, 1) if number not in changed_lines]
    assert all(line in after_lines for line in untouched if line.endswith(b"\n"))
    assert raw.endswith(b"\n") == after.endswith(b"\n")
    assert (b"\r\n" in after) == (b"\r\n" in raw)
    assert after.count(b"\r\n") == after.count(b"\n") or b"\r\n" not in after


@pytest.mark.parametrize("style", IN_PLACE)
def test_the_place_is_that_of_the_token(style: str) -> None:
    text = IN_PLACE[style]
    for finding, token in zip(found({FILE: text.encode()}), ("host", "STIGMER_BACKEND_URL"), strict=True):
        _, line, column = finding.subject.rsplit(":", 2)
        rest = text.splitlines()[int(line) - 1][int(column) - 1 :]
        assert rest.lstrip("\"'").startswith(token)


@pytest.mark.parametrize("style", IN_PLACE)
def test_changing_nothing_changes_nothing(style: str) -> None:
    files = {FILE: IN_PLACE[style].encode()}
    name = "worker" if "worker:" in IN_PLACE[style] else "agent-runner"
    assert changed((FILE,), name, Changes(), files.get) == {}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("style", IN_PLACE)
def test_the_container_s_repair_changes_the_same_and_adds_what_is_missing(style: str, form: str) -> None:
    raw = FORMS[form](IN_PLACE[style])
    name = "worker" if "worker:" in IN_PLACE[style] else "agent-runner"
    wanted = Changes(
        network="bridge",
        variables={
            "STIGMER_BACKEND_URL": None,
            "STIGMER_BACKEND_ENDPOINT": "host.docker.internal:7234",
            "OLLAMA_BASE_URL": "http://host.docker.internal:11434",
        },
        hosts={"host.docker.internal": "host-gateway"},
    )
    after = changed((FILE,), name, wanted, {FILE: raw}.get)[FILE]
    document = meant(IN_PLACE[style])
    service = document["services"][name]
    added = ("OLLAMA_BASE_URL", "http://host.docker.internal:11434")
    if isinstance(service["environment"], list):
        service["environment"].append("=".join(added))
    else:
        service["environment"][added[0]] = added[1]
    service["extra_hosts"] = ["host.docker.internal:host-gateway"]
    assert yaml.safe_load(after.decode("utf-8-sig")) == document
    assert changed((FILE,), name, wanted, {FILE: after}.get) == {}


@pytest.mark.parametrize("style", ELSEWHERE)
def test_a_value_that_comes_through_something_else_is_left_alone_and_an_override_proposed(style: str) -> None:
    findings = found({FILE: ELSEWHERE[style].encode()}, *CODES)
    assert {finding.code for finding in findings} == set(CODES)
    for finding in findings:
        assert finding.remediation.edits == ()
        assert finding.remediation.fix
        assert finding.remediation.fix.safety == "manual"
        override = yaml.safe_load(finding.remediation.fix.diff)
        assert list(override["services"]) == ["agent-runner"]
    files = {FILE: ELSEWHERE[style].encode()}
    for number, finding in enumerate(findings):
        assert finding.remediation.fix
        files[f"over{number}.yml"] = finding.remediation.fix.diff.encode()
    from stigmer_doctor.source.compose.project import Project

    service = Project(list(files), files.get).service("agent-runner")
    assert service.fields["network_mode"].value == "bridge"
    assert service.environment["STIGMER_BACKEND_ENDPOINT"].value == "host.docker.internal:7234"


@pytest.mark.parametrize("style", RIGHT_AS_THEY_ARE)
def test_what_is_right_is_left_alone(style: str) -> None:
    assert found({FILE: RIGHT_AS_THEY_ARE[style].encode()}) == []


@pytest.mark.parametrize("style", ["an-anchor", "a-merge-key", "extends"])
def test_a_service_with_inherited_values_overrides_them_in_its_own_block(style: str) -> None:
    wanted = Changes(network="bridge", variables={"STIGMER_BACKEND_ENDPOINT": "host.docker.internal:7234"})
    files = {FILE: ELSEWHERE[style].encode()}
    try:
        after = changed((FILE,), "agent-runner", wanted, files.get)[FILE]
    except NotInPlace:
        assert style != "extends"  # an own environment would replace the inherited one as a whole
        return
    service = yaml.safe_load(after)["services"]["agent-runner"]
    assert service["network_mode"] == "bridge"
    assert service["environment"]["STIGMER_BACKEND_ENDPOINT"] == "host.docker.internal:7234"


def test_the_diff_shows_the_lines_and_nothing_else() -> None:
    findings = found({FILE: IN_PLACE["list"].encode()})
    assert unified(edits(findings)).splitlines() == [
        f"--- {FILE}",
        f"+++ {FILE}",
        "@@ -4 +3,0 @@",
        '-    network_mode: "host"',
        "@@ -7 +6 @@",
        "-      - STIGMER_BACKEND_URL=http://host.docker.internal:7234",
        "+      - STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234",
    ]


def test_a_scheme_alone_is_a_finding_of_its_own() -> None:
    text = IN_PLACE["list"].replace("BACKEND_URL", "BACKEND_ENDPOINT")
    (finding,) = found({FILE: text.encode()}, "SD803")
    after = repaired(text.encode(), list(finding.remediation.edits))
    assert b"STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234" in after


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("services:\n\tagent-runner: {image: stigmer-agent-runner}\n", "tab"),
        ("services: {agent-runner: {image: stigmer-agent-runner, image: x}}\n", "twice"),
        ("services: [agent-runner\n", "not valid YAML"),
        ("services: *agent-runner\n", "undefined alias"),
        ("agent-runner: " + "[" * 5000, "nested deeper"),
    ],
)
def test_a_file_that_compose_refuses_is_named_with_its_place(text: str, said: str) -> None:
    (finding,) = found({FILE: text.encode()}, "SD805")
    assert said in finding.message
    assert finding.subject.startswith(f"{FILE}:")


def test_aliases_are_not_expanded() -> None:
    bomb = "x-0: &a0 [x]\n" + "".join(f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    findings = {finding.code: finding.severity for finding in found({FILE: (bomb + IN_PLACE["list"]).encode()})}
    assert findings == {"SD801": "error", "SD802": "error", "SD805": "info"}


def test_overrides_are_read_on_top() -> None:
    files = {
        FILE: IN_PLACE["list"].encode(),
        "docker-compose.override.yml": b"services:\n  agent-runner:\n    network_mode: bridge\n"
        b"    environment: [STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234]\n",
    }
    assert found(files) == []


def test_an_env_file_is_read_and_named() -> None:
    files = {
        FILE: b"services:\n  agent-runner:\n    image: stigmer-agent-runner\n    env_file: runner.env\n",
        "runner.env": b"# x\nMODE=local\nSTIGMER_BACKEND_URL=http://host.docker.internal:7234\n",
    }
    (finding,) = found(files, "SD802")
    assert finding.subject == "runner.env:3"
    assert finding.remediation.edits == ()


def test_a_secret_in_a_compose_file_is_not_told() -> None:
    text = IN_PLACE["flow-map"].replace("MODE: local", "MODE: local, ANTHROPIC_API_KEY: sk-ant-very-secret-key-0001")
    said = repr(found({FILE: text.encode()}))
    assert "very-secret" not in said


def test_a_second_document_is_merged_over_the_first() -> None:
    text = IN_PLACE["list"] + "---\nservices: {agent-runner: {network_mode: bridge}}\n"
    assert [finding.code for finding in found({FILE: text.encode()})] == ["SD802"]


def test_a_file_that_is_too_large_is_not_read() -> None:
    (finding,) = found({FILE: IN_PLACE["list"].encode() + b"# x\n" * 3_000_000})
    assert (finding.code, "10 MiB" in finding.message) == ("SD805", True)


def test_bytes_that_are_no_text_are_named() -> None:
    (finding,) = found({FILE: IN_PLACE["list"].encode() + b"\xff\xfe"})
    assert "not UTF-8" in finding.message


INCLUDING = {
    "a text": "include:\n  - deploy/services.yml\n",
    "a list of paths": "include:\n  - path: [deploy/other.yml, deploy/services.yml]\n",
}


@pytest.mark.parametrize("form", INCLUDING)
def test_what_a_compose_file_includes_is_judged_whatever_it_is_called(form: str) -> None:
    files = {
        FILE: INCLUDING[form].encode(),
        "deploy/services.yml": IN_PLACE["list"].encode(),
        "deploy/other.yml": b"services: {}\n",
    }
    findings = found(files, "SD80")
    assert [(finding.code, finding.subject.split(":")[0]) for finding in findings] == [
        (code, "deploy/services.yml") for code in CODES
    ]


@pytest.mark.parametrize("form", INCLUDING)
def test_what_includes_nothing_about_the_runner_is_not_judged(form: str) -> None:
    files = {FILE: INCLUDING[form].encode(), "deploy/services.yml": b"services: {db: {image: postgres, bad: 1}}\n"}
    assert found({**files, "deploy/alone.yml": IN_PLACE["list"].encode()}, "SD80") == []
