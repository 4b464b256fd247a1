"""Tests of the shells against real peers: TCP, files, HTTP."""
