"""The Docker library's low-level client on connections that we dial ourselves.

The library's own ssh transport needs paramiko even where it starts the ssh program, and knows no timeouts; its other
sockets we need too, for attached programs. So plain sockets are dialled here; TLS and named pipes are left to it.
"""

from __future__ import annotations

import http
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import requests
from docker.api.client import APIClient
from docker.tls import TLSConfig
from docker.utils.utils import version_lt
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import disable_warnings
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import InsecureRequestWarning
from urllib3.response import HTTPResponse

from stigmer_doctor.adapters.docker.address import EngineAddress
from stigmer_doctor.adapters.docker.dial import Dialer
from stigmer_doctor.adapters.docker.errors import answered, explanation
from stigmer_doctor.adapters.docker.limits import MOST_OF_A_HEAD, LimitedSocket, is_stream, most_of, parsed

_OLDEST_API = "1.24"  # the oldest that docker-py speaks
_CONNECTIONS = 16
_REDIRECTS = 300


class Session(APIClient):
    """An APIClient that keeps what the engine version_info of its version when it was connected to (`version_info`)."""

    def __init__(self, address: EngineAddress, dialer: Dialer | None, deadline: float) -> None:
        self.version_info: Mapping[str, Any] = {}
        self.trust_env = False
        self._own = _Adapter(dialer, deadline) if dialer else None
        # The host's name means nothing where we dial; without a port the library refuses it.
        base_url = f"tcp://engine:80{address.prefix}" if dialer else address.url
        super().__init__(base_url=base_url, version="auto", timeout=deadline, tls=_tls(address))  # type: ignore[arg-type] # seconds may be a fraction
        # Nothing that could grow when it is unpacked.
        self.headers["Accept-Encoding"] = "identity"
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

    def ask(
        self, method: str, path: str, body: object = None, *, within: float = 0, **parameters: str | int
    ) -> requests.Response:
        """The unread response to a request below the version's path, which has to be complete `within` so many seconds,
        by default those of any other. Raises Refused and NotFound."""
        url = f"{self.base_url}/v{self.api_version}{path}"
        response = self.request(method, url, params=parameters, json=body, stream=True, timeout=within or self.timeout)
        self._raise_for_status(response)
        return response

    def get_json(self, path: str, **parameters: int) -> Any:
        """What is answered to a GET below the version's path."""
        with self.ask("GET", path, **parameters) as response:
            return parsed(response.content)

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - the library's name
        """None: an engine sends nobody elsewhere, and the doctor asks nobody whom the user has not named."""
        return None

    def _result(self, response: requests.Response, json: bool = False, binary: bool = False) -> Any:
        self._raise_for_status(response)
        if json:
            return parsed(response.content)
        return response.content if binary else response.text

    def _raise_for_status(self, response: requests.Response) -> None:
        """Raises Refused and NotFound, with the engine's own sentence. 304 says that it is so already."""
        status = response.status_code
        if status >= http.HTTPStatus.BAD_REQUEST or (status >= _REDIRECTS and status != http.HTTPStatus.NOT_MODIFIED):
            with response:
                raise answered(status, explanation(next(response.iter_content(MOST_OF_A_HEAD), b"")))


class _Adapter(HTTPAdapter):
    """Sends every request over connections of the dialer, whatever its URL."""

    def __init__(self, dial: Callable[[], LimitedSocket], silence: float) -> None:
        class Connection(HTTPConnection):
            _limits: Callable[[float], tuple[float, int, float]]

            def connect(self) -> None:
                self.sock = dial()

            def request(self, method: str, url: str, *arguments: Any, **options: Any) -> None:
                # What is sent piece by piece takes as long as it takes: there the answer alone is timed.
                began = None if options.get("chunked") else time.monotonic()
                self._limits = partial(_limits, url, began, silence)
                super().request(method, url, *arguments, **options)

            def getresponse(self) -> HTTPResponse:  # type: ignore[override] # as the library has it
                if isinstance(self.sock, LimitedSocket) and isinstance(self.timeout, (int, float)):
                    self.sock.limit(*self._limits(self.timeout))
                return super().getresponse()

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


def _limits(path: str, began: float | None, silence: float, within: float) -> tuple[float, int, float]:
    """For `LimitedSocket.limit`: a stream may take longer than an engine may be silent."""
    start = time.monotonic() if began is None else began
    return start + within, most_of(path), silence if is_stream(path) else within


def _tls(address: EngineAddress) -> TLSConfig | bool:
    tls = address.tls
    if tls is None:
        return False
    if not tls.verify:
        disable_warnings(InsecureRequestWarning)  # the user chose so; standard error is not the library's
    certificate = (tls.cert, tls.key) if tls.cert else None
    return TLSConfig(client_cert=certificate, ca_cert=tls.ca or None, verify=tls.verify)
