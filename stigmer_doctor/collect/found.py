"""The container that was found, before anything was found out from inside."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from stigmer_doctor.collect import container as containers
from stigmer_doctor.model.engine_ports import EngineClient
from stigmer_doctor.model.facts import Container, Lookup
from stigmer_doctor.model.inspected import InspectedContainer, InspectedImage, InspectedNetwork
from stigmer_doctor.model.ports import Redactor


class Found(msgspec.Struct, frozen=True):
    """The container that is looked at, with what belongs to it on its engine, and how it was found."""

    container: InspectedContainer
    image: InspectedImage | None
    networks: Mapping[str, InspectedNetwork]
    listed: Lookup
    engine: EngineClient

    def facts(self, redactor: Redactor) -> Container:
        return containers.container(self.container, self.image, self.networks, redactor)
