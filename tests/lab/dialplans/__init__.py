"""The hotline's dialplan on a real Asterisk, walked through with Local channels."""
