"""Tests. Law: no mocks of our own parts; a real peer on a free port, or none."""
