"""What really happened, told by the farm and queue_log alone. Law: imports nothing of gateway."""
