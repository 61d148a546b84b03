"""Links that open one agency's health page in a browser, where no key can be typed into a header.

In: a world, an agency, an aware time. Out: a query that is good until then, and whether one is. It is signed by an
HMAC under the hash of the agency's key that we hold: with the key its links end. The pages behind it show nobody's
data.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from chalicelib.ports import World


def signed(world: World, agency: str, until: datetime) -> str:
    """`den=…&ky=…`: until when (seconds since 1970), and the signature."""
    ends = str(int(until.timestamp()))
    key = next(hash for hash, of in world.agency_keys.items() if of == agency)
    return urlencode({"den": ends, "ky": _signature(key, agency, ends)})


def is_good(world: World, agency: str, query: Mapping[str, str], now: datetime) -> bool:
    """Did we sign this query for this agency, and is its time not over?"""
    ends, given = query.get("den", ""), query.get("ky", "")
    if not (ends.isascii() and ends.isdigit() and len(ends) <= 12) or now.timestamp() > int(ends):
        return False
    keys = [hash for hash, of in world.agency_keys.items() if of == agency]
    good = [_signature(key, agency, ends) for key in keys]
    return any([hmac.compare_digest(g.encode(), given.encode()) for g in good])


def _signature(key: str, agency: str, ends: str) -> str:
    text = f"health-page\n{agency}\n{ends}"
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
