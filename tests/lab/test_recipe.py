"""What the report tells the user to run, run as printed."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.lab.diagnosis import check
from tests.lab.lab import READY, Lab, Runner
from tests.lab.scenarios import ALL, SCENARIOS, daemon_environment

pytestmark = pytest.mark.lab

_BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def steps(lab: Lab) -> list[str]:
    """The numbered steps' commands, as a person copies them out of an issue. On a busy machine a service may take
    longer to answer than one is waited for by default, and is not accused then."""
    report = lab.doctor("check", "--format", "markdown", "--timeout", "10").stdout
    return _BLOCK.findall(report.partition("<summary>By hand</summary>")[2].partition("</details>")[0])


def run(lab: Lab, command: str) -> None:
    done = lab.as_user(["sh", "-c", command])
    assert done.returncode == 0, f"{command}\n{done.stderr}"


@pytest.mark.parametrize("scenario", ["incident", "incident-daemon", "report-fix", "llm-old-name", "network-none"])
def test_the_commands_repair_the_runner(desktop: Lab, scenario: str) -> None:
    SCENARIOS[scenario].bring_up(desktop)
    recreate, tell = steps(desktop)[:2]
    run(desktop, recreate)
    run(desktop, tell)
    found = desktop.engine.inspect_container("stigmer-agent-runner")
    Runner(found["Id"], "stigmer-agent-runner", desktop.engine).wait_log(READY)
    assert (desktop.data / "agent-runner-container.id").read_text() == found["Id"]
    report = check(desktop)
    assert report.exit_code == 0, report.codes("error", "warning")


def test_the_commands_to_go_back_bring_the_old_container_back(desktop: Lab) -> None:
    before = SCENARIOS["report-fix"].bring_up(desktop)
    recreate, _, look, back = steps(desktop)[:4]
    run(desktop, recreate)
    run(desktop, look.replace("stigmer-doctor", f"{Path(sys.executable)} -m stigmer_doctor").strip() + " || true")
    run(desktop, back)
    assert desktop.engine.inspect_container("stigmer-agent-runner")["Id"] == before.id
    assert check(desktop).causes == {"SD204"}


def test_labels_keep_their_values(desktop: Lab) -> None:
    labels = {"team": "agents", "com.example/note": """it's "a" $HOME `b` \\ c"""}
    desktop.services.start(*ALL)
    desktop.run(env=daemon_environment(STIGMER_LLM_BASE_URL="http://localhost:11434"), config={"labels": labels})
    run(desktop, steps(desktop)[0])
    found = desktop.engine.inspect_container("stigmer-agent-runner")["Config"]["Labels"]
    assert {name: found.get(name) for name in labels} == labels


def test_a_native_engine_without_a_mapping_is_told_how_to_get_one(linux: Lab) -> None:
    SCENARIOS["linux-bridge"].bring_up(linux)
    run(linux, steps(linux)[0])
    assert "SD202" not in check(linux).codes()
