"""A real PBX in the loop: Asterisk under test, a second Asterisk as call farm, and the calls between them.

Law: nothing here is imported by the gateway, and only the standard library is used, so that what the lab says happened
is evidence from outside.
"""
