"""The log's lines are found in one text as they would be one by one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stigmer_doctor import profile
from stigmer_doctor.analysis.log import Line, lines_with
from stigmer_doctor.model.facts import Logs

KNOWN = profile.load()
EXPRESSIONS = [
    KNOWN.startup_failure,
    re.escape(KNOWN.worker_ready),
    *(expression for signature in KNOWN.signatures for expression in (signature.pattern, signature.success)),
]
PIECES = [
    "Worker ready", "All connection attempts failed", "failed to connect to all addresses", "Failed to connect to ",
    "remote host", "Failed client connect: ", "STARTUP FAILURE: ", "Configuration Error", "HTTP Request: POST x",
    "/api/", "Updated execution aex-1", " to FAILED", " ", "\n", "x",
]  # fmt: skip


@pytest.mark.parametrize("expression", [*EXPRESSIONS, "^x", "x$", "", r"x\s*x"])
@settings(max_examples=25)
@given(lines=st.lists(st.lists(st.sampled_from(PIECES), max_size=4).map("".join), max_size=8), first=st.integers(0, 3))
def test_lines_are_found_as_they_would_be_one_by_one(expression: str, lines: list[str], first: int) -> None:
    expected = [
        Line(number, text) for number, text in enumerate(lines, 1) if number > first and re.search(expression, text)
    ]
    assert lines_with(expression, Logs(lines=tuple(lines)), first) == expected
