"""SD902: a Go file that has to do with the runner does not parse, so that the program cannot be built."""

from __future__ import annotations

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.model.source import Problem
from stigmer_doctor.rules.golang.sd902_go_syntax_error import RULE
from tests.healthy import healthy
from tests.rules.golang.trees import NO_FILE, NO_TREE, edit, span, with_go
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.sources import started
from tests.source.go_idioms import UNGUARDED

LINE = "return args +"


def with_problems(*problems: Problem) -> f.Facts:
    return with_go(started(UNGUARDED["appended"]), problems=problems)


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "an operand is missing",
            started(UNGUARDED["appended"].replace("return args", LINE)),
            Told(
                subject="daemon/daemon.go:16:14",
                measured="return args +",
                expected="gofmt reads the file",
                endpoints=(),
                message="daemon/daemon.go is not Go: this is not Go",
                advice="Correct it by hand.",
                evidence=("file daemon/daemon.go:16:14: return args +",),
                fix=("manual",),
            ),
        ),
        fires(
            "a bracket is missing",
            with_problems(
                Problem(
                    file="a.go",
                    message="a } is missing",
                    span=span("a.go:2:1", LINE),
                    edits=(edit("a.go:2:5", "}", LINE),),
                )
            ),
            Told(
                subject="a.go:2:1",
                measured="return args +",
                expected="gofmt reads the file",
                endpoints=(),
                message="a.go is not Go: a } is missing",
                advice="Write } at line 2, column 5.",
                evidence=("file a.go:2:1: return args +",),
                fix=("safe", "-return args +", "+retu}rgs +"),
            ),
        ),
        fires(
            "the place is not known",
            with_problems(Problem(file="a.go", message="it ends too early")),
            Told(
                subject="a.go",
                measured="it ends too early",
                expected="gofmt reads the file",
                endpoints=(),
                message="a.go is not Go: it ends too early",
                advice="Correct it by hand.",
                evidence=("file a.go: ",),
            ),
        ),
        fires(
            "it was not looked at",
            with_problems(Problem(file="a.go", message="is too large", span=span("a.go:2:1", LINE), certain=False)),
            Told(
                subject="a.go",
                measured="is too large",
                expected="a file that could be looked at",
                endpoints=(),
                message="a.go is too large: it was not looked at",
                advice="Look at it yourself, or have gofmt read it.",
                severity=Severity.INFO,
                evidence=("file a.go: is too large",),
                fix=("manual",),
            ),
        ),
        fires(
            "two",
            with_problems(Problem(file="b.go", message="is wrong"), Problem(file="a.go", message="is wrong")),
            Told(
                subject="a.go",
                measured="is wrong",
                expected="gofmt reads the file",
                endpoints=(),
                message="a.go is not Go",
                advice="Correct",
            ),
            Told(
                subject="b.go",
                measured="is wrong",
                expected="gofmt reads the file",
                endpoints=(),
                message="b.go is not Go",
                advice="Correct",
            ),
        ),
        does_not_fire("it parses", started(UNGUARDED["appended"])),
        not_checked("it has nothing to do with the runner", started("this is not Go at all"), NO_FILE),
        not_checked("no tree", healthy(), NO_TREE),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
