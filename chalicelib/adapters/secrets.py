"""Secrets on AWS: what operators keep in Secrets Manager, read when it is needed and again after a while.

In: a secret's ARN. Out: its JSON object. A change is seen after `seconds` without a new deployment; while Secrets
Manager doesn't answer, what was read before holds. Refuses what is no JSON object (`Broken`).
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from chalicelib.adapters.aws import AwsPlace, in_our_words
from chalicelib.errors import Broken, StorageBusy

V = TypeVar("V")


class Secrets:
    """Secrets by ARN, kept in this process for `seconds`."""

    def __init__(
        self, place: AwsPlace, seconds: float = 300, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._place = place
        self._seconds = seconds
        self._now = now
        self._seen: dict[str, tuple[float, Mapping[str, Any]]] = {}

    def read(self, arn: str) -> Mapping[str, Any]:
        """What the secret holds."""
        at, known = self._seen.get(arn, (0.0, None))
        if known is not None and self._now() - at < self._seconds:
            return known
        try:
            fresh = self._fetched(arn)
        except StorageBusy:
            if known is None:
                raise
            fresh = known
        self._seen[arn] = (self._now(), fresh)
        return fresh

    def _fetched(self, arn: str) -> Mapping[str, Any]:
        with in_our_words():
            text = self._place.client("secretsmanager").get_secret_value(SecretId=arn)
        return _parsed(text["SecretString"])


class SecretTable(Mapping[str, V]):
    """A secret as a mapping, always as it is now; `form` makes what the JSON value stands for."""

    def __init__(self, secrets: Secrets, arn: str, form: Callable[[Any], V]) -> None:
        self._secrets, self._arn, self._form = secrets, arn, form

    def __getitem__(self, key: str) -> V:
        return self._form(self._secrets.read(self._arn)[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._secrets.read(self._arn))

    def __len__(self) -> int:
        return len(self._secrets.read(self._arn))


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        plain = json.loads(text)
    except ValueError as e:
        raise Broken("a secret is not of its form") from e
    if not isinstance(plain, dict):
        raise Broken("a secret is not of its form")
    return plain
