"""Recorded sweeps, as a client would read them from Temporal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHistory

from stigmer_doctor.fleet.codec import data_converter
from stigmer_doctor.fleet.history import SweepReader
from stigmer_doctor.fleet.keys import TeamKeys
from stigmer_doctor.fleet.results import SweepState

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures" / "fleet").glob("sweep-*.json"))


def history(fixture: Path) -> WorkflowHistory:
    saved = json.loads(fixture.read_text("utf-8"))
    return WorkflowHistory.from_json(saved["id"], saved["history"])


class FakeEvents:
    """One page."""

    next_page_token = None

    def __init__(self, events: Sequence[HistoryEvent]) -> None:
        self.current_page = events

    async def fetch_next_page(self) -> None: ...

    async def __aiter__(self) -> AsyncIterator[HistoryEvent]:
        for event in self.current_page:
            yield event


class FakeClient:
    """Has that one sweep."""

    def __init__(self, recorded: WorkflowHistory, keys: TeamKeys) -> None:
        self._recorded, self.data_converter = recorded, data_converter(keys)

    def get_workflow_handle(self, workflow_id: str, **_: Any) -> Any:
        assert workflow_id == self._recorded.workflow_id
        return SimpleNamespace(fetch_history_events=lambda **_: FakeEvents(self._recorded.events))


def read(recorded: WorkflowHistory, keys: TeamKeys) -> SweepState:
    """Raises what the reader raises."""
    reader = SweepReader(cast("Client", FakeClient(recorded, keys)), keys, recorded.workflow_id)

    async def through() -> None:
        async for _ in reader.read(follow=False):
            pass

    asyncio.run(through())
    return reader.state
