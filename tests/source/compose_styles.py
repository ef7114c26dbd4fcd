"""Compose files in many styles (fixtures/compose), by name; all but the right ones with the incident's two faults.

`IN_PLACE` can be fixed where the faults stand; in `ELSEWHERE` a value comes through something else.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "fixtures" / "compose"
WRONG = "STIGMER_BACKEND_URL=http://host.docker.internal:7234"
RIGHT = "STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234"


def _styles(folder: str) -> dict[str, str]:
    return {file.stem: file.read_bytes().decode() for file in sorted((FOLDER / folder).glob("*.yml"))}


IN_PLACE = _styles("in-place")
ELSEWHERE = _styles("elsewhere")
RIGHT_AS_THEY_ARE = _styles("right")
