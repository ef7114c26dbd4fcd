"""Whether the engine shares the user's kernel."""

from __future__ import annotations

from stigmer_doctor.model.facts import Engine, NotMeasured

# An engine that says one of these of itself runs in a VM, so the user's own machine is most likely no Linux.
_VM_MARKS = ("docker desktop", "docker-desktop", "linuxkit", "orbstack", "colima", "lima", "rancher-desktop")


def native_linux(*, engine: Engine | NotMeasured) -> bool:
    """Whether it seems to share the user's kernel: that only decides which command is printed."""
    if isinstance(engine, NotMeasured):
        return False
    text = f"{engine.operating_system} {engine.name} {engine.kernel}".lower()
    return not any(mark in text for mark in _VM_MARKS)
