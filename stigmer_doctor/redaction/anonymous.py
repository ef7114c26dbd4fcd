"""`--anonymize`: who and where somebody is, by stable words.

The same name gets the same word wherever it stands in one document, so that what belonged together still does. Words
have the form of what they stand for: a command with them is one, and a host name is judged as a host name.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import TypeVar

import msgspec

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.redaction.walk import mapped, strings

T = TypeVar("T")

_HOME = compiled_later(r"(?:/home/|/Users/|[A-Za-z]:[\\/]+Users[\\/]+)(?P<user>[\w.-]+)")
_HOST = compiled_later(r"(?:://(?:[^/\s@]{1,200}@)?|(?<=[\w>])@)(?P<host>[A-Za-z0-9][A-Za-z0-9.-]{1,200})")
_DIALLED = compiled_later(r"(?P<host>[A-Za-z][\w-]{0,62}(?:\.[\w-]{1,63}){1,8}):\d{1,5}(?!\d)")
_ADDRESS = compiled_later(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:]|\.\d)"
)
_DOCUMENTATION = ("203.0.113", "198.51.100", "192.0.2")
_CODE = (".py", ".go", ".yml", ".yaml", ".toml", ".json", ".sock", ".service")
_SHORTEST_NAME = 3
_NOBODY = frozenset({"root", "app", "user", "runner", "stigmer", "node", "vscode", "shared", "public"})
_HERE = frozenset({"localhost", "docker.internal", "containers.internal"})


class Person(msgspec.Struct, frozen=True):
    """Whose machine it is: home folder, the user's name and what the machine is called; "" where that is unknown."""

    home: str = ""
    user: str = ""
    machine: str = ""


def anonymous(document: T, person: Person, keep: frozenset[str] = frozenset()) -> T:
    """The same structure with stable words for home folder, user, host names and public addresses. `keep` are host
    names that tell nothing about anybody."""
    words = dict(_words(document, person, keep))
    replaced: T = mapped(document, _replacing(words))
    return replaced


def _words(document: object, person: Person, keep: frozenset[str]) -> Iterator[tuple[str, str]]:
    texts = list(dict.fromkeys(strings(document)))
    whole = "\n".join(texts)
    homes = (match["user"] for match in _HOME.finditer(whole))
    users = dict.fromkeys(name.lower() for name in (person.user, _last(person.home), *homes) if _is_telling(name))
    yield from ((name, f"user{number}") for number, name in enumerate(users, 1))
    hosts = dict.fromkeys(host.lower() for host in (person.machine, *_hosts(whole)) if _is_host(host, keep))
    yield from ((host, f"host{number}.example") for number, host in enumerate(hosts, 1) if host not in users)
    yield from _addresses(whole)


def _hosts(whole: str) -> Iterator[str]:
    for pattern in (_HOST, _DIALLED):
        yield from (match["host"].rstrip(".-") for match in pattern.finditer(whole))


def _is_telling(name: str) -> bool:
    return len(name) >= _SHORTEST_NAME and name.lower() not in _NOBODY


def _is_host(host: str, keep: frozenset[str]) -> bool:
    lower = host.lower()
    if len(lower) < _SHORTEST_NAME or lower in keep or lower.endswith(_CODE) or lower.endswith(tuple(_HERE)):
        return False
    return not re.fullmatch(r"[\d.]+|[0-9a-f]{12}|sha\d+", lower)  # an address, a container's id, a digest


def _addresses(whole: str) -> Iterator[tuple[str, str]]:
    counts = {4: 0, 6: 0}
    for text in dict.fromkeys(match[0] for match in _ADDRESS.finditer(whole)):
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        if address.is_global:
            counts[address.version] += 1
            yield text.lower(), _address_word(address.version, counts[address.version])


def _address_word(version: int, number: int) -> str:
    """From the ranges for documentation. With more than 762 addresses of IPv4 the last ones share a word."""
    if version == 6:
        return f"2001:db8::{number:x}"
    network, host = divmod(min(number, 254 * len(_DOCUMENTATION)) - 1, 254)
    return f"{_DOCUMENTATION[network]}.{host + 1}"


def _replacing(words: Mapping[str, str]) -> Callable[[str], str]:
    if not words:
        return lambda text: text
    longest_first = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![A-Za-z0-9])(?:{longest_first})(?![A-Za-z0-9])", re.IGNORECASE)

    def replace(match: re.Match[str]) -> str:
        return words[match[0].lower()]

    return lambda text: pattern.sub(replace, text)


def _last(path: str) -> str:
    return PureWindowsPath(path).name if "\\" in path else PurePosixPath(path).name
