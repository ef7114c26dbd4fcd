"""The cluster that options, environment and kubectl's own configuration name, not asked yet."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from stigmer_doctor.adapters.docker.lenient import mapping, mappings, text
from stigmer_doctor.adapters.docker.limits import Deadlines, parsed
from stigmer_doctor.adapters.files.regular import read_regular
from stigmer_doctor.adapters.kubernetes.engine import KubernetesEngine
from stigmer_doctor.adapters.kubernetes.kubectl import Kubectl
from stigmer_doctor.analysis.alike import did_you_mean
from stigmer_doctor.model.engine_ports import EngineClient
from stigmer_doctor.model.errors import DoctorError, EngineError
from stigmer_doctor.model.facts import EngineFault, EngineSearch
from stigmer_doctor.model.ports import Json

_ANSWERS_WITHIN_S = 20.0
_CONFIGURED_WITHIN_S = 10.0
_IN_CLUSTER = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
_DEFAULT = "default"
_MOST_BYTES = 4096


class NamedCluster:
    """Implements EngineSource. `images` and `names` tell the runner's container in a pod of several, `interpreters` are
    where Python may be in it; `debug` allows an ephemeral container."""

    def __init__(
        self,
        context: str,
        namespace: str,
        environ: Mapping[str, str],
        *,
        images: Sequence[str],
        names: Sequence[str],
        interpreters: Sequence[str] = (),
        debug: bool = False,
    ) -> None:
        self._context, self._namespace, self._environ = context, namespace, environ
        self._images, self._names, self._interpreters, self._debug = images, names, interpreters, debug
        self._found: EngineSearch | None = None
        self._opened: KubernetesEngine | None = None
        self._fault: DoctorError | None = None

    def search(self) -> EngineSearch:
        """Raises nothing: what is wrong with the configuration is raised by `open`, when it is known that a cluster was
        meant."""
        if self._found is None:
            self._found = self._configured()
        return self._found

    def open(self, *, together: float = math.inf) -> EngineClient:
        """One reading of the namespace serves all who open it."""
        if self._opened is None:
            search = self.search()
            if self._fault is not None:
                raise self._fault
            kubectl = Kubectl(
                self._environ, Deadlines(_ANSWERS_WITHIN_S, together), context=self._context,
                namespace=search.namespace,
            )  # fmt: skip
            self._opened = KubernetesEngine(kubectl, self._images, self._names, self._interpreters, debug=self._debug)
        return self._opened

    def live_sockets(self) -> tuple[str, ...]:
        """Engines of this machine are none of a cluster's."""
        return ()

    def open_socket(self, url: str) -> EngineClient:
        raise EngineError(EngineFault.UNREACHABLE, f"{url} is none of a cluster's")

    def _configured(self) -> EngineSearch:
        """What kubectl's configuration says of the context, without asking the cluster."""
        source = "--kube-context" if self._context else "kubectl's current context"
        kubectl = Kubectl(self._environ, Deadlines(_CONFIGURED_WITHIN_S), context=self._context)
        config: Json = {}
        try:
            config = mapping(parsed(kubectl.ask("config", "view", "--minify", "--output=json")))
        except EngineError as error:
            self._fault = self._with_names(error, kubectl)
        except (DoctorError, ValueError, RecursionError):
            pass  # without a configuration kubectl may still know its cluster, as in a pod
        context = next(iter(mappings(config.get("contexts"))), {})
        cluster = mapping(next(iter(mappings(config.get("clusters"))), {}).get("cluster"))
        namespace = (
            self._namespace or text(mapping(context.get("context")).get("namespace")) or self._in_cluster(config)
        )
        return EngineSearch(
            endpoint=text(cluster.get("server")),
            source=source,
            local=False,
            context=self._context or text(context.get("name")),
            namespace=namespace or _DEFAULT,
        )

    def _in_cluster(self, config: Json) -> str:
        """The namespace of the pod that the doctor itself runs in, where kubectl has nothing else to go by."""
        if mappings(config.get("contexts")) or "KUBERNETES_SERVICE_HOST" not in self._environ:
            return ""
        try:
            return read_regular(_IN_CLUSTER, _MOST_BYTES).decode("utf-8", "replace").strip()
        except OSError:
            return ""

    def _with_names(self, error: EngineError, kubectl: Kubectl) -> EngineError:
        """An unknown context, with the one that was probably meant."""
        if error.fault is not EngineFault.UNKNOWN_CONTEXT:
            return error
        try:
            plain = Kubectl(self._environ, kubectl.times)
            names = plain.ask("config", "get-contexts", "--output=name").decode("utf-8", "replace").split("\n")
        except DoctorError:
            return error
        near = did_you_mean(self._context, filter(None, names), "kubectl config get-contexts lists those that exist")
        return EngineError(error.fault, f"kubectl has no context {self._context}: {near}")
