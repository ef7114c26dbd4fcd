"""`python -m tests.fleet`: 1,000 machines on a real Temporal server. `python -m tests.fleet record`: the recorded sweep
again."""

from __future__ import annotations

import sys

from tests.fleet import record, thousand
from tests.lab.install import temporal_binary


def main(words: list[str]) -> int:
    if not temporal_binary().exists():
        print("There is no Temporal server here: python -m tests.lab install builds one.", file=sys.stderr)
        return 3
    if words == ["record"]:
        record.record()
        return 0
    return thousand.main()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
