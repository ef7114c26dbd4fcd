"""The plan of a fix for a terminal."""

from __future__ import annotations

from stigmer_doctor.model.fixes import FileDiff, Journal, Plan
from stigmer_doctor.render.fix import fixes, plan
from stigmer_doctor.render.renderer import Display

_PLAN = Plan(container="c", container_id="")


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


def test_what_can_be_undone_stands_whole_on_its_lines() -> None:
    files = Journal(id="2026-11-28-4b3cdc34", at="2026-11-28T12:30:01Z", engine="", name="/srv/a.yaml", plan=_PLAN)
    replaced = Journal(
        id="2026-11-29-0a1b2c3d", at="2026-11-29T01:02:03Z", engine="e", name="stigmer-agent-runner", plan=_PLAN,
        kept="stigmer-agent-runner.old-0a1b2c3d", keep_until="2026-12-06T01:02:03Z",
    )  # fmt: skip
    assert fixes([replaced, files], Display()).splitlines() == [
        "2026-11-29-0a1b2c3d  stigmer-agent-runner",
        "  made at   2026-11-29T01:02:03Z",
        "  kept as   stigmer-agent-runner.old-0a1b2c3d",
        "  until     2026-12-06T01:02:03Z",
        "2026-11-28-4b3cdc34  /srv/a.yaml",
        "  made at   2026-11-28T12:30:01Z",
    ]
    assert fixes([], Display()) == "No fix that could be undone.\n"
