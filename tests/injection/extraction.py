"""The commands in a report, as a reader finds them who knows the format and not the doctor."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from tests.injection.payloads import CANARY

PROGRAMS = (
    "docker", "stigmer", "stigmer-doctor", "temporal", "ollama", "redis-server", "nslookup", "ss", "lsof", "ls", "sudo",
    "export", "kubectl", "ssh",
)  # fmt: skip
_QUOTED = r"""(?:'[^']*'|"(?:[^"\\]|\\.)*"|[^\s'"])+"""
_BEGINS = re.compile(rf"(?:[A-Z_]+={_QUOTED} )?(?:{'|'.join(PROGRAMS)})(?: |$)")
_LABEL = re.compile(r'"((?:[^"\\]|\\.)*)"')
_OWN_LINE = re.compile(rf"^[ \t]*touch {CANARY}.*", re.MULTILINE)
_GOES_ON = ("\\", "&&", "|")
_HTML_COMMAND = re.compile(r'<pre class="command" tabindex="0"><code>([^<]*)</code></pre>')
_FENCE = re.compile(r"^ *(`{3,})(\w*)$")


def text(report: str) -> list[str]:
    """Each line that begins with a program, with those on which it goes on."""
    return list(_commands(report.split("\n")))


def markdown(report: str) -> list[str]:
    """Each block of shell, whole, as it is copied; and commands lines outside of blocks that begin with a program."""
    found: list[str] = []
    fence, language, lines = "", "", list[str]()
    for line in report.split("\n"):
        mark = _FENCE.match(line)
        if not fence and mark:
            fence, language, lines = mark[1], mark[2], []
        elif fence and mark and len(mark[1]) >= len(fence) and not mark[2]:
            found += ["\n".join(lines)] if language == "sh" else []
            fence = ""
        elif fence:
            lines.append(line.removeprefix("   "))
        elif _BEGINS.match(line.strip()):
            found.append(line.strip())
    return found + (["\n".join(lines)] if fence else [])


def html(report: str) -> list[str]:
    """Each block of a command, as a browser copies it."""
    return [unescape(found) for found in _HTML_COMMAND.findall(report)]


def from_json(report: str) -> list[str]:
    """The commands of the findings, and those that a fix leaves to the user."""
    document = json.loads(report)
    plans = (document.get("fix_run") or {}).get("plans", ())
    left = [command for plan in plans for entry in plan.get("manual", ()) for command in entry.get("commands", ())]
    return [command for other in document["findings"] for command in other["remediation"]["commands"]] + left


def sarif(report: str) -> list[str]:
    """Nothing in it is to be run; the help of a rule says how to read on."""
    (run,) = json.loads(report)["runs"]
    return [command for value in _strings(run["results"]) for command in text(value)]


def strings(document: str) -> list[str]:
    """A document that has no place for commands: what looks like one in any of its texts."""
    return [command for value in _strings(json.loads(document)) for command in text(value)]


def broken_out(page: str) -> list[str]:
    """Lines that are a payload's own: a line break of somebody else's has become one of the page."""
    return _OWN_LINE.findall(page)


def junit(report: str) -> list[str]:
    elements = list(ET.fromstring(report).iter())
    values = [value for element in elements for value in (element.text or "", element.get("message", ""))]
    return [command for value in values for command in text(value)]


def github(report: str) -> list[str]:
    """A runner takes each line for a command of its own: all must be annotations."""
    lines = report.split("\n")[:-1]
    strange = [line for line in lines if not line.startswith(("::error ", "::warning ", "::notice "))]
    return strange + [
        command for line in lines for command in text(unquote(line.partition("::")[2].partition("::")[2]))
    ]


def prometheus(report: str) -> list[str]:
    """Lines that are neither a comment nor a sample of ours, and commands in the values of labels."""
    lines = report.split("\n")[:-1]
    strange = [line for line in lines if not line.startswith(("# HELP ", "# TYPE ", "stigmer_doctor_"))]
    return strange + [command for line in lines for value in _LABEL.findall(line) for command in text(value)]


EXTRACT: Mapping[str, Callable[[str], list[str]]] = {
    "text": text,
    "markdown": markdown,
    "html": html,
    "json": from_json,
    "sarif": sarif,
    "junit": junit,
    "github": github,
    "prometheus": prometheus,
    "fix text": text,
    "fix json": from_json,
    "diff text": text,
    "diff markdown": markdown,
    "diff json": strings,
    "topology text": text,
    "topology markdown": markdown,
    "topology json": strings,
    "undo --list": text,
    "undo": text,
}


def normal(command: str) -> str:
    """Without the indentation of its lines."""
    return "\n".join(line.strip() for line in command.split("\n"))


def _commands(lines: list[str]) -> Iterator[str]:
    rest = iter(lines)
    for line in rest:
        if not _BEGINS.match(line.strip()):
            continue
        command = line.strip()
        while command.endswith(_GOES_ON) and (following := next(rest, None)) is not None:
            command += f"\n{following.strip()}"
        yield command


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
