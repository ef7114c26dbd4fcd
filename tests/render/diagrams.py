"""Every diagram of the recorded scenarios, and 200 of hostile names, for a real Mermaid parser.

Not a part of the tests, as that needs Node:

    npm install --prefix FOLDER mermaid jsdom
    python -m tests.render.diagrams | NODE_PATH=FOLDER/node_modules node tests/render/diagrams.cjs
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator

from stigmer_doctor.model.findings import ServiceStatus
from stigmer_doctor.render import links
from stigmer_doctor.render.mermaid import flowchart
from tests.render.golden import diagnosed, recorded

_PIECES = (
    *('"', "'", "`", "|", "]", ")", "}", ">", "\\", "\n", ";", "%%", "#quot;", "#", "&lt;", "<b>", "<script>", "$$x$$"),
    *(
        "end",
        "graph TD",
        "subgraph x",
        "click c href",
        "style c fill:#f00",
        "linkStyle 0",
        "classDef a",
        "%%{init: {}}%%",
    ),
    *(
        "-->",
        "--x",
        "-.->",
        "===",
        "1. ",
        "- ",
        "* ",
        "# ",
        "fa:fa-ban",
        "http://x",
        "www.x.y",
        "@{ shape: rect }",
        ":::a",
    ),
    *(
        "[x](javascript:alert)",
        "__x__",
        "\u202e",
        "\0",
        "\x1b[31m",
        "한국어",
        "🐳",
        "{{x}}",
        "[/x/]",
        "((x))",
        " ",
        "a",
    ),
)
_HOSTILE = 200


def diagrams() -> Iterator[tuple[str, str]]:
    """Each with a name."""
    for name in recorded():
        diagnosis, facts = diagnosed(name)
        rows = links.rows(diagnosis, facts)
        if rows:
            yield name, flowchart(diagnosis.target.container, rows)
    draw = random.Random(1)
    for number in range(_HOSTILE):
        texts = ["".join(draw.choices(_PIECES, k=draw.randint(0, 4))) for _ in range(7)]
        yield f"hostile {number}: {texts}", flowchart(texts[0], [_row(texts[1:], status) for status in ServiceStatus])


def _row(texts: list[str], status: ServiceStatus) -> links.Row:
    title, address, origin, inside, here, answer = texts
    return links.Row(
        title=title, address=address, origin=origin, inside=inside, here=here, answer=answer, status=status
    )


if __name__ == "__main__":
    json.dump(list(diagrams()), sys.stdout)
