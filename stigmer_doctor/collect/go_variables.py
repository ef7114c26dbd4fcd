"""The variables that Go code writes for a container, as facts."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import TYPE_CHECKING

from stigmer_doctor.collect.configuration import configuration
from stigmer_doctor.collect.options import Ports
from stigmer_doctor.collect.planned import planned_container
from stigmer_doctor.model.edits import Edit, Span
from stigmer_doctor.model.facts import Container, Contract, Variable
from stigmer_doctor.model.source import GoContainer, GoVariable

if TYPE_CHECKING:
    from stigmer_doctor.source.golang.addresses import Handed, Resolver
    from stigmer_doctor.source.golang.containers import Start, Starts
    from stigmer_doctor.source.golang.values import Text


class GoVariables:
    """Makes facts of what the resolver found; `clean` takes secrets out of spans."""

    def __init__(self, starts: Starts, ports: Ports, clean: Callable[[Span], Span]) -> None:
        self._starts, self._ports, self._clean = starts, ports, clean
        self._resolvers: dict[str, Resolver | None] = {}

    def container(self, start: Start, contract: Contract) -> GoContainer:
        from stigmer_doctor.source.golang.addresses import handed

        variables = tuple(self._variable(variable, start) for variable in handed(start))
        planned = self._planned(variables)
        chosen = {setting.variable for setting in self._ports.profile.settings if setting.choices}
        told = tuple(variable for variable in variables if variable.name not in chosen or "%" not in variable.format)
        return GoContainer(
            function=f"{start.function.file.file}:{start.function.name}",
            planned=planned,
            configuration=configuration(self._planned(told), contract, self._ports.profile),
            variables=variables,
        )

    def _planned(self, variables: tuple[GoVariable, ...]) -> Container:
        environment = {variable.name: Variable(name=variable.name, value=variable.format) for variable in variables}
        return planned_container(self._ports.profile.container_name, environment=tuple(environment.values()))

    def _variable(self, found: Handed, start: Start) -> GoVariable:
        from stigmer_doctor.source.golang.addresses import value_node

        place = found.first.place
        value, loopback = value_node(found), found.loopback
        resolver = self._resolver(posixpath.dirname(place.file.file)) if loopback else None
        name_at, in_function = self._name_at(found, start)
        return GoVariable(
            name=found.first.name,
            format=self._ports.redactor.text(_known(found).shape.replace("\0", "%s"), "source"),
            name_at=name_at,
            scheme_at=self._scheme_at(found, name_at) if in_function else None,
            address=found.host and self._ports.redactor.text(_shown(loopback), "source"),
            address_at=self._clean(place.file.span(value)) if loopback else None,
            systems=found.systems,
            way=tuple(self._way(loopback)) if loopback else (),
            resolver=resolver.name if resolver else "",
            partial=bool(resolver and not resolver.whole),
            untold=found.untold,
            renamed=in_function,
            edits=self._wrapped(found, start, resolver) if loopback else (),
        )

    def _resolver(self, folder: str) -> Resolver | None:
        from stigmer_doctor.source.golang.addresses import best, resolvers

        if folder not in self._resolvers:
            self._resolvers[folder] = best(resolvers(self._starts.machines["darwin"], folder))
        return self._resolvers[folder]

    def _name_at(self, found: Handed, start: Start) -> tuple[Span, bool]:
        """Where the name stands, and whether it can be changed there without changing it elsewhere."""
        from stigmer_doctor.source.golang.values import Piece

        piece = next((part for part in found.first.name_text.parts if isinstance(part, Piece)), None)
        place = piece.place if piece is not None and piece.place is not None else found.first.place
        node, file, name = place.node, place.file, found.first.name
        body = file.body[node.start_byte : node.end_byte].decode("utf-8", "replace")
        at = body.find(name, piece.offset + 1 if piece is not None else 0)
        if at < 0:
            return self._clean(file.span(found.first.place.node if file is found.first.place.file else node)), False
        begin = node.start_byte + len(body[:at].encode())
        inside = any(
            file is one.file and one.node.start_byte <= begin <= one.node.end_byte
            for one in (start.function, found.first.place)
        )
        return self._clean(file.between(begin, begin + len(name.encode()))), inside

    def _scheme_at(self, found: Handed, name_at: Span) -> Span | None:
        """What stands before the host, right behind the name."""
        scheme = found.first.value.shape.find("://")
        file = found.first.place.file
        if scheme <= 0 or name_at.file != file.file:
            return None
        text, begin = file.source.text, name_at.end + 1
        known = found.first.value.shape[: scheme + 3]
        if text[begin : begin + len(known)] != known:
            return None
        return self._clean(file.source.span(begin, begin + len(known)))

    def _way(self, loopback: Text | None) -> list[Span]:
        if loopback is None:
            return []
        places = [*([loopback.born] if loopback.born else []), *loopback.trail]
        spans = [self._clean(place.file.span(place.node)) for place in places]
        return list({(span.file, span.line): span for span in spans}.values())

    def _wrapped(self, found: Handed, start: Start, resolver: Resolver | None) -> tuple[Edit, ...]:
        from stigmer_doctor.source.golang.addresses import value_node, wrapped

        if resolver is None:
            return ()
        made = wrapped(value_node(found), found.first.place, resolver, start.function)
        return tuple(Edit(span=self._clean(variable.span), text=variable.text) for variable in made)


def _known(found: Handed) -> Text:
    """Of all that the variable can be what is whole in the code, else what comes first."""
    return next((value for value in found.values if value.literal), found.first.value)


def _shown(loopback: Text | None) -> str:
    return loopback.shape.replace("\0", "...") if loopback is not None else ""
