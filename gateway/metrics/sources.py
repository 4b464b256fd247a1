"""What the metrics read besides the core's feeds (`views.py`), as small protocols; `app` passes the real parts.

Law: read only, and no knowledge of how the parts are made.
"""

from collections.abc import Sequence
from typing import Protocol


class Durations(Protocol):
    """Of `pump.Durations`: counts per bucket, not cumulative, the last one for everything longer; microseconds."""

    @property
    def bounds(self) -> Sequence[int]: ...
    @property
    def counts(self) -> Sequence[int]: ...
    @property
    def total_us(self) -> int: ...
