"""The shells towards Asterisk's manager interface (AMI): panoramisk with its receive path replaced and its defects
overridden.

Law 8: nothing is decided here but to connect, to log in and when to try again. What the bytes mean is the core's
business; events never go through panoramisk.
"""

from gateway.asterisk.connection import Connection, ConnectionStatus
from gateway.asterisk.protocol import NotConnected, Sink
from gateway.asterisk.retry import Reason, Retry
from gateway.asterisk.session import Account

__all__ = ["Account", "Connection", "ConnectionStatus", "NotConnected", "Reason", "Retry", "Sink"]
