"""The connection to the team's Temporal, with every way in which it cannot be had as one line."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.service import GrpcCompression, RPCError, RPCStatusCode, TLSConfig

from stigmer_doctor.adapters.files.regular import expanded, read_regular
from stigmer_doctor.fleet.codec import data_converter
from stigmer_doctor.fleet.keys import TeamKeys
from stigmer_doctor.model.errors import CannotDiagnose, UsageError

_WITHIN_S = 15.0
_IDENTITY = "stigmer-doctor"
"""Short: it stands in the history of every answer, behind the queue's name, which says whose it is."""
_MOST_BYTES = 256 * 1024
ANSWERS_WITHIN = timedelta(minutes=1)
"""A server that has many machines waiting takes its time."""
_CLOSED = "it ends the connection at once: it may want TLS, or another certificate (see --tls and --tls-cert)"
_MEANINGS = {
    "received fatal alert": "it does not take the certificate that it is shown (see --tls-cert)",
    "BrokenPipe": _CLOSED,
    "ConnectionReset": _CLOSED,
    "UnexpectedEof": _CLOSED,
    "operation was canceled": _CLOSED,
    "InvalidContentType": "it does not speak TLS",
    "UnknownIssuer": "its certificate is signed by nobody who is trusted here (see --tls-ca)",
    "NotValidForName": "its certificate is of another name (see --tls-server-name)",
}
"""What the SDK's layers call what is wrong."""
_REFUSALS = {"code: PermissionDenied": "PERMISSION_DENIED", "code: Unauthenticated": "UNAUTHENTICATED"}
"""What they call a user who is not let in, and what that is called elsewhere."""


Connection = Client


class Address(NamedTuple):
    """Where the server is, and what to show it; the files are named, never what is in them."""

    target: str
    namespace: str = "default"
    tls: bool = False
    ca_file: str | None = None
    cert_file: str | None = None
    cert_key_file: str | None = None
    server_name: str | None = None
    api_key_file: str | None = None


async def connect(address: Address, keys: TeamKeys, tell: Callable[[str], None]) -> Client:
    """Raises CannotDiagnose where the server cannot be used, and UsageError for files that cannot be read. `tell` is
    given what the SDK logs."""
    tls, api_key = _tls(address), _text(address.api_key_file)
    try:
        client = await asyncio.wait_for(
            Client.connect(
                address.target,
                namespace=address.namespace,
                tls=tls,
                api_key=api_key,
                data_converter=data_converter(keys),
                identity=_IDENTITY,
                grpc_compression=GrpcCompression.NONE,  # what is sealed does not become smaller
                runtime=_runtime(tell),
            ),
            _WITHIN_S,
        )
    except (RuntimeError, ValueError, TimeoutError, RPCError) as error:
        raise CannotDiagnose(_unconnected(error, address)) from error
    await _expect_namespace(client, address)
    return client


async def _expect_namespace(client: Client, address: Address) -> None:
    try:
        await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=address.namespace), timeout=ANSWERS_WITHIN
        )
    except RPCError as error:
        raise CannotDiagnose(_refusal(error, address)) from error


def _unconnected(error: Exception, address: Address) -> str:
    for code, name in _REFUSALS.items():
        if code in str(error):
            return _not_let_in(address, name)
    return f"no Temporal server answers at {address.target}: {meaning(error)}"


def _not_let_in(address: Address, status: str) -> str:
    who = f"the Temporal server at {address.target} does not let this user in"
    return f"{who} ({status}): see --api-key-file and --tls-cert"


def _refusal(error: RPCError, address: Address) -> str:
    if error.status is RPCStatusCode.NOT_FOUND:
        return f"the Temporal server at {address.target} has no namespace {address.namespace}: --namespace names one"
    if error.status in (RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED):
        return _not_let_in(address, error.status.name)
    return f"the Temporal server at {address.target} does not answer as one: {_line(error)}"


def _tls(address: Address) -> TLSConfig | bool:
    named = (address.ca_file, address.cert_file, address.cert_key_file, address.server_name)
    if not any(named):
        return address.tls or bool(address.api_key_file)
    if bool(address.cert_file) != bool(address.cert_key_file):
        raise UsageError("--tls-cert and --tls-key go together: name both")
    return TLSConfig(
        server_root_ca_cert=_file(address.ca_file),
        client_cert=_file(address.cert_file),
        client_private_key=_file(address.cert_key_file),
        domain=address.server_name,
    )


def _file(name: str | None) -> bytes | None:
    if not name:
        return None
    try:
        return read_regular(expanded(name), _MOST_BYTES)
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror or error}") from error


def _text(name: str | None) -> str | None:
    content = _file(name)
    return content.decode("ascii", "replace").strip() if content else None


def _runtime(tell: Callable[[str], None]) -> Runtime:
    """One whose logs are lines of ours, on standard error: the SDK would write them to standard output. Its reports of
    how each worker does say much about the machine, and cost the server more than the sweeps do."""
    logger = logging.getLogger("temporalio")
    logger.handlers, logger.propagate = [_Lines(tell)], False
    logger.setLevel(logging.WARNING)
    forwarding = LogForwardingConfig(
        logger, append_target_to_name=False, prepend_target_on_message=False, append_log_fields_to_message=False
    )
    levels = TelemetryFilter(core_level="WARN", other_level="ERROR")
    logs = LoggingConfig(filter=levels, forwarding=forwarding)
    return Runtime(telemetry=TelemetryConfig(logging=logs), worker_heartbeat_interval=None)


class _Lines(logging.Handler):
    """A log's record without its traceback, which may hold what was in a variable."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__()
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._tell(f"Temporal's SDK: {record.getMessage()[:200]}{f': {_line(error)}' if error else ''}")


def meaning(error: BaseException) -> str:
    """What the SDK says of it, without the names of its own layers."""
    text = _line(error)
    for layer, known in _MEANINGS.items():
        if layer in text:
            return known
    said = re.search(r'message: "([^"]+)"', text)
    return said[1] if said else text


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
