"""Asks Ollama for its models."""

from __future__ import annotations

import hashlib
import time
from urllib.parse import urlsplit

import httpx
import msgspec

from stigmer_doctor.model.answers import Answered, LlmAnswer

_MOST_BYTES = 1024 * 1024
_LONGEST_DETAIL = 300


class _Model(msgspec.Struct):
    name: str
    digest: str = ""
    modified_at: str = ""


class _Tags(msgspec.Struct):
    models: list[_Model]


def ask(port: int, url: str, *, timeout: float, padding: int = 0) -> LlmAnswer:
    """`GET {url}/api/tags` through the tunnel's port, with the original host in the request; `timeout` is in seconds
    and for all of it. `padding` bytes are sent along."""
    started = time.monotonic()
    try:
        status, body = _get(port, url, timeout, padding)
    except httpx.TimeoutException as error:
        return _said(started, Answered.TIMED_OUT, 0, str(error) or "no answer in time")
    except httpx.HTTPError as error:
        return _said(started, Answered.WRONG_PROTOCOL, 0, f"{type(error).__name__}: {error}")
    if status >= 500:
        return _said(started, Answered.UNAVAILABLE, status, _line(body))
    try:
        listed = msgspec.json.decode(body, type=_Tags).models
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _said(started, Answered.WRONG_PROTOCOL, status, _line(body))
    return LlmAnswer(
        answered=Answered.YES,
        status=status,
        models=tuple(model.name for model in listed),
        fingerprint=_fingerprint(listed),
        latency_ms=_milliseconds(started),
    )


def _get(port: int, url: str, timeout: float, padding: int) -> tuple[int, bytes]:
    target = urlsplit(url)
    address = f"{target.scheme}://127.0.0.1:{port}{target.path}/api/tags"
    extensions = {"sni_hostname": target.hostname} if target.scheme == "https" else {}
    headers = {"Host": target.netloc} | ({"Stigmer-Doctor-Padding": "0" * padding} if padding else {})
    deadline = time.monotonic() + timeout
    # A context for TLS takes 30 ms to build: only where it is needed.
    with httpx.Client(trust_env=False, verify=target.scheme == "https", timeout=timeout) as client:
        request = client.build_request("GET", address, headers=headers, extensions=extensions)
        response = client.send(request, stream=True)
        body = b""
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > _MOST_BYTES or time.monotonic() > deadline:
                break
        response.close()
        return response.status_code, body


def _fingerprint(models: list[_Model]) -> str:
    """What tells two servers apart: when each model was pulled, beside what it is. "" where there is none."""
    told = sorted(f"{model.name} {model.digest} {model.modified_at}" for model in models if model.modified_at)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16] if told else ""


def _said(started: float, answered: Answered, status: int, detail: str) -> LlmAnswer:
    line = " ".join(detail.split())[:_LONGEST_DETAIL]
    return LlmAnswer(answered=answered, status=status, detail=line, latency_ms=_milliseconds(started))


def _line(body: bytes) -> str:
    return body[:_LONGEST_DETAIL].decode("utf-8", "replace")


def _milliseconds(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
