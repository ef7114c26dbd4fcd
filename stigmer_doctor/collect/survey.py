"""What `topology` is about: no container needed, only an engine and an image with an interpreter."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from stigmer_doctor.collect import topology
from stigmer_doctor.collect.links import listeners_at
from stigmer_doctor.collect.options import CollectOptions, Ports, Run
from stigmer_doctor.model.engine_ports import EngineClient
from stigmer_doctor.model.errors import CannotDiagnose, NotFound
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.survey import Survey
from stigmer_doctor.model.topology import RouteNetwork

BOTH = (RouteNetwork.HOST, RouteNetwork.BRIDGE)
"""The networks that every engine has."""


def survey(collect_options: CollectOptions, ports: Ports, image: str = "") -> Survey:
    """Measure both networks from throwaway containers of the image that is named, or of the runner's.

    Raises EngineError, and CannotDiagnose where the engine is elsewhere or has no such image."""
    search = ports.engine.search()
    if not search.place.here:
        raise CannotDiagnose(f"the engine at {search.endpoint} is on another machine: no way from it leads to this one")
    ports.progress("asking the engine")
    with ports.engine.open(together=collect_options.together) as engine, ThreadPoolExecutor(8) as pool:
        chosen = runner_image(engine, collect_options.container, image, ports.profile)
        port_numbers = tuple(service.port for service in ports.profile.always_used)
        listening = pool.submit(listeners_at, port_numbers, ports)
        ports.progress("trying both networks")
        described = engine.describe()
        run = Run(collect_options, ports, pool, search.place)
        seen = topology.beside(BOTH, engine, chosen, run, rootless=described.rootless)
        if not seen.started:
            raise CannotDiagnose(f"no throwaway container of {chosen} could look around: {'; '.join(seen.missing)}")
        found = Survey(
            tool_version=collect_options.tool_version,
            collected_at=ports.now(),
            search=search,
            engine=described,
            topology=seen,
            listeners=listening.result(),
        )
        return ports.redactor.sweep(found)


def runner_image(engine: EngineClient, container: str, named: str, profile: Profile) -> str:
    """The image to look with: the named one, that of the runner's container, or one with the runner's name. Raises
    CannotDiagnose where there is none."""
    try:
        if named:
            engine.image(named)
            return named
        return engine.container(container).image_id
    except NotFound as error:
        if named:
            raise CannotDiagnose(f"the engine has no image {named}: name one with --image (docker images)") from error
    tags = [tag for local in engine.images() for tag in local.tags]
    found = next((tag for tag in tags if any(known in tag for known in profile.images)), "")
    if not found:
        raise CannotDiagnose(
            "there is neither a runner nor an image of one on this engine: name a local image that has Python with "
            "--image"
        )
    return found
