"""The built-in profile."""

from __future__ import annotations

import re

import msgspec

from stigmer_doctor import profile
from stigmer_doctor.model.facts import Logs
from stigmer_doctor.rules.logs.log_lines import claimed


def test_every_expression_is_one() -> None:
    known = profile.load()
    banners = [re.compile(endpoint.banner) for endpoint in known.endpoints if endpoint.banner]
    assert all("address" in banner.groupindex for banner in banners)
    for signature in known.signatures:
        re.compile(signature.pattern)
        re.compile(signature.success)
    re.compile(known.startup_failure)


def test_a_signature_of_an_endpoint_that_there_is_not_claims_no_line() -> None:
    known = profile.load()
    less = msgspec.structs.replace(known, endpoints=tuple(other for other in known.endpoints if other.name != "llm"))
    (llm,) = [other for other in known.signatures if other.endpoint == "llm"]
    (backend,) = [other for other in known.signatures if other.endpoint == "backend"]
    logs = Logs(lines=("All connection attempts failed: failed to connect to all addresses",))
    assert len(claimed(backend, logs, less)) == 1
    assert claimed(llm, logs, less) == []
