"""What manifests for Kubernetes say about the runner: plain ones, and what kustomize builds of a base and overlays.

Files are named relative to the source tree, with forward slashes. Values are redacted.
"""

from stigmer_doctor.model.container import Container, Variable
from stigmer_doctor.model.edits import Span
from stigmer_doctor.model.record import Fact, Part
from stigmer_doctor.model.runner import Configuration, Contract


class ManifestVariable(Part, frozen=True, kw_only=True):
    """A variable of a container as it is in force. `opaque`: its value is filled in later, from a group, a secret or a
    field. `name_at` is its name where it can be changed."""

    variable: Variable
    place: str
    opaque: bool = False
    name_at: Span | None = None
    line: str = ""


class ManifestContainer(Part, frozen=True, kw_only=True):
    """The runner's container in one build. `build` is the folder of the kustomization, else the file; `base`: others
    build on it, and it is not deployed by itself. `alone`: nothing else shares its loopback; `open_ended`: variables
    come from elsewhere as well. `unread` is the file of a patch that may change it and is not followed."""

    build: str
    place: str
    planned: Container
    configuration: Configuration
    environment: tuple[ManifestVariable, ...] = ()
    base: bool = False
    alone: bool = True
    open_ended: bool = False
    unread: str = ""

    def variable(self, name: str) -> ManifestVariable | None:
        return next((variable for variable in self.environment if variable.variable.name == name), None)


class ManifestFiles(Fact, frozen=True, kw_only=True):
    """The manifests that have the runner's container. `contract` is what the runner's code is taken to read."""

    files: tuple[str, ...]
    contract: Contract
    containers: tuple[ManifestContainer, ...] = ()
