"""Distributions as one line of text, for what a test prints beside what it checks."""

from collections.abc import Sequence


def percentile(values: Sequence[int], share: float) -> int:
    """The smallest value that at least `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 1000) // 1000) - 1)]


def describe(name: str, values: Sequence[int]) -> str:
    """`values` in microseconds; printed in milliseconds."""
    if not values:
        return f"  {name}: no values"
    points = ((word, percentile(values, share)) for word, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)))
    spelt = ", ".join(f"{word} {value / 1000:.3f}" for word, value in points)
    return f"  {name}: n {len(values)}, min {min(values) / 1000:.3f}, {spelt}, max {max(values) / 1000:.3f} ms"
