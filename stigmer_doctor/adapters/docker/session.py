"""The Docker library's low-level client on connections that we dial ourselves.

The library's own ssh transport needs paramiko even where it starts the ssh program, and knows no timeouts; its other
sockets we need too, for attached programs. So plain sockets are dialled here; TLS and named pipes are left to it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from typing import Any

import requests
from docker.api.client import APIClient
from docker.errors import create_api_error_from_http_exception
from docker.tls import TLSConfig
from docker.utils.utils import version_lt
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import disable_warnings
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import InsecureRequestWarning

from stigmer_doctor.adapters.docker.address import EngineAddress
from stigmer_doctor.adapters.docker.dial import Dialer

_OLDEST_API = "1.24"  # the oldest that docker-py speaks
_CONNECTIONS = 16


class Session(APIClient):
    """An APIClient that keeps what the engine version_info of its version when it was connected to (`version_info`)."""

    def __init__(self, address: EngineAddress, dialer: Dialer | None, deadline: float) -> None:
        self.version_info: Mapping[str, Any] = {}
        self.trust_env = False
        self._own = _Adapter(dialer) if dialer else None
        # The host's name means nothing where we dial; without a port the library refuses it.
        base_url = f"tcp://engine:80{address.prefix}" if dialer else address.url
        super().__init__(base_url=base_url, version="auto", timeout=deadline, tls=_tls(address))  # type: ignore[arg-type] # seconds may be a fraction
        # No proxy, no .netrc, and no REQUESTS_CA_BUNDLE in place of the engine's own CA.
        self.trust_env = False

    def get_adapter(self, url: str) -> BaseAdapter:
        return self._own or super().get_adapter(url)

    def version(self, api_version: bool = True) -> dict[str, Any]:
        """`GET /version`. An engine that is too old is described all the same; what it cannot do it refuses."""
        version_info: Any = super().version(api_version)
        if not isinstance(version_info, dict) or not isinstance(version_info.get("ApiVersion"), str):
            raise TypeError("this is not an answer of a Docker engine")
        self.version_info = version_info
        old = version_lt(version_info["ApiVersion"], _OLDEST_API)
        return {**version_info, "ApiVersion": _OLDEST_API} if old else version_info

    def ask(self, method: str, path: str, body: object = None, **parameters: str | int) -> requests.Response:
        """The unread response to a request below the version's path. Raises docker's APIError."""
        url = f"{self.base_url}/v{self.api_version}{path}"
        response = self.request(method, url, params=parameters, json=body, stream=True, timeout=self.timeout)
        try:
            response.raise_for_status()
        except requests.HTTPError as error:
            raise create_api_error_from_http_exception(error) from error
        return response


class _Adapter(HTTPAdapter):
    """Sends every request over connections of the dialer, whatever its URL."""

    def __init__(self, dial: Callable[[], socket.socket]) -> None:
        class Connection(HTTPConnection):
            def connect(self) -> None:
                self.sock = dial()

        class Pool(HTTPConnectionPool):
            ConnectionCls = Connection

        self._pool = Pool("engine", maxsize=_CONNECTIONS)
        super().__init__()

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> HTTPConnectionPool:
        return self._pool

    def get_connection(self, *_: Any, **__: Any) -> HTTPConnectionPool:
        """The same, for requests before 2.32."""
        return self._pool

    def close(self) -> None:
        self._pool.close()
        super().close()


def _tls(address: EngineAddress) -> TLSConfig | bool:
    tls = address.tls
    if tls is None:
        return False
    if not tls.verify:
        disable_warnings(InsecureRequestWarning)  # the user chose so; standard error is not the library's
    certificate = (tls.cert, tls.key) if tls.cert else None
    return TLSConfig(client_cert=certificate, ca_cert=tls.ca or None, verify=tls.verify)
