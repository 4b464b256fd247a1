"""Hotline Gateway: knows, to the millisecond, how well a telephone hotline answers."""

__version__ = "0.1.0"
