"""Where the page of a rule stands on the doctor's own site."""

from __future__ import annotations

import stigmer_doctor


def page_address(code: str) -> str:
    """The address of the rule's page; "" as long as the doctor has no site."""
    home = stigmer_doctor.HOME_PAGE.rstrip("/")
    return f"{home}/rules/{code}/" if home else ""
