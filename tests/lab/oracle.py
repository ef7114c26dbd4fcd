"""`python -m tests.lab scenarios [NAME...]`: what the doctor says, compared with what a real execution does."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections import deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.lab.diagnosis import Report, check
from tests.lab.forbidding import forbidding
from tests.lab.lab import Lab
from tests.lab.reality import addresses, containers, links, repairs, settings
from tests.lab.reality.case import Case

# How long an execution may take that is expected to work, also on a busy machine, and one that is not.
_WORKS_WITHIN_S, _FAILS_WITHIN_S = 180.0, 20.0
CASES = {
    image.name: image
    for image in (
        *settings.IMAGES, *settings.CLOUD, *settings.SETTINGS, *addresses.MALFORMED, *addresses.ELSEWHERE,
        *addresses.LOOPBACK, *links.FIREWALLS, *links.DEGRADED, *links.ALIASES, *containers.CONTAINERS,
        *containers.FORBIDDEN, *repairs.REPAIRED,
    )
}  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """One scenario: what an execution did, and what the doctor said before it."""

    case: Case
    works: bool
    exit_code: int
    named: frozenset[str]
    missed: tuple[str, ...]
    false: frozenset[str]
    trouble: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the verdict is that of the execution, and the execution what the scenario is about."""
        return self.works == self.case.works and (not self.case.compare or self._verdict_agrees)

    @property
    def _verdict_agrees(self) -> bool:
        return self.exit_code == 3 if self.case.unmeasurable else (self.exit_code == 0) == self.works

    @property
    def right(self) -> bool:
        return self.agrees and not (self.missed or self.false or self.trouble)


def judge(lab: Lab, case: Case) -> Judged:
    """Bring the scenario up, ask the doctor, and then run executions."""
    try:
        lab.reset()
        case.bring_up(lab)
        report = _report(lab, case)
    except Exception as error:  # noqa: BLE001 - a scenario that breaks is reported, and the others are run
        return Judged(case, False, -1, frozenset(), case.causes, frozenset(), f"{type(error).__name__}: {error}")
    named, accused = _named(report, "error", "warning"), _named(report, "error")
    missed = tuple(cause for cause in case.causes if not named & set(cause.split("|")))
    expected = {code for cause in (*case.causes, *case.may) for code in cause.split("|")}
    within = _WORKS_WITHIN_S if case.works else _FAILS_WITHIN_S
    works = all(execution_works(lab, within) for _ in range(case.executions))
    false = accused - expected | _named(report, "error", "warning") & set(case.never)
    return Judged(case, works, report.exit_code, named & expected | accused, missed, false)


def _report(lab: Lab, case: Case) -> Report:
    if not case.forbidden:
        return check(lab, "--timeout", "2")
    with forbidding(lab, *case.forbidden) as host:
        return check(lab, "--timeout", "2", "--host", host)


def execution_works(lab: Lab, within: float) -> bool:
    """Whether an execution completes and the backend was told."""
    name = f"aex-{uuid.uuid4().hex[:12]}"
    try:
        outcome = lab.execute(name, within=within)
    except RuntimeError:
        return False
    return outcome == "EXECUTION_COMPLETED" and f"{name} EXECUTION_COMPLETED" in lab.services.backend_calls()


def run(names: Iterable[str], workers: int = 2) -> int:
    """Run the named scenarios, all when none is named, on as many labs at the same time as there are workers; 0 when
    the doctor was right about every one."""
    wanted = list(names) or list(CASES)
    if unknown := [name for name in wanted if name not in CASES]:
        print(f"There is no scenario {', '.join(unknown)}. There are:\n{chr(10).join(CASES)}")
        return 2
    started = time.monotonic()
    topologies = list(dict.fromkeys(case.topology for case in CASES.values()))
    waiting = deque(sorted((CASES[name] for name in wanted), key=lambda case: topologies.index(case.topology)))
    print(f"{'scenario':30} {'oracle':6} {'exit':>4}  {'expected':24} {'named':24} missed / false")
    with ThreadPoolExecutor(workers) as pool:
        judged = [verdict for part in pool.map(_work, [waiting] * workers) for verdict in part]
    return _summary(judged, time.monotonic() - started)


def _work(waiting: deque[Case]) -> list[Judged]:
    """Judge what waits, until nothing does, on a lab for each topology."""
    judged: list[Judged] = []
    lab = None
    with contextlib.ExitStack() as running:
        while case := _next(waiting):
            if lab is None or lab.topology != case.topology:
                running.close()
                lab = running.enter_context(Lab.start(case.topology))
            judged.append(judge(lab, case))
            print(_row(judged[-1]), flush=True)
    return judged


def _next(waiting: deque[Case]) -> Case | None:
    with contextlib.suppress(IndexError):
        return waiting.popleft()
    return None


def _named(report: Report, *severities: str) -> frozenset[str]:
    found = (finding for finding in report.document["findings"] if finding["severity"] in severities)
    return frozenset(finding["code"] for finding in found if not finding["caused_by"] and not finding["suppressed"])


def _row(judged: Judged) -> str:
    case = judged.case
    oracle = ("works" if judged.works else "fails") + ("" if judged.works == case.works else "!")
    notes = [f"missed {' '.join(judged.missed)}"] if judged.missed else []
    notes += [f"FALSE {' '.join(sorted(judged.false))}"] if judged.false else []
    notes += [] if judged.agrees else ["verdict and execution disagree" if judged.works == case.works else "UNPLANNED"]
    notes += [judged.trouble[:200]] if judged.trouble else []
    expected, named = " ".join(case.causes) or "-", " ".join(sorted(judged.named)) or "-"
    return f"{case.name:30} {oracle:6} {judged.exit_code:>4}  {expected:24} {named:24} {'; '.join(notes)}".rstrip()


def _summary(judged: list[Judged], seconds: float) -> int:
    planted = sum(len(verdict.case.causes) for verdict in judged)
    missed = sum(len(verdict.missed) for verdict in judged)
    false = sum(len(verdict.false) for verdict in judged)
    agree = sum(verdict.agrees and not verdict.trouble for verdict in judged)
    print(f"\n{len(judged)} scenarios in {seconds:.0f} s: the verdict is the execution's in {agree}")
    print(f"causes named: {planted - missed}/{planted}")
    print(f"false accusations: {false}")
    return int(not all(verdict.right for verdict in judged))
