"""Which values are secrets wherever they occur, and which are words that occur for other reasons as well."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from stigmer_doctor.lean_objects import compiled_later

_OWN = Path(__file__).parent / "own_words.txt"
_LETTERS = compiled_later(r"[A-Za-z]+(?:[ '][A-Za-z]+)*")
_COMMON = """
address admin agent agent-runner alpine always amd64 app arm64 async auto backend bash beta bridge build c.utf-8
cache check client cloud code compose config connect console container create critical current data database debian
debug default delete deploy dev develop development disabled disconnect docker en_us.utf-8 enabled engine
environment error exec execution external false file filesystem fix folder gateway global grpc guest health
healthy hidden home host host.docker.internal http https image info inspect internal kubernetes latest linux
list local localhost logs main master model mount name network node none noninteractive null ollama on-failure pass
passwd password pause podman port postgres prod production proxy public pull push python redis remove report
restart root rules run runner running sandbox secret server service services snapshot source staging start
started starting state status stigmer stigmer-agent-runner stop system temp temporal test testing token true
unless-stopped update user utf-8 value variable version volume warn warning worker workspace yes
"""
SHORTEST = 4
"""What is shorter is hidden only where it stands as a value."""
_SHORTEST_WORD = 8
"""A variable whose name does not say that it holds a secret may hold any word."""
_OF_A_PLACE = compiled_later(
    r"(?:^|_)(?:HOST|HOSTNAME|ADDR|ADDRESS|ENDPOINT|PORT|DIR|PATH|HOME|VERSION|REGION|USER|NAME|LANG|TZ)$",
    re.IGNORECASE,
)
_OF_AN_IMAGE = compiled_later(r"(?:^|_)IMAGE(?:_NAME|_TAG|_REF)?$", re.IGNORECASE)
_IMAGE = compiled_later(r"[a-z0-9][a-z0-9._:/-]{0,250}(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?")
_HOST = compiled_later(r"[a-z0-9][a-z0-9.-]*(?::\d{1,5})?")
_PORT = compiled_later(r"\d{1,5}")
_PLAIN = compiled_later(
    r"v?[\d.:/_ -]+(?:[-.]?(?:alpine|slim|rc|dev|beta|alpha)\d*)?|(?:/[a-z_.-]{1,24}(?:[0-9][0-9.]{0,4})?){2,}/?"
)
"""Numbers, versions, dates, addresses and folders."""
_HOUR = r"\d\d(?::\d\d(?::\d\d(?:[.,]\d{1,9})?)?)?(?:Z|[+-]\d\d:?\d\d)?"
_SELF_EXPLAINING = compiled_later(
    rf"\d{{4}}-\d\d(?:-\d\d(?:[T ]{_HOUR})?)?"
    r"|(?:[a-z][a-z+.-]{1,11}://)?[a-z0-9][a-z0-9.-]{0,200}(?::\d{1,5}/?|/)|[a-z][a-z+.-]{1,11}://(?:[a-z0-9][a-z0-9.-]{0,200})?"
    r"|(?:\d{1,3}\.){3}\d{1,3}|v?\d{1,4}(?:\.\d{1,4}){1,3}"
    r"|(?:/[a-z_.-]{1,24}(?:[0-9][0-9.]{0,4})?)+/?(?::(?:/[a-z_.-]{1,24}(?:[0-9][0-9.]{0,4})?)+/?)?(?::r[ow])?",
    re.IGNORECASE,
)
"""Dates and times, hosts with ports, addresses without a path or credentials, versions and folders."""
COMMON = frozenset(_COMMON.split())
"""Words of every report, and of the commands in it."""


def explains_itself(value: str) -> bool:
    """Whether the value's form says what it is: a date, an address, a version or a folder. Hidden wherever it occurs,
    it would hide what a verdict is made of, such as the times in a log."""
    return bool(_SELF_EXPLAINING.fullmatch(value))


def occurs_otherwise(value: str, *, named: bool) -> bool:
    """Whether the value is also a port, or a word of reports and commands. `named`: its variable's name says that it
    is a secret; of others, numbers and short words are none either."""
    if len(value) < SHORTEST or value.lower() in COMMON or _PORT.fullmatch(value) or explains_itself(value):
        return True
    if is_own(value):
        return True
    return not named and bool(_PLAIN.fullmatch(value) or (len(value) < _SHORTEST_WORD and _is_word(value)))


def names_a_place(name: str, value: str) -> bool:
    """Whether a variable of that name says where something is: a host, such as another service, or an image has its
    name in other places too."""
    return bool(
        (_OF_A_PLACE.search(name) and _HOST.fullmatch(value)) or (_OF_AN_IMAGE.search(name) and _IMAGE.fullmatch(value))
    )


@lru_cache(maxsize=1024)
def is_own(value: str) -> bool:
    """Whether our own sentences have the value in them: a word or a part of one, or words of theirs alone."""
    if not _LETTERS.fullmatch(value):
        return False
    text, words = _own_words()
    lower = value.lower()
    return lower in text or all(word in words for word in re.split(r"[ ']", lower) if len(word) >= SHORTEST)


@cache
def _own_words() -> tuple[str, frozenset[str]]:
    """The words of our texts, one a line, and as a set. Read when a secret is made of letters alone."""
    text = _OWN.read_text("utf-8")
    return text, frozenset(text.split())


def _is_word(value: str) -> bool:
    return not (any(map(str.isdigit, value)) and any(map(str.isalpha, value)))
