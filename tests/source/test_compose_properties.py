"""No text makes the reader raise, and no fix changes a byte outside the lines of its diff."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from stigmer_doctor.model.changes import Changes
from stigmer_doctor.source.compose.change import NotInPlace, changed
from stigmer_doctor.source.compose.interpolation import env_file, interpolated
from stigmer_doctor.source.compose.project import Project
from tests.source.compose_styles import ELSEWHERE, IN_PLACE
from tests.source.judged import FILE, edits, found, repaired, touched
from tests.source.mutilated import ARBITRARY, moved_lines, mutilated

STYLES = [*IN_PLACE.values(), *ELSEWHERE.values()]
JUNK = [
    *("", " ", "\t", "\n", ":", "- ", "#", "'", '"', "{", "}", "[", "]", "&a ", "*a", "<<", "|", "---\n", "!x "),
    *("\x00", "é", "\u2028"),
]

# For YAML a line of its own, so that an edit lands elsewhere than meant.
BREAKS = (
    "services:\n  agent-runner:\n\u2028    image: stigmer-agent-runner:local\n    network_mode: ${NETWORK:-host}\n"
    "    environment:\n      MODE: local\n      STIGMER_BACKEND_URL: ${BACKEND:-http://host.docker.internal:7234}\n"
).encode()


@settings(max_examples=300)
@given(mutilated(STYLES, JUNK))
def test_a_mutilated_file_is_read_and_its_repair_keeps_to_its_lines(raw: bytes) -> None:
    made = edits(found({FILE: raw}))
    assert moved_lines(raw.split(b"\n"), repaired(raw, made).split(b"\n"), touched(made)) == []


@settings(max_examples=200)
@given(mutilated(STYLES, JUNK))
@example(BREAKS)
def test_a_mutilated_project_is_changed_as_meant_or_not_at_all(raw: bytes) -> None:
    wanted = Changes(
        network="bridge", variables={"STIGMER_BACKEND_URL": None, "A": "b: #c$"}, hosts={"h": "host-gateway"}
    )
    try:
        after = changed((FILE,), "agent-runner", wanted, {FILE: raw}.get)
    except NotInPlace:
        return
    service = Project([FILE], (({FILE: raw} | after).get)).service("agent-runner")
    assert service.environment["A"].value == "b: #c$"
    assert service.extra_hosts["h"].value == "host-gateway"


@settings(max_examples=200)
@given(ARBITRARY)
@example(b"services: {agent-runner: {<<: [], environment: {<<: 1}}}")
@example(b"services:\n  agent-runner:\n    extends: agent-runner\n    image: stigmer-agent-runner")
@example(b"include: docker-compose.yml\nservices: {}")
@example(b"a: &a [*a]\nservices: *a")
@example(b"services: &s\n  <<: *s\n  agent-runner: {image: stigmer-agent-runner, <<: *s}")
def test_no_text_makes_the_reader_raise(raw: bytes) -> None:
    assert all(finding.subject.startswith(FILE) for finding in found({FILE: raw}))


@given(st.text(alphabet="${}:-?+abAB \n'\"#=", max_size=60))
def test_interpolation_and_env_files_never_raise(text: str) -> None:
    assert "$" in text or interpolated(text, {"a": "b", "A": ""}) == text
    assert len(env_file(text)) <= text.count("\n") + 1


def test_interpolation_follows_compose() -> None:
    known = {"SET": "x", "EMPTY": ""}
    for text, value in {
        "$SET": "x", "${SET}": "x", "${SET:-d}": "x", "${EMPTY:-d}": "d", "${EMPTY-d}": "", "${NONE-d}": "d",
        "$$SET": "$SET",
        "${NONE}": None, "${NONE:?must}": None, "${SET:+alt}": "alt",
        "${NONE:+alt}": "", "${NONE:-${SET}}": "x", "a$": "a$", "${": None,
    }.items():  # fmt: skip
        assert interpolated(text, known) == value, text
