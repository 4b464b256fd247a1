"""The tail on real files: each thing that happens to a log, each byte of it once and in order."""
