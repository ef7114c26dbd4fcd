"""TLS with an engine."""

from __future__ import annotations

import socket
import sys
import time
from typing import TYPE_CHECKING

from stigmer_doctor.adapters.docker.address import Tls
from stigmer_doctor.adapters.docker.limits import Connection
from stigmer_doctor.model.engine import EngineFault
from stigmer_doctor.model.errors import EngineError

if TYPE_CHECKING:
    import ssl


def secured(connection: socket.socket, tls: Tls, host: str, ends: float) -> Connection:
    """The connection with TLS, agreed upon until `ends` by `time.monotonic`. Raises OSError, and
    EngineError where a file of it cannot be read."""
    import ssl

    try:
        # Not `create_default_context`, whose strictness towards certificates the docker CLI does not share.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        _load(context, tls)
        if not tls.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        connection.settimeout(max(ends - time.monotonic(), 0.001))
        return context.wrap_socket(connection, server_hostname=host)
    except BaseException:  # whatever ends it, no connection is left open
        connection.close()
        raise


def _load(context: ssl.SSLContext, tls: Tls) -> None:
    """The files of the context. What is wrong with them is not wrong with the engine's own socket."""
    try:
        if tls.ca:
            context.load_verify_locations(tls.ca)
        else:
            context.load_default_certs()
        if tls.cert:
            context.load_cert_chain(tls.cert, tls.key, password="")  # nobody would see the question for one
    except OSError as error:
        if tls_failure(error) is not None:
            raise
        message = f"a file that TLS with this engine needs cannot be read: {error.strerror or error}"
        raise EngineError(EngineFault.TLS, message) from error


def tls_failure(error: Exception) -> str | None:
    """What TLS failed for; None where it is another error. Where nobody has loaded the library it is."""
    ssl = sys.modules.get("ssl")
    if ssl is None or not isinstance(error, ssl.SSLError):
        return None
    return str(error.reason or error)
