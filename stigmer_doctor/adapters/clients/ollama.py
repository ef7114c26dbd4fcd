"""Asks Ollama for its models."""

from __future__ import annotations

import time

import msgspec

from stigmer_doctor.adapters.clients.fetch import NoAnswer, get
from stigmer_doctor.model.answers import Answered, LlmAnswer
from stigmer_doctor.model.digest import sha256

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
        status, body = get(port, url, "/api/tags", timeout=timeout, padding=padding)
    except TimeoutError as error:
        return _said(started, Answered.TIMED_OUT, 0, str(error))
    except NoAnswer as error:
        return _said(started, Answered.WRONG_PROTOCOL, 0, str(error))
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


def _fingerprint(models: list[_Model]) -> str:
    """What tells two servers apart: when each model was pulled, beside what it is. "" where there is none."""
    told = sorted(f"{model.name} {model.digest} {model.modified_at}" for model in models if model.modified_at)
    return sha256("\n".join(told).encode()).hexdigest()[:16] if told else ""


def _said(started: float, answered: Answered, status: int, detail: str) -> LlmAnswer:
    line = " ".join(detail.split())[:_LONGEST_DETAIL]
    return LlmAnswer(answered=answered, status=status, detail=line, latency_ms=_milliseconds(started))


def _line(body: bytes) -> str:
    return body[:_LONGEST_DETAIL].decode("utf-8", "replace")


def _milliseconds(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
