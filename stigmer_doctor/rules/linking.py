"""Groups of codes that one fault explains."""

from __future__ import annotations

# A service that cannot be connected to, by the way in which it fails.
UNRESOLVABLE = ("SD401", "SD501", "SD601")
REFUSED = ("SD402", "SD502", "SD602")
TIMED_OUT = ("SD403", "SD503", "SD603")
CONNECTION = (*UNRESOLVABLE, *REFUSED, *TIMED_OUT, "SD651")
DIALLED = (*UNRESOLVABLE, *REFUSED, *TIMED_OUT, "SD404", "SD405", "SD407", "SD504", "SD605", "SD651")
"""What becomes of dialling an address that is not the one that was meant."""
LOGGED = ("SD701", "SD702", "SD703")
START_UP = ("SD112", "SD113", "SD704")
