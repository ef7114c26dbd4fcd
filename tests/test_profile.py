"""The built-in profile."""

from __future__ import annotations

import re

from stigmer_doctor import profile


def test_every_expression_is_one() -> None:
    known = profile.load()
    banners = [re.compile(endpoint.banner) for endpoint in known.endpoints if endpoint.banner]
    assert all("address" in banner.groupindex for banner in banners)
    for signature in known.signatures:
        re.compile(signature.pattern)
        re.compile(signature.success)
    re.compile(known.startup_failure)
