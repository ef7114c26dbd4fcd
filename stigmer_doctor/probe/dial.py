"""Resolving and dialling, from wherever it runs: standard library only, Python 3.8 or later.

`socket` and `threading` are Python around `_socket` and `_thread`, and take longer to load than everything is dialled.
"""

from __future__ import annotations

import _socket
import _thread
import errno
import struct
import time
from typing import Any, Callable, Dict, Iterable, List, Tuple

MOST_DIALS = 64
_LONGEST_WORDS = 64
_NO_ROUTE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
_REFUSED = (errno.ECONNREFUSED, errno.ECONNRESET)


def reach(targets: Iterable[Tuple[str, int]], timeout: float) -> Dict[str, Any]:
    """Resolve every host and dial every address of it, all at once; one timeout (seconds) for both together.

    `{"resolutions": [{host, addresses, error}], "dials": [{host, address, port, outcome, latency_ms, detail}],
    "left_out": [{host, address, port}]}`; a port of 0 is only resolved, and what is more than can be dialled at once is
    left out. Outcomes are those of `model.facts.Outcome`.
    """
    wanted = list(dict.fromkeys((str(host), int(port)) for host, port in targets))
    deadline = time.monotonic() + timeout
    hosts = list(dict.fromkeys(host for host, _ in wanted))
    resolved = _all_at_once(_resolve, [(host,) for host in hosts], deadline)
    resolutions = [
        answer or {"host": host, "addresses": [], "error": "timed out after %g s" % timeout}
        for host, answer in zip(hosts, resolved)
    ]
    addresses = {resolution["host"]: resolution["addresses"] for resolution in resolutions}
    dials = [(host, address, port) for host, port in wanted if port for address in addresses[host]]
    outcomes = _all_at_once(_dial, [(*dial, deadline) for dial in dials[:MOST_DIALS]], deadline + 1)
    left_out = [{"host": host, "address": address, "port": port} for host, address, port in dials[MOST_DIALS:]]
    return {"resolutions": resolutions, "dials": [outcome for outcome in outcomes if outcome], "left_out": left_out}


def _resolve(host: str) -> Dict[str, Any]:
    try:
        found = _socket.getaddrinfo(plain(host), None, 0, _socket.SOCK_STREAM)
        return {
            "host": host,
            "addresses": list(dict.fromkeys(str(found_one[4][0]) for found_one in found)),
            "error": "",
        }
    except (OSError, UnicodeError) as error:
        return {"host": host, "addresses": [], "error": why(error)}


def plain(host: str) -> Any:
    """A usual name in bytes: for strings Python loads its tables of foreign names, which takes longer than dialling."""
    usual = host.isascii() and all(0 < len(label) < 64 for label in host.split("."))
    return host.encode("ascii") if usual else host


def read_banners(targets: Iterable[Tuple[str, int]], timeout: float) -> Dict[str, Any]:
    """Dial the first `MOST_DIALS` addresses and take what each says first, all at once, within `timeout` seconds.

    `{"heard": [{address, port, outcome, latency_ms, detail, said}]}`; `said` is "" where nothing was.
    """
    deadline = time.monotonic() + timeout
    chosen = [(host, host, port, deadline, True) for host, port in targets]
    return {"heard": [result for result in _all_at_once(_dial, chosen[:MOST_DIALS], deadline + 1) if result]}


def gateway() -> str:
    """The IPv4 address of the default route's next hop, "" where there is none. Linux only."""
    try:
        with open("/proc/net/route", encoding="ascii") as stream:
            rows = [line.split() for line in stream]
    except OSError:
        return ""
    found = next((row[2] for row in rows if len(row) > 7 and row[1] == "0" * 8), "")
    # The kernel writes the address as a number in its own byte order.
    return _socket.inet_ntoa(struct.pack("=L", int(found, 16))) if found else ""


def _dial(host: str, address: str, port: int, deadline: float, listen: bool = False) -> Dict[str, Any]:
    started = time.monotonic()
    outcome, detail, said = "connected", "", ""
    try:
        client = connected(address, port, max(deadline - started, 0.05))
        took = time.monotonic() - started
        if listen:
            said = _first_words(client, deadline)
        client.close()
    except OSError as error:
        took = time.monotonic() - started
        outcome, detail = _outcome(error), why(error)
    return {
        "host": host,
        "address": address,
        "port": port,
        "outcome": outcome,
        "latency_ms": round(took * 1000, 2),
        "detail": detail,
        "said": said,
    }


def connected(address: str, port: int, timeout: float) -> _socket.socket:
    """A connection to the first of a host's addresses that accepts one; `timeout` seconds for each. Raises OSError."""
    problem = OSError("no address")
    for family, kind, protocol, _, target in _socket.getaddrinfo(plain(address), port, 0, _socket.SOCK_STREAM):
        client = _socket.socket(family, kind, protocol)
        try:
            client.settimeout(timeout)
            client.connect(target)
        except OSError as error:
            problem = error
            client.close()
        else:
            return client
    raise problem


def _first_words(client: _socket.socket, deadline: float) -> str:
    client.settimeout(max(deadline - time.monotonic(), 0.05))
    try:
        return client.recv(_LONGEST_WORDS).decode("ascii", "replace")
    except OSError:
        return ""


def _outcome(error: OSError) -> str:
    if isinstance(error, _socket.timeout) or error.errno == errno.ETIMEDOUT:
        return "timed out"
    if error.errno in _REFUSED:
        return "refused"
    return "no route" if error.errno in _NO_ROUTE else "failed"


def why(error: BaseException) -> str:
    number = getattr(error, "errno", None)
    name = errno.errorcode.get(number, "") if isinstance(number, int) else ""
    text = getattr(error, "strerror", None) or str(error)
    return ("%s (%s)" % (text, name) if name else text)[:200]


def _all_at_once(do: Callable[..., Any], given: List[Tuple[Any, ...]], deadline: float) -> List[Any]:
    """What is done with each of them, in a thread of its own; None for what has not come back by the deadline (a
    resolver cannot be interrupted)."""
    results: List[Any] = [None] * len(given)
    running = [_thread.allocate_lock() for _ in given]

    def run(index: int) -> None:
        try:
            results[index] = do(*given[index])
        finally:
            running[index].release()

    for index, lock in enumerate(running):
        lock.acquire()
        _thread.start_new_thread(run, (index,))
    for lock in running:
        lock.acquire(True, max(deadline - time.monotonic(), 0.01))
    return list(results)
