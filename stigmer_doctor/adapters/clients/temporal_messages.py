"""The few messages that Temporal is asked with, made by protobuf from temporalio's own descriptors.

temporalio's generated code holds every message of Temporal's API, which takes as long to load as half of a check.
`temporal_messages.txt` is written by `make docs` from it: of these messages the fields that are written or read here.
What else an answer has is skipped, as protobuf does with what a newer server adds.
"""

from __future__ import annotations

import binascii
import pkgutil
from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

_PACKAGE = "temporal.api.workflowservice.v1"
_POOL = DescriptorPool()  # apart from the one in which temporalio's own are
for _line in (pkgutil.get_data(__package__, "temporal_messages.txt") or b"").splitlines():
    _POOL.AddSerializedFile(binascii.a2b_base64(_line))


def _class(name: str) -> Any:
    return GetMessageClass(_POOL.FindMessageTypeByName(name))


TaskQueue = _class("temporal.api.taskqueue.v1.TaskQueue")


def kind_of_queue(kind: str) -> int:
    """The number of a kind of task queues, such as "workflow"."""
    kinds = _POOL.FindEnumTypeByName("temporal.api.enums.v1.TaskQueueType")
    return int(kinds.values_by_name[f"TASK_QUEUE_TYPE_{kind.upper()}"].number)


def request(method: str, **fields: Any) -> Any:
    """What a method of Temporal's service is called with."""
    return _class(f"{_PACKAGE}.{method}Request")(**fields)


def response(method: str) -> Any:
    """The class of what it answers."""
    return _class(f"{_PACKAGE}.{method}Response")


def method(channel: grpc.Channel, name: str) -> Callable[..., Any]:
    """A method of Temporal's service, to be called with its request."""
    return channel.unary_unary(
        f"/{_PACKAGE}.WorkflowService/{name}",
        request_serializer=lambda made: made.SerializeToString(),
        response_deserializer=response(name).FromString,
    )
