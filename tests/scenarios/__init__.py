"""Recorded feeds and what the core makes of them."""
