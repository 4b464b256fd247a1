"""Prometheus: what the gateway counts, under the prefix `hotline_` (names are a promise, design section 8).

Law: counters and histograms move only by facts, gauges are read from live state when somebody asks, and no label value
comes from a caller: every value is one of the settings, of the PBX's own configuration or of a fixed list.
"""

from gateway.metrics.meters import Metrics

__all__ = ["Metrics"]
