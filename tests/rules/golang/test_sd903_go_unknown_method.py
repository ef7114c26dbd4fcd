"""SD903: a method is called that its receiver's type does not have, so that the program cannot be built."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.golang.sd903_go_unknown_method import RULE
from tests.healthy import healthy
from tests.rules.golang.trees import NO_TREE, edit, go_of, with_go
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.sources import started
from tests.source.go_idioms import HEAD

CALL = f"{HEAD}type T struct{{}}\n\nfunc f() {{\n\tt := T{{}}\n\tt.Missing()\n}}\n"
METHODS = tuple(f"M{number}" for number in range(1, 9))


def calling(**changes: object) -> f.Facts:
    """The one call, changed."""
    (call,) = go_of(started(CALL)).calls
    return with_go(started(CALL), calls=(replace(call, **changes),))


def unseen() -> f.Facts:
    """Its line is not known."""
    (call,) = go_of(started(CALL)).calls
    return calling(span=replace(call.span, lines=()))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "the type has no methods",
            started(CALL),
            Told(
                subject="daemon/daemon.go:17:4",
                measured="t.Missing()",
                expected="one of none",
                endpoints=(),
                message="t.Missing() does not exist: daemon.T has no such method",
                advice="Call a method that it has.",
                evidence=("file daemon/daemon.go:17:4: t.Missing()",),
                fix=("manual",),
            ),
        ),
        fires(
            "its line is not known",
            unseen(),
            Told(
                subject="daemon/daemon.go:17:4",
                measured="t.Missing(...)",
                expected="one of none",
                endpoints=(),
                message="t.Missing() does not exist",
                advice="Call a method",
            ),
        ),
        fires(
            "the near one is named first",
            calling(method="Updat", methods=("Close", "Update", "Updater")),
            Told(
                subject="daemon/daemon.go:17:4",
                measured="t.Missing()",
                expected="one of Update, Close, Updater",
                endpoints=(),
                message="t.Updat() does not exist",
                advice="Call a method that it has.",
            ),
        ),
        fires(
            "none is near enough",
            calling(method="Updte", methods=("Close", "Upper")),
            Told(
                subject="daemon/daemon.go:17:4",
                measured="t.Missing()",
                expected="one of Close, Upper",
                endpoints=(),
                message="t.Updte()",
                advice="Call",
            ),
        ),
        fires(
            "as many as are named",
            calling(methods=METHODS),
            Told(
                subject="daemon/daemon.go:17:4",
                measured="t.Missing()",
                expected="one of M1, M2, M3, M4, M5, M6, M7, M8",
                endpoints=(),
                message="t.Missing()",
                advice="Call",
            ),
        ),
        fires(
            "more than are named",
            calling(methods=(*METHODS, "Mising")),
            Told(
                subject="daemon/daemon.go:17:4",
                measured="t.Missing()",
                expected="one of Mising, M1, M2, M3, M4, M5, M6, M7, ...",
                endpoints=(),
                message="t.Missing()",
                advice="Call",
            ),
        ),
        fires(
            "what is meant is known",
            calling(method="Update", edits=(edit("daemon/daemon.go:17:4", "SetPhase", "\tt.Update()"),)),
            Told(
                subject="daemon/daemon.go:17:4",
                measured="t.Missing()",
                expected="one of none",
                endpoints=(),
                message="t.Update() does not exist",
                advice="Call SetPhase, with the phase that is meant.",
                fix=("unsafe", "-\tt.Update()", "+\tt.SetPhasete()"),
            ),
        ),
        does_not_fire(
            "a field that is called",
            started(f"{HEAD}type T struct{{ Missing func() }}\n\nfunc f(t T) {{\n\tt.Missing()\n}}\n"),
        ),
        does_not_fire("the method is there", started(CALL + "\nfunc (t T) Missing() {}\n")),
        not_checked("no tree", healthy(), NO_TREE),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
