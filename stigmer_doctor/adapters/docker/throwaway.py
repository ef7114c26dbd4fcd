"""The settings of a throwaway container, written as the engine would describe the container that it stands for."""

from __future__ import annotations

from typing import Any

from stigmer_doctor.model.inspected import Attachment, Throwaway


def as_inspected(settings: Throwaway) -> dict[str, Any]:
    """As far as `clone` reads it."""
    network = settings.network
    return {
        "Image": settings.image,
        "Config": {"User": settings.user, "WorkingDir": settings.working_dir},
        "HostConfig": {
            "NetworkMode": network.mode,
            "ExtraHosts": list(network.extra_hosts),
            "Dns": list(network.dns),
            "DnsOptions": list(network.dns_options),
            "DnsSearch": list(network.dns_search),
            "Sysctls": network.sysctls,
        },
        "NetworkSettings": {"Networks": {end.name: _end(end) for end in network.attachments}},
    }


def _end(end: Attachment) -> dict[str, Any]:
    return {"NetworkID": end.id, "DriverOpts": end.driver_options, "GwPriority": end.priority}
