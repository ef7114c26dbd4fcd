"""`make site`: writes what the site is built from: README, docs, decisions, and every rule's page at a stable place."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

import stigmer_doctor
from stigmer_doctor.rules.pages import page
from stigmer_doctor.rules.registry import RULES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
_LINK = re.compile(r"(\]\()(?![a-z]+:|#)([^)#]+)")
_FIRST = {"README": "index", "AGENTS": "agents", "CONTRIBUTING": "contributing", "CHANGELOG": "changelog"}
_DEVELOPERS = ("contributing.md", "architecture.md", "adding-a-rule.md")
_LISTED = {DOCS / "rules.md": "rules/index.md", DOCS / "adr": "adr/index.md"}


def _places() -> dict[Path, str]:
    """Every file (and folder) of the project that the site has, with its place in the site."""
    top = {ROOT / f"{name}.md": f"{place}.md" for name, place in _FIRST.items()}
    rest = [path for path in DOCS.rglob("*") if path.is_file()]
    return {**top, **{path: path.relative_to(DOCS).as_posix() for path in rest}, **_LISTED}


def pages() -> dict[str, str]:
    """The text of every page by its place. Raises KeyError for a link to a file that the site does not have."""
    places = _places()
    written = {place: _moved(path, places) for path, place in places.items() if path.suffix == ".md"}
    written["rules/index.md"] = re.sub(
        r"^\| (SD\d+) \|", r"| [\1](\1.md) |", written["rules/index.md"], flags=re.MULTILINE
    )
    written["adr/index.md"] = _decisions(written)
    return {**written, **{f"rules/{rule.code}.md": page(rule) for rule in RULES}}


def _moved(path: Path, places: Mapping[Path, str]) -> str:
    """The page's text, with links from its place in the site."""
    folder = PurePosixPath(places[path]).parent

    def link(match: re.Match[str]) -> str:
        target = Path(os.path.normpath(path.parent / match[2]))
        return match[1] + os.path.relpath(places[target], folder)

    return _LINK.sub(link, path.read_text("utf-8"))


def _decisions(written: Mapping[str, str]) -> str:
    chosen = sorted(place for place in written if re.match(r"adr/\d", place))
    lines = [f"- [{written[place].splitlines()[0].lstrip('# ')}]({PurePosixPath(place).name})" for place in chosen]
    return "# Decisions\n\nWhy things are as they are.\n\n" + "\n".join(lines) + "\n"


def configuration() -> dict[str, Any]:
    """Of mkdocs. Nothing is loaded from elsewhere, and a link that leads nowhere fails the build."""
    places = sorted(pages())
    return {
        "site_name": "stigmer-doctor",
        **({"site_url": stigmer_doctor.HOME_PAGE} if stigmer_doctor.HOME_PAGE else {}),
        "docs_dir": "pages",
        "site_dir": "html",
        "use_directory_urls": True,
        "strict": True,
        "theme": {"name": "material", "font": False, "palette": _palette(), "features": ["navigation.indexes"]},
        "plugins": ["search"],
        "markdown_extensions": ["tables", "fenced_code", {"toc": {"permalink": True}}],
        "validation": {"links": {"absolute_links": "warn", "unrecognized_links": "warn", "anchors": "warn"}},
        "nav": [
            {"Start": "index.md"},
            {"Rules": ["rules/index.md", *(f"rules/{rule.code}.md" for rule in RULES)]},
            *(place for place in places if "/" not in place and place not in {"index.md", *_DEVELOPERS}),
            {"Working on it": [*_DEVELOPERS]},
            {"Decisions": ["adr/index.md", *(place for place in places if place.startswith("adr/0"))]},
        ],
    }


def _palette() -> list[dict[str, str]]:
    schemes = {"light": "default", "dark": "slate"}
    return [{"media": f"(prefers-color-scheme: {name})", "scheme": scheme} for name, scheme in schemes.items()]


def write(folder: Path) -> None:
    """Write all of it into the folder, in place of what was there."""
    shutil.rmtree(folder, ignore_errors=True)
    for place, text in pages().items():
        file = folder / "pages" / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    shutil.copytree(DOCS / "pictures", folder / "pages" / "pictures")
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(configuration(), sort_keys=False), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
