"""Every payload in Temporal is sealed with the team's key; and what another worker answers ends nothing but itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import temporalio.api.common.v1 as api
import temporalio.api.failure.v1 as failures
from temporalio.converter import (
    ActivitySerializationContext,
    DataConverter,
    DefaultFailureConverter,
    PayloadCodec,
    PayloadConverter,
    SerializationContext,
    WithSerializationContext,
)
from temporalio.exceptions import ApplicationError

from stigmer_doctor.fleet.answers import compress, decompress
from stigmer_doctor.fleet.keys import SealedError, TeamKeys

ENCODING = b"binary/sealed"
_COMPRESSED, _PLAIN = b"z", b"p"
_WORTH_COMPRESSING = 1024


class TeamCodec(PayloadCodec, WithSerializationContext):
    """Seals payloads, and opens them. Answers of machines are sealed where they are made, for their machine and sweep
    alone, and go through as they are: only who prints them opens them."""

    def __init__(self, keys: TeamKeys, *, answers: bool = False) -> None:
        self._keys, self.of_answers = keys, answers

    def with_context(self, context: SerializationContext) -> Self:
        return type(self)(self._keys, answers=isinstance(context, ActivitySerializationContext))

    async def encode(self, payloads: Sequence[api.Payload]) -> list[api.Payload]:
        return [payload if is_sealed(payload) else self._sealed(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[api.Payload]) -> list[api.Payload]:
        """Raises SealedError."""
        return list(payloads) if self.of_answers else [self._opened(payload) for payload in payloads]

    def _sealed(self, payload: api.Payload) -> api.Payload:
        data = payload.SerializeToString()
        large = len(data) > _WORTH_COMPRESSING
        return sealed_payload(self._keys.seal((_COMPRESSED + compress(data)) if large else (_PLAIN + data)))

    def _opened(self, payload: api.Payload) -> api.Payload:
        if not is_sealed(payload):  # who has Temporal and no key could give an order of its own
            raise SealedError("it is not sealed by a key of the team")
        data = self._keys.unseal(payload.data)
        return api.Payload.FromString(decompress(data[1:]) if data[:1] == _COMPRESSED else data[1:])


def sealed_payload(data: bytes) -> api.Payload:
    """A payload of what is sealed already."""
    return api.Payload(metadata={"encoding": ENCODING}, data=data)


def is_sealed(payload: api.Payload) -> bool:
    return payload.metadata.get("encoding") == ENCODING


def data_converter(keys: TeamKeys) -> DataConverter:
    """For every client and worker of a fleet."""
    return _ContainingConverter(payload_codec=TeamCodec(keys), failure_converter_class=_ContainingFailures)


class _ContainingFailures(DefaultFailureConverter):
    """Messages of failures are sealed too; a failure that makes no sense is one that says nothing."""

    def __init__(self) -> None:
        super().__init__(encode_common_attributes=True)

    def from_failure(self, failure: failures.Failure, payload_converter: PayloadConverter) -> BaseException:
        try:
            return super().from_failure(failure, payload_converter)
        except Exception:  # noqa: BLE001 - whatever another worker has answered with, the sweep goes on
            return ApplicationError("a failure that cannot be read")


class _ContainingConverter(DataConverter):
    """What a workflow is given by a machine may be a reference into a storage that is not there: the SDK would fail the
    sweep's task again and again, so that one machine would stop the sweep. A test holds that it does not."""

    async def _decode_reference_payload_sequence(self, payloads: Sequence[api.Payload]) -> list[api.Payload]:
        return list(payloads) if self._of_a_machine() else await super()._decode_reference_payload_sequence(payloads)

    async def _external_retrieve_payload_sequence(self, payloads: Sequence[api.Payload]) -> list[api.Payload]:
        return list(payloads) if self._of_a_machine() else await super()._external_retrieve_payload_sequence(payloads)

    def _of_a_machine(self) -> bool:
        return isinstance(self.payload_codec, TeamCodec) and self.payload_codec.of_answers
