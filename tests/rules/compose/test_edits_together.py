"""SD801: lines that are removed and lines that are added next to them, as one change of the file."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.model.edits import Edit
from stigmer_doctor.rules.compose.sd801_compose_host_network import RULE
from stigmer_doctor.rules.compose.unset import combined
from stigmer_doctor.source.text import SourceText
from tests.rules.compose.files import service_of, with_service
from tests.rules.sources import CODE, in_tree
from tests.rules.vary import one
from tests.source.judged import FILE, edits, found, repaired

HEAD = "services:\n  agent-runner:\n    image: stigmer-agent-runner\n"
MODE = "    network_mode: host\n"
ADDED = (
    "    environment:\n      STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234\n"
    "      TEMPORAL_SERVICE_ADDRESS: host.docker.internal:7233\n"
    "      OLLAMA_BASE_URL: http://host.docker.internal:11434\n"
)
FORMS = {
    "the mode last": (HEAD + MODE, HEAD + ADDED),
    "the mode last, without a line end": ((HEAD + MODE)[:-1], (HEAD + ADDED)[:-1]),
    "the mode first": (
        HEAD.replace("    image", MODE + "    image"),
        HEAD + ADDED,
    ),
    "a comment behind it": (HEAD + MODE + "# the end\n", HEAD + ADDED + "# the end\n"),
    "lines of Windows": ((HEAD + MODE).replace("\n", "\r\n"), (HEAD + ADDED).replace("\n", "\r\n")),
    "all on one line": (
        "services:\n  agent-runner: {network_mode: host, image: stigmer-agent-runner, environment: {MODE: local}}\n",
        (
            "services:\n  agent-runner: {image: stigmer-agent-runner, environment: {MODE: local, "
            "STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234, TEMPORAL_SERVICE_ADDRESS: host.docker.internal:7233, "
            "OLLAMA_BASE_URL: http://host.docker.internal:11434}}\n"
        ),
    ),
    "another service behind it": (HEAD + MODE + "  web:\n    image: web\n", HEAD + ADDED + "  web:\n    image: web\n"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_repaired_file(form: str) -> None:
    before, after = FORMS[form]
    files = {FILE: before.encode(), "runner/worker/config.py": CODE}
    assert repaired(files[FILE], edits(found(files, "SD801"))).decode() == after


def test_an_edit_that_two_addresses_need_is_made_once() -> None:
    facts = in_tree(HEAD + MODE)
    first, second, _ = service_of(facts).unset
    twice = (first, replace(second, edits=first.edits))
    (made,) = one(with_service(facts, unset=twice), RULE).remediation.edits
    assert made.text.count("STIGMER_BACKEND_ENDPOINT") == 1


def test_what_is_changed_further_down_stays_a_change_of_its_own() -> None:
    source = SourceText(FILE, b"one\ntwo\nthree\n", most_bytes=100)
    removed, added, later = (
        Edit(span=source.span(start, end), text=text) for start, end, text in ((0, 4, ""), (3, 3, "\n2"), (8, 13, "3"))
    )
    first, second = combined([later, added, removed])
    assert (first.span, first.text, second) == (removed.span, "2\n", later)


ANCHORS = {
    "the section": "x-all: &all\n  MODE: local\n" + HEAD + "    environment: *all\n",
    "the whole service": "x-all: &all\n  environment: {MODE: local}\n" + HEAD + "    <<: *all\n",
}


@pytest.mark.parametrize("form", ANCHORS)
def test_a_section_that_comes_through_an_anchor_gets_no_second_one_beside_it(form: str) -> None:
    moved = one(in_tree(ANCHORS[form] + MODE), RULE).remediation
    assert moved.fix is not None
    assert moved.fix.safety == "manual"
    assert not any(variable.edits for variable in service_of(in_tree(ANCHORS[form])).unset)


def test_variables_merged_into_a_section_of_its_own_get_more_beside_them() -> None:
    before = "x-all: &all\n  MODE: local\n" + HEAD + "    environment:\n      <<: *all\n"
    files = {FILE: before.encode(), "runner/worker/config.py": CODE}
    assert repaired(files[FILE], edits(found(files, "SD807"))).decode() == before + ADDED.partition("\n")[2]


def test_lines_added_behind_a_last_line_without_a_line_end_keep_theirs_before_them() -> None:
    source = SourceText(FILE, b"one\ntwo", most_bytes=100)
    (made,) = combined([Edit(span=source.span(4, 7), text=""), Edit(span=source.span(6, 6), text="\n2")])
    assert made.text == "\n2"
