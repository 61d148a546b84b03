"""How often a thing goes wrong before it goes right."""

import threading


class Misfortune:
    """Strikes at the first `times` chances. Safe under threads."""

    def __init__(self, times: int = 1) -> None:
        self._left = times
        self._lock = threading.Lock()

    def strikes(self) -> bool:
        with self._lock:
            self._left -= 1
            return self._left >= 0
