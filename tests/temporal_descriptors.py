"""What of temporalio's own messages Temporal is asked with: the file that the clients load in place of all of them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, FileDescriptor
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto
from temporalio.api.enums.v1 import task_queue_pb2
from temporalio.api.workflowservice.v1 import request_response_pb2

USED = {
    "GetSystemInfoRequest": (),
    "GetSystemInfoResponse": ("server_version",),
    "GetClusterInfoRequest": (),
    "GetClusterInfoResponse": ("cluster_id",),
    "DescribeNamespaceRequest": ("namespace",),
    "DescribeNamespaceResponse": (),
    "DescribeTaskQueueRequest": ("namespace", "task_queue", "task_queue_type"),
    "DescribeTaskQueueResponse": ("pollers",),
    "ListWorkflowExecutionsRequest": ("namespace", "page_size", "query"),
    "ListWorkflowExecutionsResponse": ("executions",),
    "GetWorkflowExecutionHistoryRequest": ("namespace", "execution", "maximum_page_size"),
    "GetWorkflowExecutionHistoryResponse": ("history",),
    "WorkflowExecutionInfo": ("execution", "start_time", "memo"),
    "WorkflowExecution": ("workflow_id", "run_id"),
    "Memo": ("fields",),
    "FieldsEntry": ("key", "value"),
    "Payload": ("data",),
    "History": ("events",),
    "HistoryEvent": ("workflow_execution_started_event_attributes",),
    "WorkflowExecutionStartedEventAttributes": ("identity",),
    "TaskQueue": ("name",),
    "PollerInfo": ("identity", "last_access_time"),
    "Timestamp": ("seconds", "nanos"),
}
"""Messages of any package by their names, and the fields that are written or read."""
_ENUM_VALUES = ("TASK_QUEUE_TYPE_UNSPECIFIED", "TASK_QUEUE_TYPE_WORKFLOW", "TASK_QUEUE_TYPE_ACTIVITY")


def text() -> str:
    """What `adapters/clients/temporal_messages.txt` holds: a file of descriptors a line."""
    lines = (base64.b64encode(file.SerializeToString(deterministic=True)).decode() for file in files())
    return "".join(f"{line}\n" for line in lines)


def files() -> Iterator[FileDescriptorProto]:
    """The files that define what is used, each after what it needs, with nothing else in them."""
    messages, enums = list(_messages()), [task_queue_pb2.DESCRIPTOR.enum_types_by_name["TaskQueueType"]]
    order = _in_order(found.file for found in (*messages, *enums))
    for file in order:
        proto = FileDescriptorProto(name=file.name, package=file.package, syntax="proto3")
        for message in (message for message in messages if message.file is file and not message.containing_type):
            _add_message(proto.message_type.add(name=message.name), message)
        for enum in (enum for enum in enums if enum.file is file):
            _add_enum(proto, enum)
        proto.dependency.extend(dict.fromkeys(_needed(messages, file)))
        yield proto


def _messages() -> Iterator[Descriptor]:
    """The descriptors of `USED`, found through the requests and answers that have them as fields."""
    todo = [message for name, message in request_response_pb2.DESCRIPTOR.message_types_by_name.items() if name in USED]
    seen: set[str] = set()
    while todo:
        message = todo.pop(0)
        if message.full_name not in seen:
            seen.add(message.full_name)
            yield message
            todo += [field.message_type for field in _fields(message) if field.message_type]


def _fields(message: Descriptor) -> list[FieldDescriptor]:
    return [message.fields_by_name[name] for name in USED[message.name]]


def _needed(messages: Iterable[Descriptor], file: FileDescriptor) -> Iterator[str]:
    for field in (field for message in messages if message.file is file for field in _fields(message)):
        kind = field.message_type or field.enum_type
        if kind and kind.file is not file:
            yield kind.file.name


def _in_order(files: Iterable[FileDescriptor]) -> list[FileDescriptor]:
    """Each after those that it depends on."""
    wanted = list({file.name: file for file in files}.values())

    def depth(file: FileDescriptor) -> int:
        return 1 + max(map(depth, file.dependencies), default=0)

    return sorted(wanted, key=lambda file: (depth(file), file.name))


def _add_message(added: DescriptorProto, message: Descriptor) -> None:
    """A map's entries are a message within that of the map."""
    for field in _fields(message):
        kind = field.message_type or field.enum_type
        added.field.add(
            name=field.name,
            number=field.number,
            label=3 if field.is_repeated else 1,
            type=field.type,
            type_name=f".{kind.full_name}" if kind else None,
        )
        entry = field.message_type
        if entry and entry.containing_type is message:
            nested = added.nested_type.add(name=entry.name)
            nested.options.map_entry = True
            _add_message(nested, entry)


def _add_enum(proto: FileDescriptorProto, enum: EnumDescriptor) -> None:
    added = proto.enum_type.add(name=enum.name)
    for value in map(enum.values_by_name.__getitem__, _ENUM_VALUES):
        added.value.add(name=value.name, number=value.number)
