"""Ephemeral containers: the one way into a pod whose own container does not run. The user has to allow it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping

from stigmer_doctor.adapters.docker.lenient import mapping, mappings, text
from stigmer_doctor.adapters.docker.limits import remaining
from stigmer_doctor.adapters.kubernetes import bundle
from stigmer_doctor.adapters.kubernetes.inspection import PodReading
from stigmer_doctor.adapters.kubernetes.kubectl import Kubectl
from stigmer_doctor.model.errors import Refused

NAME = "stigmer-doctor-"
_LIVES_S = 120
_IDLE = f"import time; time.sleep({_LIVES_S})"
_EVERY_S = 0.3
_UNDERWAY = ("", "ContainerCreating", "PodInitializing")
_STARTS_WITHIN_S = 15.0


class DebugContainers:
    """Adds one ephemeral container to a pod. It does nothing and ends by itself; what is run in it is run by exec."""

    def __init__(self, kubectl: Kubectl) -> None:
        self._kubectl = kubectl
        self._added: dict[str, str] = {}

    def added(self, reading: PodReading, interpreter: str) -> str:
        """The name of the container, which runs when this returns; of the pod's own image, with its interpreter.
        Raises Refused where the cluster does not allow or start it."""
        name = self._added.get(reading.name) or f"{NAME}{secrets.token_hex(3)}"
        if reading.name not in self._added:
            self._add(reading, name, interpreter)
            self._added[reading.name] = name
        return name

    def _add(self, reading: PodReading, name: str, interpreter: str) -> None:
        image = text(reading.container.get("image"))
        if not image:
            raise Refused("the pod has no image to make an ephemeral container of")
        self._kubectl.ask(
            "debug", reading.name, f"--image={image}", f"--container={name}", "--image-pull-policy=IfNotPresent",
            f"--profile={_profile(reading)}", "--attach=false", "--quiet", "--", interpreter, "-I", "-S", "-c", _IDLE,
        )  # fmt: skip
        self._wait(reading, name)

    def _wait(self, reading: PodReading, name: str) -> None:
        ends = time.monotonic() + min(_STARTS_WITHIN_S, remaining(self._kubectl.times.until()))
        state: Mapping[str, object] = {}
        while time.monotonic() < ends:
            state = self._state(reading, name)
            if mapping(state.get("running")):
                return
            if ended := mapping(state.get("terminated")):
                raise Refused(f"the ephemeral container {name} ended: {text(ended.get('message')) or 'it failed'}")
            if text(mapping(state.get("waiting")).get("reason")) not in _UNDERWAY:
                break
            time.sleep(_EVERY_S)
        why = mapping(state.get("waiting"))
        said = ": ".join(filter(None, (text(why.get("reason")), text(why.get("message"))))) or "nothing says why"
        raise Refused(f"the ephemeral container {name} does not start ({said})")

    def _state(self, reading: PodReading, name: str) -> Mapping[str, object]:
        status = mapping(bundle.one(self._kubectl, "Pod", reading.name).get("status"))
        found = mappings(status.get("ephemeralContainerStatuses"))
        return next((mapping(line.get("state")) for line in found if text(line.get("name")) == name), {})


def _profile(reading: PodReading) -> str:
    """With no more rights than the pod has: one that may not run as root gets an ephemeral container that may not."""
    contexts = (mapping(where.get("securityContext")) for where in (reading.spec, reading.container))
    return "restricted" if any(context.get("runAsNonRoot") is True for context in contexts) else "baseline"
