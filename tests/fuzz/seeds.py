"""What the fuzzer begins with: the fixtures, and the texts and facts of the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import stigmer_doctor
from stigmer_doctor import snapshot
from tests.fuzz.case import COMPOSE, CONTRACT, FILE, GO, MANIFEST, PROFILE, SNAPSHOT, TOML, Case
from tests.rules.situations import FIRING
from tests.rules.sources import CODE
from tests.source.compose_styles import ELSEWHERE, IN_PLACE, RIGHT_AS_THEY_ARE
from tests.source.go_changes import CHANGES
from tests.source.go_idioms import GUARDED, OTHERS, UNGUARDED
from tests.source.go_trees import tree
from tests.source.test_compose_validity import REFUSED, TAKEN
from tests.source.test_manifests import FORMS, TREE

ROOT = Path(__file__).parents[2]
_SNAPSHOTS = ROOT / "fixtures" / "snapshots"
_INCIDENT = ROOT / "fixtures" / "source" / "incident"
_RUNNER = {"backend/services/agent-runner/worker/config.py": CODE}
_ENV = b"A=b\nexport B='c d'\nC=\"${A:-x}\\n\"\nBACKEND=http://localhost:7234 # why\n\nD\nE=\n"
_INCLUDING = b"include:\n  - path: [deploy/a.yml]\n    env_file: .env\nservices: {}\n"


def _snapshots() -> Iterator[Case]:
    for path in sorted(_SNAPSHOTS.glob("*.json")):
        yield Case(SNAPSHOT, {FILE: path.read_bytes()})
    for makes in FIRING.values():
        yield from (Case(SNAPSHOT, {FILE: snapshot.dump(make())}) for make in makes[:2])


def _compose() -> Iterator[Case]:
    texts = [*IN_PLACE.values(), *ELSEWHERE.values(), *RIGHT_AS_THEY_ARE.values(), *TAKEN.values()]
    for text in [*texts, *(text for text, _ in REFUSED.values())]:
        yield Case(COMPOSE, {"docker-compose.yml": text.encode(), ".env": _ENV})
    for over in list(IN_PLACE.values())[:6]:
        files = {"docker-compose.yml": IN_PLACE["list"], "docker-compose.override.yml": over}
        yield Case(COMPOSE, {name: text.encode() for name, text in files.items()} | {".env": _ENV} | _RUNNER)
        yield Case(COMPOSE, {"compose.yml": _INCLUDING, "deploy/a.yml": over.encode(), ".env": _ENV})


def _go() -> Iterator[Case]:
    for text in [*GUARDED.values(), *UNGUARDED.values(), *OTHERS.values()]:
        yield Case(GO, {"cli/daemon/daemon.go": text.encode()})
    yield Case(GO, _below(_INCIDENT, "*.go"))
    yield from (Case(GO, tree(change, unrelated=1)) for change in CHANGES.values())


def _manifests() -> Iterator[Case]:
    yield Case(MANIFEST, TREE)
    for text in FORMS.values():
        yield Case(MANIFEST, {"k/deploy.yaml": text.encode(), "runner/worker/config.py": CODE})


def _contracts() -> Iterator[Case]:
    files = _below(_INCIDENT, "*.py") | _below(_INCIDENT, "docker-compose.yml")
    yield Case(CONTRACT, files)
    runner = ROOT / "tests" / "lab"
    for folder in sorted(path for path in runner.glob("runner*") if path.is_dir()):
        code = {f"backend/services/agent-runner/{name}": raw for name, raw in _below(folder, "*.py").items()}
        yield Case(CONTRACT, files | dict(list(code.items())[:40]))


def _profiles() -> Iterator[Case]:
    text = (Path(stigmer_doctor.__file__).parent / "profiles" / "stigmer.toml").read_bytes()
    for name in ("incident", "healthy", "linux-bridge", "black-hole"):
        yield Case(PROFILE, {TOML: text, FILE: (_SNAPSHOTS / f"{name}.json").read_bytes()})


def _below(folder: Path, pattern: str) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob(pattern))}


SEEDS: Mapping[str, Callable[[], Iterator[Case]]] = {
    SNAPSHOT: _snapshots,
    COMPOSE: _compose,
    GO: _go,
    MANIFEST: _manifests,
    CONTRACT: _contracts,
    PROFILE: _profiles,
}
