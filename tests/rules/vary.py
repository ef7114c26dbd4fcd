"""Ways to break the healthy runner, and to ask rules about it."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.judge import judge
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Check, Diagnosis, Finding
from stigmer_doctor.model.rules import Rule
from tests.healthy import ALIAS, NOT_MEASURED, PORTS, dial, endpoint, healthy

HOSTS = ("127.0.0.1", "::1")


def diagnose(facts: f.Facts, *rules: Rule) -> Diagnosis:
    return judge(facts, rules, profile.load())


def findings(facts: f.Facts, *rules: Rule) -> tuple[Finding, ...]:
    return diagnose(facts, *rules).findings


def one(facts: f.Facts, *rules: Rule) -> Finding:
    """The only finding."""
    (finding,) = findings(facts, *rules)
    return finding


def outcome(facts: f.Facts, rule: Rule) -> Check:
    """What became of the rule."""
    (check,) = diagnose(facts, rule).checks
    return check


def configured(facts: f.Facts, *changed: f.Endpoint) -> f.Facts:
    """The runner with other addresses in force."""
    assert isinstance(facts.configuration, f.Configuration)
    names = {name.name: name for name in changed}
    endpoints = tuple(names.get(other.name, other) for other in facts.configuration.endpoints)
    return replace(facts, configuration=replace(facts.configuration, endpoints=endpoints))


def without(facts: f.Facts, name: str) -> f.Facts:
    """A runner that does not use the endpoint."""
    assert isinstance(facts.configuration, f.Configuration)
    endpoints = tuple(other for other in facts.configuration.endpoints if other.name != name)
    return replace(facts, configuration=replace(facts.configuration, endpoints=endpoints))


def with_setting(facts: f.Facts, key: str, value: str) -> f.Facts:
    assert isinstance(facts.configuration, f.Configuration)
    settings = tuple(
        replace(setting, value=value) if setting.key == key else setting for setting in facts.configuration.settings
    )
    return replace(facts, configuration=replace(facts.configuration, settings=settings))


def dialled(facts: f.Facts, port: int, *dials: f.Dial) -> f.Facts:
    """What the container's dials of a port come to, instead of what they came to; the answer behind it is lost."""
    assert isinstance(facts.container_reach, f.Reach)
    kept = tuple(other for other in facts.container_reach.dials if other.port != port)
    reach = replace(facts.container_reach, dials=(*kept, *dials))
    lost = {name: NOT_MEASURED for name, standard in PORTS.items() if standard == port}
    return replace(facts, container_reach=reach, **lost)


def failing(name: str, how: f.Outcome, facts: f.Facts | None = None) -> f.Facts:
    """The runner whose dials of the endpoint's usual address fail so."""
    return dialled(facts or healthy(), PORTS[name], dial(ALIAS, PORTS[name], how))


def unknown(host: str, facts: f.Facts) -> f.Facts:
    """The runner from which the host name does not resolve."""
    assert isinstance(facts.container_reach, f.Reach)
    resolutions = (
        *(resolution for resolution in facts.container_reach.resolutions if resolution.host != host),
        f.Resolution(host=host, error="Name or service not known"),
    )
    dials = tuple(other for other in facts.container_reach.dials if other.host != host)
    return replace(
        facts,
        container_reach=replace(facts.container_reach, resolutions=resolutions, dials=dials),
        backend=NOT_MEASURED,
        temporal=NOT_MEASURED,
        llm=NOT_MEASURED,
    )


def served_here(facts: f.Facts, port: int, how: f.Outcome) -> f.Facts:
    """The user's machine whose own dials of the port come to this; a listener is listed where they connect."""
    assert isinstance(facts.user_reach, f.Reach)
    assert isinstance(facts.listeners, f.Listeners)
    dials = tuple(other for other in facts.user_reach.dials if other.port != port)
    own = tuple(dial(host, port, how, host) for host in HOSTS)
    items = tuple(item for item in facts.listeners.items if item.port != port)
    if how is f.Outcome.CONNECTED:
        items = (*items, f.Listener(address="127.0.0.1", port=port))
    asked = tuple(dict.fromkeys((*facts.listeners.ports, port)))
    return replace(
        facts,
        user_reach=replace(facts.user_reach, dials=(*dials, *own)),
        listeners=f.Listeners(ports=asked, items=items),
    )


def stopped(name: str) -> f.Facts:
    """The service stopped on the user's machine."""
    return served_here(failing(name, f.Outcome.REFUSED), PORTS[name], f.Outcome.REFUSED)


def in_state(facts: f.Facts, status: str, **more: object) -> f.Facts:
    """The container in another state."""
    assert isinstance(facts.container, f.Container)
    state = replace(facts.container.state, status=status, **more)
    return replace(facts, container=replace(facts.container, state=state))


def logging(facts: f.Facts, *lines: str) -> f.Facts:
    """The container whose log holds these lines after its banner."""
    assert isinstance(facts.logs, f.Logs)
    return replace(facts, logs=f.Logs(lines=(*facts.logs.lines, *lines)))


__all__ = ["ALIAS", "NOT_MEASURED", "PORTS", "dial", "endpoint", "healthy"]
