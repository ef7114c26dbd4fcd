"""What the tests of rules need of pytest."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.rules.grid")  # so that it shows how a finding differs from the grid
