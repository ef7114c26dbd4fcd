"""Parts of the runner that are not endpoints: a finding that names one is linked to others about the same part only."""

from __future__ import annotations

WORKSPACE = "workspace"
SETTINGS = "settings"
START = "start"
