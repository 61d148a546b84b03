"""Keys of one machine: random secrets in files that only their owner may read, made on first use, the same ever after.

In: the folder of the machine's data. Out: the secret, or SHA-256 of keys → whose they are. Refuses nothing.
"""

import json
import secrets
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from chalicelib.ports import AGENCIES


def kept_secret(path: Path) -> str:
    """A random secret that stays the same over restarts; readable by its owner only."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text()


def payments_secret(data: Path) -> str:
    """What signs the sandbox's confirmations on this machine; it lies in DATA/payments.secret."""
    data.mkdir(parents=True, exist_ok=True)
    text = kept_secret(data / "payments.secret")
    return f"whsec_{b64encode(text.encode()).decode()}"


def agency_key(data: Path, agency: str) -> str:
    """The key of an agency of this machine; it lies in DATA/agency-keys/."""
    folder = data / "agency-keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return kept_secret(folder / f"{agency}.key")


def local_agency_keys(data: Path) -> dict[str, str]:
    """SHA-256 of every agency's key → the agency."""
    return {sha256(agency_key(data, a).encode()).hexdigest(): a for a in AGENCIES}


def officer_key(data: Path) -> str:
    """The key of the one officer of a fresh machine."""
    return kept_secret(data / "officer.key")


def local_officer(data: Path) -> dict[str, str]:
    """The one officer of a fresh machine; the key lies in DATA/officer.key. More: DATA/officers.json."""
    key = officer_key(data)
    more = data / "officers.json"
    known: dict[str, str] = json.loads(more.read_text()) if more.exists() else {}
    return {sha256(key.encode()).hexdigest(): "desk", **known}
