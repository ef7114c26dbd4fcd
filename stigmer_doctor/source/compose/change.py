"""A service changed in its files: the smallest edits, one after the other, checked to say what was meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from functools import partial

from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.edits import Edit
from stigmer_doctor.source.compose import splice
from stigmer_doctor.source.compose.document import Document, Item
from stigmer_doctor.source.compose.meaning import HOST_FORBIDS, expected_of, said
from stigmer_doctor.source.compose.nodes import MappingNode, Sequence
from stigmer_doctor.source.compose.project import Project, ProjectService, ProjectSetting
from stigmer_doctor.source.compose.scope import Read
from stigmer_doctor.source.edits import applied

EditStep = Callable[[ProjectService], "tuple[str, Edit] | None"]


class NotInPlace(Exception):  # noqa: N818 - reads as what it is
    """An edit where the value stands cannot be right; the message says why, as a clause."""


def changed(files: tuple[str, ...], service: str, wanted: Changes, read: Read, folder: str = "") -> dict[str, bytes]:
    """The project's files that differ once the changes of one service are made, with their new bytes.

    Raises NotInPlace, also where what came out would differ from what was meant by more or by less.
    """
    texts: dict[str, bytes] = {}

    def now(path: str) -> bytes | None:
        return texts[path] if path in texts else read(path)

    before = Project(files, now, folder)
    if refused := [problem for problem in before.problems if problem.certain]:
        raise NotInPlace(f"{refused[0].file} {refused[0].message}")
    if service not in before.services():
        raise NotInPlace(f"no file of the project has the service {service}")
    expected = expected_of(before, service, wanted)
    for step in _steps(before.service(service), wanted):
        project = Project(files, now, folder)
        done = step(project.service(service))
        if done is not None:
            file, edit = done
            document = project.document(file)
            if document is None:
                raise NotInPlace(f"{file} cannot be read")
            texts[file] = document.source.encoded(applied(document.source.text, [edit]))
    if said(Project(files, now, folder)) != expected:
        raise NotInPlace("the changed file would not say exactly what was meant")
    return {path: raw for path, raw in texts.items() if raw != read(path)}


def mapping(service: ProjectService, host: str, target: str) -> tuple[Edit, ...]:
    """How to map a host name in a service; empty where that cannot be done in place."""
    try:
        done = _host(service, host, target)
    except NotInPlace:
        return ()
    return (done[1],) if done else ()


def settings(service: ProjectService, values: Mapping[str, str]) -> dict[str, tuple[Edit, ...]]:
    """How to set each variable that the service does not set yet; without those that cannot be set in place. Where the
    service has no place for variables yet, each gets the same edit, which sets them all."""
    if not any(_sections(service, "environment")):
        edit = _section(service, values)
        return dict.fromkeys(values, (edit,) if edit else ())
    found: dict[str, tuple[Edit, ...]] = {}
    for name, value in values.items():
        try:
            found[name] = (_added(service, "environment", name, value.replace("$", "$$"), "=", as_list=False)[1],)
        except NotInPlace:
            continue
    return found


def _section(service: ProjectService, values: Mapping[str, str]) -> Edit | None:
    try:
        document, outer, block = _without_section(service, "environment")
    except NotInPlace:
        return None
    lines = [f"{name}: {splice.encoded(value.replace('$', '$$'))}" for name, value in values.items()]
    if block.flow:
        return splice.with_entry(document, block, "environment", f"{{{', '.join(lines)}}}")
    return splice.with_block(document, block, "environment", lines, splice.step(document, outer.key, block))


# ---- the steps -------------------------------------------------------------------------------------------------------


def _steps(service: ProjectService, wanted: Changes) -> Iterable[EditStep]:
    blocks = max(len(service.blocks), 1)
    if wanted.network == "host":
        for key in HOST_FORBIDS:
            yield from [partial(_without, key=key)] * blocks
        yield partial(_field, key="network_mode", value="host")
    elif wanted.network and "network_mode" in service.fields:
        if service.fields["network_mode"].via:
            yield partial(_field, key="network_mode", value=wanted.network)
        else:
            yield from [partial(_without, key="network_mode")] * blocks
    renamed = _renamed(service, wanted)
    for name, value in wanted.variables.items():
        if name in renamed:
            new = renamed[name]
            yield partial(_rename, name=name, new=new, value=wanted.variables[new] or "")
        elif value is None:
            yield from [partial(_unset, name=name)] * blocks
        elif name not in renamed.values():
            yield partial(_set, name=name, value=value)
    for host, target in wanted.hosts.items():
        yield partial(_host, host=host, target=target)


def _renamed(service: ProjectService, wanted: Changes) -> dict[str, str]:
    """Variables that go, each with the one that is set instead: the most alike one that is not there yet."""
    gone = [
        name
        for name, value in wanted.variables.items()
        if value is None and (setting := service.environment.get(name)) and setting.own
    ]
    new = [name for name, value in wanted.variables.items() if value is not None and name not in service.environment]
    found: dict[str, str] = {}
    for name in gone:
        left = [other for other in new if other not in found.values()]
        if left:
            found[name] = max(left, key=lambda other: SequenceMatcher(None, name, other).ratio())
    return found


def _field(now: ProjectService, key: str, value: str) -> tuple[str, Edit] | None:
    document, _, block = _last(now)
    own = now.fields.get(key)
    if own and not own.via and own.whole and own.document:
        return _told(own.document, splice.replaced(own.document, own.whole, value), key)
    return _told(document, splice.with_entry(document, block, key, splice.encoded(value)), key)


def _without(now: ProjectService, key: str) -> tuple[str, Edit] | None:
    """The last block that has the key, without it; None where no block has it."""
    for document, item, block in reversed(now.blocks):
        found = document.item(block, key)
        if found is None:
            continue
        if found.via or item.via:
            raise NotInPlace(f"{key} comes through {found.via or item.via}")
        return _told(document, splice.without_entry(document, block, found.key), key)
    return None


def _unset(now: ProjectService, name: str) -> tuple[str, Edit] | None:
    setting = now.environment.get(name)
    if setting is None or not setting.own or setting.document is None:
        return None
    document = setting.document
    if setting.item is not None:
        edit = splice.without_entry(document, setting.item.owner, setting.item.key)
    else:
        holder = _list_of(now, document, "environment", setting)
        edit = splice.without_item(document, holder, setting.whole) if holder and setting.whole else None
    # An empty `environment:` is refused by some versions of compose.
    return (document.file, edit) if edit else _without(now, "environment")


def _rename(now: ProjectService, name: str, new: str, value: str) -> tuple[str, Edit] | None:
    setting, escaped = now.environment.get(name), value.replace("$", "$$")
    # It was there before the first edit: one that came out otherwise than meant may have moved it away.
    document = setting.document if setting else None
    if setting is None or document is None or setting.whole is None:
        raise NotInPlace(f"{name} does not stand in the service")
    if setting.item is None:
        return _told(document, splice.replaced(document, setting.whole, f"{new}={escaped}", text_only=True), name)
    key = splice.replaced(document, setting.item.key, new)
    whole = splice.replaced(document, setting.whole, escaped)
    if key is None or whole is None:
        raise NotInPlace(f"{name} is written in a way that cannot be changed in place")
    between = document.source.text[key.span.end : whole.span.start]
    return document.file, Edit(
        span=document.source.span(key.span.start, whole.span.end), text=f"{key.text}{between}{whole.text}"
    )


def _set(now: ProjectService, name: str, value: str) -> tuple[str, Edit] | None:
    setting, escaped = now.environment.get(name), value.replace("$", "$$")
    if setting and setting.own and setting.document and setting.whole:
        if setting.item is None:
            edit = splice.replaced(setting.document, setting.whole, f"{name}={escaped}", text_only=True)
        else:
            edit = splice.replaced(setting.document, setting.whole, escaped)
        return _told(setting.document, edit, name)
    return _added(now, "environment", name, escaped, "=", as_list=False)


def _host(now: ProjectService, host: str, target: str) -> tuple[str, Edit] | None:
    setting = now.extra_hosts.get(host)
    if setting and not setting.via and setting.document and setting.whole:
        written = target if setting.item else f"{host}:{target}"
        edit = splice.replaced(setting.document, setting.whole, written, text_only=setting.item is None)
        return _told(setting.document, edit, "extra_hosts")
    return _added(now, "extra_hosts", host, target, ":", as_list=True)


def _added(
    now: ProjectService, section: str, name: str, value: str, separator: str, *, as_list: bool
) -> tuple[str, Edit]:
    """A pair more in a section of the last block that has it, in its form; or the section itself."""
    pair = splice.encoded(f"{name}{separator}{value}", '"' if section == "extra_hosts" else "", text_only=True)
    for document, found in _sections(now, section):
        if isinstance(found.value, Sequence) and found.value.items:
            return _told(document, splice.with_item(document, found.value, pair), section)
        if isinstance(found.value, MappingNode) and found.value.entries:
            key = splice.encoded(name)
            return _told(document, splice.with_entry(document, found.value, key, splice.encoded(value)), section)
        raise NotInPlace(f"{section} is empty there")
    document, outer, block = _without_section(now, section)
    if block.flow:
        text = f"[{pair}]" if as_list else f"{{{name}: {splice.encoded(value)}}}"
        return _told(document, splice.with_entry(document, block, section, text), section)
    step = splice.step(document, outer.key, block)
    if as_list:
        indent = splice.list_indent(document, block, step)
        return _told(document, splice.with_block(document, block, section, [f"- {pair}"], indent), section)
    line = f"{name}: {splice.encoded(value)}"
    return _told(document, splice.with_block(document, block, section, [line], step), section)


def _list_of(now: ProjectService, document: Document, section: str, setting: ProjectSetting) -> Sequence | None:
    for other, _, block in now.blocks:
        found = other.item(block, section) if other is document else None
        if found and isinstance(found.value, Sequence) and any(item is setting.whole for item in found.value.items):
            return found.value
    return None


def _sections(now: ProjectService, section: str) -> Iterator[tuple[Document, Item]]:
    """The section wherever it stands in the service itself, from the last block to the first."""
    for document, item, block in reversed(now.blocks):
        found = document.item(block, section)
        if found is not None and not found.via and not item.via:
            yield document, found


def _without_section(now: ProjectService, section: str) -> tuple[Document, Item, MappingNode]:
    """The last block, to which the section can be added: one of its own would replace what an anchor gives it."""
    document, outer, block = _last(now)
    if document.item(block, section) is not None:
        raise NotInPlace(f"{section} comes through an anchor")
    return document, outer, block


def _last(now: ProjectService) -> tuple[Document, Item, MappingNode]:
    """The last block of the service that stands in a file itself."""
    for document, item, block in reversed(now.blocks):
        if not item.via:
            return document, item, block
    raise NotInPlace("the service comes through an anchor")


def _told(document: Document, edit: Edit | None, what: str) -> tuple[str, Edit]:
    if edit is None:
        raise NotInPlace(f"{what} is written in a way that cannot be changed in place")
    return document.file, edit
