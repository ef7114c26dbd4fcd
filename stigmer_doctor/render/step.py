"""One step of what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStep:
    """`title` is prose; `lines` are shown as they are, and are not commands; `commands` run as printed, each possibly
    over several lines; `notes` are prose that belongs to them."""

    title: str
    lines: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
