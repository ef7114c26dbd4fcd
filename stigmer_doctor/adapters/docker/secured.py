"""TLS with an engine."""

from __future__ import annotations

import socket
import sys
import time

from stigmer_doctor.adapters.docker.address import Tls
from stigmer_doctor.adapters.docker.limits import Connection


def secured(connection: socket.socket, tls: Tls, host: str, ends: float) -> Connection:
    """The connection with TLS, agreed upon until `ends` by `time.monotonic`. Raises OSError."""
    import ssl

    try:
        # Not `create_default_context`, whose strictness towards certificates the docker CLI does not share.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if tls.ca:
            context.load_verify_locations(tls.ca)
        else:
            context.load_default_certs()
        if not tls.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if tls.cert:
            context.load_cert_chain(tls.cert, tls.key, password="")  # nobody would see the question for one
        connection.settimeout(max(ends - time.monotonic(), 0.001))
        return context.wrap_socket(connection, server_hostname=host)
    except BaseException:  # whatever ends it, no connection is left open
        connection.close()
        raise


def tls_failure(error: Exception) -> str | None:
    """What TLS failed for; None where it is another error. Where nobody has loaded the library it is."""
    ssl = sys.modules.get("ssl")
    if ssl is None or not isinstance(error, ssl.SSLError):
        return None
    return str(error.reason or error)
