"""One GET through a tunnel: plain by the client that engines are asked with, with TLS by httpx.

httpx takes longer to load than all other clients together, and nearly every Ollama is asked without TLS.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from urllib.parse import SplitResult, quote, urlsplit

from stigmer_doctor.adapters.clients.tunnel_end import connected
from stigmer_doctor.adapters.docker import exchange
from stigmer_doctor.adapters.docker.limits import Late, LimitedReader

_MOST_BYTES = 1024 * 1024
_LEFT_AS_IT_IS = "/%:@!$&'()*+,;=~"


class NoAnswer(Exception):  # noqa: N818 - reads as what it is
    """What came is not an answer in HTTP; it says what came."""


def get(port: int, url: str, path: str, *, timeout: float, padding: int = 0) -> tuple[int, bytes]:
    """Status and body of `GET {url}{path}` through the tunnel's port, with the original host in the request; `timeout`
    is in seconds and for all of it. `padding` bytes are sent along. Of a body that is longer than 1 MiB, or is not
    complete in time, there is only the beginning. Raises TimeoutError where nothing came, and NoAnswer."""
    target = urlsplit(url)
    fields = {"Stigmer-Doctor-Padding": "0" * padding} if padding else {}
    ask = _secured if target.scheme == "https" else _plain
    return ask(port, target, quote(target.path, safe=_LEFT_AS_IT_IS) + path, fields, timeout)


def _plain(port: int, target: SplitResult, path: str, fields: dict[str, str], timeout: float) -> tuple[int, bytes]:
    host = target.netloc if target.netloc.isascii() else target.netloc.encode("idna").decode()
    ends = time.monotonic() + timeout
    try:
        with connected(port, timeout) as connection:
            exchange.send(connection, "GET", path, host, fields=fields)
            answer = exchange.Answer(LimitedReader(connection, ends=ends, most=2 * _MOST_BYTES, within=timeout))
            return answer.status, _beginning(answer.pieces(), ends)
    except TimeoutError as error:
        raise TimeoutError("no answer in time") from error
    except EOFError as error:
        raise NoAnswer("the connection ended before the answer did") from error
    except ValueError as error:
        raise NoAnswer(str(error)) from error
    except OSError as error:
        raise NoAnswer(f"{type(error).__name__}: {error}") from error


def _secured(port: int, target: SplitResult, path: str, fields: dict[str, str], timeout: float) -> tuple[int, bytes]:
    import httpx

    ends = time.monotonic() + timeout
    try:
        with httpx.Client(trust_env=False, timeout=timeout) as client:
            request = client.build_request(
                "GET",
                f"https://127.0.0.1:{port}{path}",
                headers={"Host": target.netloc, **fields},
                extensions={"sni_hostname": target.hostname},
            )
            response = client.send(request, stream=True)
            body = _beginning(response.iter_bytes(), ends)
            response.close()
            return response.status_code, body
    except httpx.TimeoutException as error:
        raise TimeoutError(str(error) or "no answer in time") from error
    except httpx.HTTPError as error:
        raise NoAnswer(f"{type(error).__name__}: {error}") from error


def _beginning(pieces: Iterable[bytes], ends: float) -> bytes:
    body = b""
    with contextlib.suppress(Late):
        for piece in pieces:
            body += piece
            if len(body) > _MOST_BYTES or time.monotonic() > ends:
                break
    return body
