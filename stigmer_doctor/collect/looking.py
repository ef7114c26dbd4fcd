"""What is found out from inside a container, through a probe in it or beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import asdict

from stigmer_doctor.collect import inside
from stigmer_doctor.collect.banners import logged_addresses, unknown_services
from stigmer_doctor.collect.compare import Situation, compare
from stigmer_doctor.collect.configuration import configuration
from stigmer_doctor.collect.contract import assumed_contract
from stigmer_doctor.collect.found import Found
from stigmer_doctor.collect.kept import attempt
from stigmer_doctor.collect.links import LinkFacts, measure, same_questions
from stigmer_doctor.collect.options import Run
from stigmer_doctor.collect.pods import unknown_address
from stigmer_doctor.collect.routes import all_reached, other_networks, own_ways
from stigmer_doctor.collect.target import looks_like_runner
from stigmer_doctor.collect.topology import together
from stigmer_doctor.model.facts import Configuration, Contract, Inside, NotMeasured
from stigmer_doctor.model.ports import ContainerProbe
from stigmer_doctor.model.topology import Topology


class _Seen(msgspec.Struct, frozen=True):
    """What was measured through a probe."""

    links: LinkFacts
    inside: Inside | NotMeasured
    own: Topology | NotMeasured


class _Dialling(msgspec.Struct, frozen=True):
    """What is being measured. `dialled` is set when every address was dialled: asking the services comes after it."""

    dialled: threading.Event
    seen: Future[_Seen]


class Looking:
    """Finds out through one probe what can be found out from inside, and writes it down among the facts of the
    container and of its log. The probe is closed by whoever opened it."""

    def __init__(self, probe: ContainerProbe | NotMeasured, found: Found, facts: dict[str, Any], run: Run) -> None:
        self._probe, self._found, self._facts, self._run = probe, found, facts, run
        self._expected: Configuration | NotMeasured | None = None
        self._ahead: _Dialling | None = None

    def read(self) -> bool:
        """What the image's code reads, and what follows from it; whether this is a runner at all.

        Reading the code takes as long as dialling. What will be in force where it reads what runners read is dialled
        meanwhile, unless this may not be a runner."""
        found, run = self._found, self._run
        assumed = assumed_contract(run.ports.profile, "")
        if not isinstance(self._probe, NotMeasured) and self._is_runner(assumed):
            self._expected = self._configuration(assumed)
            self._ahead = None if isinstance(self._expected, NotMeasured) else self._dialling(self._expected)
        contract = inside.contract(found.container.id, self._probe, found.engine, run.options.passive, run.ports)
        if not self._is_runner(contract):
            return False
        self._facts |= {"contract": contract, "configuration": self._configuration(contract)}
        run.ports.redactor.learn(self._facts)  # while the services are waited for
        return True

    def dial(self) -> None:
        """Who is reached and who answers, after `read`, and where other ways lead."""
        redactor, config = self._run.ports.redactor, self._facts["configuration"]
        if isinstance(config, NotMeasured):
            self._unseen(config)
            return
        ahead, expected = self._ahead, self._expected
        if ahead is None or not isinstance(expected, Configuration) or not same_questions(config, expected):
            ahead = self._dialling(config)
        others = self._slow(ahead)
        try:
            seen = attempt(redactor, ahead.seen.result)
            if isinstance(seen, NotMeasured):
                self._unseen(seen)
                return
            self._facts |= asdict(seen.links) | {"inside": seen.inside}
            situation = Situation(config, seen.links, seen.own)
            self._facts["comparison"] = attempt(redactor, partial(compare, situation, self._probe, self._run))
            self._facts["topology"] = attempt(redactor, partial(self._all_ways, seen.own, config, others))
        finally:
            wait(filter(None, (others,)))  # also where nobody needs them: the engine is closed after this

    def _unseen(self, why: NotMeasured) -> None:
        self._facts |= dict.fromkeys((*LinkFacts.__struct_fields__, "inside", "topology"), why)

    def _is_runner(self, contract: Contract) -> bool:
        given = self._found.container.environment
        return looks_like_runner(given, self._found.listed.candidates[0], contract, self._run.ports.profile)

    def _configuration(self, contract: Contract) -> Configuration | NotMeasured:
        profile = self._run.ports.profile
        if "pod" in self._facts and (why := unknown_address(self._facts["container"], self._facts["pod"], profile)):
            return NotMeasured(reason=why)
        return attempt(
            self._run.ports.redactor,
            lambda: configuration(
                self._facts["container"], contract, profile, logged_addresses(self._facts["logs"], profile)
            ),
        )

    def _dialling(self, config: Configuration) -> _Dialling:
        dialled = threading.Event()
        seen = self._run.pool.submit(self._dial, config, dialled.set)
        seen.add_done_callback(lambda _: dialled.set())
        return _Dialling(dialled, seen)

    def _dial(
        self,
        config: Configuration,
        dialled: Callable[[], None],
    ) -> _Seen:
        redactor = self._run.ports.redactor
        looking = self._run.pool.submit(inside.look, self._probe, self._run.ports)
        routes = self._run.pool.submit(self._own_ways, config)
        services = unknown_services(self._facts["logs"], self._run.ports.profile)
        links = measure(self._facts["container"], config, self._probe, self._run, dialled, services)
        return _Seen(links, attempt(redactor, looking.result), attempt(redactor, routes.result))

    def _own_ways(self, config: Configuration) -> Topology | NotMeasured:
        return own_ways(self._facts["container"], config, self._probe, self._found.networks, self._run)

    def _slow(self, dialling: _Dialling) -> Future[Topology] | None:
        """The ways of other networks, tried from when half of the time for dialling is over: what takes so long is
        amiss, and the rest of the time is waited anyway."""
        if isinstance(self._probe, NotMeasured) or not self._run.place.here:
            return None
        if dialling.dialled.wait(self._run.options.timeout / 2):
            return None
        return self._run.pool.submit(self._others)

    def _all_ways(
        self,
        own: Topology | NotMeasured,
        config: Configuration,
        others: Future[Topology] | None,
    ) -> Topology | NotMeasured:
        """With those of other networks, where something is amiss."""
        reach = self._facts["container_reach"]
        if isinstance(own, NotMeasured) or isinstance(reach, NotMeasured) or all_reached(config, reach):
            return own
        return together(own, others.result() if others else self._others())

    def _others(self) -> Topology:
        self._run.ports.progress("trying other networks")
        container, described = self._facts["container"], self._facts["engine"]
        image = inside.image_of(
            self._probe, self._found.container.image_id, self._found.engine, self._run.ports.profile
        )
        return other_networks(container, image, described, self._found.engine, self._run)
