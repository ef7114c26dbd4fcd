"""The plan of a fix for a terminal."""

from __future__ import annotations

from stigmer_doctor.model.fixes import FileDiff, Plan
from stigmer_doctor.render.fix import plan
from stigmer_doctor.render.renderer import Display


def test_every_line_of_a_diff_has_its_mark() -> None:
    diff = "--- a\n+++ a\n@@ -1 +1 @@\n-old\n+new\ntouch x\n context\n\\ No newline at end of file"
    shown = plan(Plan(container="c", container_id="", files=(FileDiff(path="a", diff=diff),)), Display()).splitlines()
    at = shown.index("  --- a")
    assert shown[at + 3 : at + 8] == [
        "  -old",
        "  +new",
        "  \\ touch x",
        "   context",
        "  \\ No newline at end of file",
    ]
