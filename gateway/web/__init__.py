"""HTTP: what is true now, for programs and for probes (contract: design section 6).

Law: read only. Every answer is made in one plain call on the loop, so it shows one moment; nothing a client sends
reaches the core, and no caller's number leaves here in full.
"""
