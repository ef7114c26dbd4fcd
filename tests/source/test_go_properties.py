"""No text makes the reader of Go raise, and no repair changes a byte outside the lines of its diff."""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.source.go_idioms import GUARDED, UNGUARDED
from tests.source.judged import edits, found, repaired

FILE = "cli/daemon/daemon.go"
DAEMON = Path("fixtures/source/incident/client-apps/cli/internal/cli/daemon/daemon.go").read_text()
TEXTS = [DAEMON, *GUARDED.values(), *UNGUARDED.values()]
JUNK = st.sampled_from(
    ["", " ", "\n", "{", "}", "(", ")", '"', "`", "//", "/*", ",", "args", "--network", '"host"', "\x00", "é", "if "]
)


@st.composite
def mutilated(draw: st.DrawFn) -> bytes:
    """Go code in which something was replaced at a few places."""
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(JUNK) + text[at + draw(st.integers(0, 6)) :]
    return text.encode()


@settings(max_examples=300, deadline=None)
@given(mutilated())
def test_a_mutilated_file_is_read_and_its_repair_keeps_to_its_lines(raw: bytes) -> None:
    made = edits(found({FILE: raw}))
    after = repaired(raw, made).split(b"\n")
    touched = {number for each in made for number in range(each.span.line, each.span.end_line + 1)}
    position = 0
    for number, line in enumerate(raw.split(b"\n"), 1):
        if number not in touched:
            assert line in after[position:], f"line {number} was changed or moved: {line!r}"
            position = after.index(line, position) + 1


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
@example(b"package a\n\ntype AgentRunner struct { AgentRunner }\n\nfunc f(a AgentRunner) { a.x() }\n")
@example(
    b'package a\n\nvar agentRunner = agentRunner\n\nfunc f() []string { return []string{"run", "--net", "host"} }\n'
)
def test_no_text_makes_the_reader_raise(raw: bytes) -> None:
    found({FILE: b"// agent-runner\n" + raw})
