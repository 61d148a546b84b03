"""Freed memory stays with the process, for the next picture: nothing in, nothing out.

Each page needs some dozen pictures of 3 MB for a moment. Given back to the kernel after each and asked for again, they
cost 15 to 25 ms of page faults a page; the process's peak is the same. Where the C library has no `mallopt` nothing is
done.
"""

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h
_PICTURE = 32 << 20  # bytes: of pages at 300 dpi; what is larger goes back at once
_KEPT = 256 << 20  # bytes kept at most: one huge photograph does not fill a worker for ever


def keep_freed() -> None:
    """From now on, for the whole process."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(_TRIM_THRESHOLD, _KEPT)
        mallopt(_MMAP_THRESHOLD, _PICTURE)
