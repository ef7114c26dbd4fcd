"""One step of what to do."""

from __future__ import annotations

import msgspec


class ReportStep(msgspec.Struct, frozen=True, kw_only=True):
    """`title` is prose; `lines` are shown as they are, and are not commands; `commands` run as printed, each possibly
    over several lines; `notes` are prose that belongs to them."""

    title: str
    lines: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
