"""What a compose file leaves out or writes for nobody, and fixes that are right only together."""

from __future__ import annotations

import pytest
import yaml

from tests.rules.sources import CODE
from tests.source.judged import FILE, edits, found, repaired

BARE = (
    "services:\n  agent-runner:\n    image: stigmer-agent-runner\n    environment:\n"
    "      STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234\n"
    "      TEMPORAL_SERVICE_ADDRESS: host.docker.internal:7233\n"
)
WHOLE = BARE + "      OLLAMA_BASE_URL: http://host.docker.internal:11434\n"
UNREAD = WHOLE + "      WORKSPACE_ROOT: /workspace\n    volumes: [./workspace:/workspace]\n"
TREE = {"runner/worker/config.py": CODE}


def judged(text: str) -> list[str]:
    return [finding.code for finding in found({FILE: text.encode(), **TREE}, "SD8")]


def mended(text: str) -> str:
    made = edits(found({FILE: text.encode(), **TREE}, "SD8"))
    return repaired(text.encode(), made).decode()


def test_an_unset_endpoint_is_added_in_the_form_of_the_others() -> None:
    assert judged(BARE) == ["SD807"]
    assert mended(BARE) == WHOLE


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  agent-runner:\n    image: stigmer-agent-runner\n",
        "services: {agent-runner: {image: stigmer-agent-runner}}\n",
        "services:\n  agent-runner:\n    image: stigmer-agent-runner\n    environment: [MODE=local]\n",
    ],
)
def test_all_that_is_unset_is_set_at_once(text: str) -> None:
    assert judged(text) == ["SD807"] * 3
    assert judged(mended(text)) == []


def test_an_unread_variable_is_renamed_and_nothing_else() -> None:
    assert judged(UNREAD) == ["SD808"]
    assert mended(UNREAD) == UNREAD.replace("WORKSPACE_ROOT", "SANDBOX_ROOT_DIR")


@pytest.mark.parametrize("network", ["network_mode: host", "networks: [outer]", "networks: {outer: }"])
def test_what_was_right_on_the_host_s_network_goes_with_it(network: str) -> None:
    text = WHOLE.replace("host.docker.internal", "localhost") + f"    {network}\n"
    text = text.replace("STIGMER_BACKEND_ENDPOINT: ", "STIGMER_BACKEND_URL: http://")
    text += "networks: {outer: {external: true, name: host}}\n"
    assert judged(text) == ["SD801", "SD802"]
    after = mended(text)
    assert judged(after) == []
    assert yaml.safe_load(after)["services"] == yaml.safe_load(WHOLE)["services"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", ""])
@pytest.mark.parametrize("last", ["network_mode: host", "image: stigmer-agent-runner"])
def test_defaults_that_were_right_on_the_host_s_network_are_set_when_it_goes(last: str, line_end: str) -> None:
    first = "image: stigmer-agent-runner" if "network" in last else "network_mode: host"
    text = f"services:\n  agent-runner:\n    {first}\n    {last}\n"
    text = text.replace("\n", line_end) if line_end else text.rstrip()
    assert judged(text) == ["SD801"]
    assert judged(mended(text)) == []


def test_host_networking_stays_where_an_address_cannot_be_moved() -> None:
    text = WHOLE.replace("host.docker.internal:7233", "${TEMPORAL:-localhost:7233}") + "    network_mode: host\n"
    (finding,) = found({FILE: text.encode(), **TREE}, "SD801")
    assert finding.remediation.edits == ()
