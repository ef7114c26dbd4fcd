"""The built-in profile."""

from __future__ import annotations

import re

import msgspec
import pytest

from stigmer_doctor import profile


def test_every_expression_is_one() -> None:
    known = profile.load()
    banners = [re.compile(endpoint.banner) for endpoint in known.endpoints if endpoint.banner]
    assert all("address" in banner.groupindex for banner in banners)
    for signature in known.signatures:
        re.compile(signature.pattern)
        re.compile(signature.success)
    re.compile(known.startup_failure)


def test_a_signature_of_an_endpoint_that_there_is_not_is_refused() -> None:
    known = profile.load()
    with pytest.raises(ValueError, match="unknown endpoints: llm"):
        msgspec.structs.replace(known, endpoints=tuple(other for other in known.endpoints if other.name != "llm"))
