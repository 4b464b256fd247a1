"""What a phone does when it rings: the words of lab/farm/etc/extensions.conf."""


def answer(after: float = 1, stay: float = 0, held: bool = False) -> str:
    """Pick up after `after` s; hang up `stay` s later (0: never). `held` allows hold and unhold by ARI."""
    return f"answer:{after}:{stay}:{'held' if held else 'plain'}"


def never() -> str:
    """Ring for ever."""
    return "never:0"


def busy(after: float = 0) -> str:
    """486 after `after` s."""
    return f"busy:{after}"


def decline(after: float = 0.5) -> str:
    """603 after `after` s of ringing."""
    return f"decline:{after}"
