"""No text makes the reader raise, and no repair changes a byte outside the lines of its diff."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from stigmer_doctor.model.merged import Changes
from stigmer_doctor.source.compose.change import NotInPlace, changed
from stigmer_doctor.source.compose.interpolation import env_file, interpolated
from stigmer_doctor.source.compose.project import Project
from tests.source.compose_styles import ELSEWHERE, IN_PLACE
from tests.source.judged import FILE, edits, found, repaired

STYLES = [*IN_PLACE.values(), *ELSEWHERE.values()]
JUNK = st.sampled_from(
    [
        "",
        " ",
        "\t",
        "\n",
        ":",
        "- ",
        "#",
        "'",
        '"',
        "{",
        "}",
        "[",
        "]",
        "&a ",
        "*a",
        "<<",
        "|",
        "\x00",
        "é",
        "\u2028",
        "---\n",
        "!x ",
    ]
)


@st.composite
def mutilated(draw: st.DrawFn) -> bytes:
    """A compose file in which something was replaced at a few places."""
    text = draw(st.sampled_from(STYLES))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(JUNK) + text[at + draw(st.integers(0, 6)) :]
    return text.encode()


@settings(max_examples=300, deadline=None)
@given(mutilated())
def test_a_mutilated_file_is_read_and_its_repair_keeps_to_its_lines(raw: bytes) -> None:
    findings = found({FILE: raw})
    made = edits(findings)
    after = repaired(raw, made).decode().splitlines(keepends=True)
    touched = {number for each in made for number in range(each.span.line, each.span.end_line + 1)}
    lines = raw.decode().splitlines(keepends=True) if "\u2028" not in raw.decode() else []
    position = 0
    for number, line in enumerate(lines, 1):
        if number not in touched and line in after[position:]:
            position = after.index(line, position) + 1
        elif number not in touched:
            raise AssertionError(f"line {number} was changed or moved: {line!r}")


@settings(max_examples=200, deadline=None)
@given(mutilated())
def test_a_mutilated_project_is_changed_as_meant_or_not_at_all(raw: bytes) -> None:
    wanted = Changes(
        network="bridge", variables={"STIGMER_BACKEND_URL": None, "A": "b: #c$"}, hosts={"h": "host-gateway"}
    )
    try:
        after = changed((FILE,), "agent-runner", wanted, {FILE: raw}.get).files
    except NotInPlace:
        return
    service = Project([FILE], (({FILE: raw} | after).get)).service("agent-runner")
    assert service.environment["A"].value == "b: #c$"
    assert service.extra_hosts["h"].value == "host-gateway"


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
@example(b"services: {agent-runner: {<<: [], environment: {<<: 1}}}")
@example(b"services:\n  agent-runner:\n    extends: agent-runner\n    image: stigmer-agent-runner")
@example(b"include: docker-compose.yml\nservices: {}")
@example(b"a: &a [*a]\nservices: *a")
@example(b"services: &s\n  <<: *s\n  agent-runner: {image: stigmer-agent-runner, <<: *s}")
def test_no_text_makes_the_reader_raise(raw: bytes) -> None:
    found({FILE: raw})


@given(st.text(alphabet="${}:-?+abAB \n'\"#=", max_size=60))
def test_interpolation_and_env_files_never_raise(text: str) -> None:
    interpolated(text, {"a": "b", "A": ""})
    env_file(text)


def test_interpolation_follows_compose() -> None:
    known = {"SET": "x", "EMPTY": ""}
    for text, value in {
        "$SET": "x", "${SET}": "x", "${SET:-d}": "x", "${EMPTY:-d}": "d", "${EMPTY-d}": "", "${NONE-d}": "d",
        "$$SET": "$SET",
        "${NONE}": None, "${NONE:?must}": None, "${SET:+alt}": "alt",
        "${NONE:+alt}": "", "${NONE:-${SET}}": "x", "a$": None,
    }.items():  # fmt: skip
        assert interpolated(text, known) == value, text
