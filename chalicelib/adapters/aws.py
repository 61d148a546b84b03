"""Where AWS is, and what its errors mean in our words.

In: a region, for emulators an endpoint and keys. Out: boto3 clients; `StorageBusy` for what
passes, `Broken` for what doesn't, or the error that the caller knows for a code. boto3 is
imported when the first client is made.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chalicelib.errors import Broken, DossierMovedMeanwhile, StorageBusy

_PASSING = frozenset(
    {
        "ConditionalRequestConflict",
        "InternalError",
        "InternalServerError",
        "KmsThrottled",
        "LimitExceededException",
        "OperationAborted",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "RequestTimeTooSkewed",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)


@dataclass(frozen=True, slots=True)
class AwsPlace:
    """A region, and for emulators the endpoint, keys and path-style addresses of buckets.

    Without keys boto3's own chain is used: on Lambda, the function's role.
    """

    region: str | None = None
    endpoint: str | None = None
    access_key: str | None = None
    secret_key: str | None = None
    path_style: bool = False

    def client(self, service: str, **config: Any) -> Any:
        """A boto3 client: 3 s to connect, 10 s to answer, four tries in all."""
        import boto3
        from botocore.config import Config

        return boto3.client(
            service,
            region_name=self.region,
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=Config(
                connect_timeout=3,
                read_timeout=10,
                retries={"mode": "standard", "total_max_attempts": 4},
                **config,
            ),
        )


def emulator(endpoint: str, region: str = "us-east-1") -> AwsPlace:
    """The place of an emulator at this URL: its usual keys, buckets in the path."""
    return AwsPlace(region, endpoint, access_key="test", secret_key="test", path_style=True)  # noqa: S106 - no secret


@contextmanager
def in_our_words(**known: type[Exception]) -> Iterator[None]:
    """Translate botocore's errors; `known` maps codes to what they mean here.

    Only the operation's and the error's names are passed on: messages may quote values.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as e:
        raise _meaning(e.response, known)(f"{e.operation_name}: {code_of(e.response)}") from e
    except BotoCoreError as e:
        raise (StorageBusy if _is_network(e) else Broken)(type(e).__name__) from e


def code_of(response: Mapping[str, Any]) -> str:
    """The error's code without the namespace that SQS puts before it."""
    return str(response.get("Error", {}).get("Code", "")).rsplit(".", 1)[-1]


def _meaning(response: Mapping[str, Any], known: Mapping[str, type[Exception]]) -> type[Exception]:
    code = code_of(response)
    if code in known:
        return known[code]
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return StorageBusy if code in _PASSING or status >= 500 else Broken


def _is_network(error: Exception) -> bool:
    from botocore.exceptions import ConnectionError, HTTPClientError

    return isinstance(error, ConnectionError | HTTPClientError)


def cancelled(error: Any) -> DossierMovedMeanwhile | StorageBusy | Broken:
    """What a cancelled transaction means: the first reason that is one."""
    codes = {reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])}
    if "ConditionalCheckFailed" in codes:
        return DossierMovedMeanwhile()
    names = ", ".join(sorted(codes - {"None"})) or code_of(error.response)
    return Broken(names) if "ValidationError" in codes else StorageBusy(names)
