"""Secrets of operators: seen as they are now, not asked for at every turn, there while Secrets Manager is not."""

import json

import pytest

from chalicelib import wiring
from chalicelib.adapters.aws import AwsPlace, emulator
from chalicelib.adapters.endpoints import endpoint_of
from chalicelib.adapters.secrets import Secrets, SecretTable
from chalicelib.errors import Broken, StorageBusy
from chalicelib.ports import Endpoint
from chalicelib.settings import Settings
from tests.contracts.conftest import _fresh

NOWHERE = AwsPlace("us-east-1", "http://127.0.0.1:9", "test", "test")


class Time:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class PlaceThatGoes(AwsPlace):
    """There once, then nowhere."""

    def client(self, service, **config):
        place, PLACES[0] = PLACES[0], NOWHERE
        return place.client(service, **config)


PLACES: list[AwsPlace] = []


def keep(place: AwsPlace, value: object) -> str:
    made = place.client("secretsmanager").create_secret(
        Name=f"secret-{next(_fresh)}", SecretString=json.dumps(value)
    )
    return str(made["ARN"])


def change(place: AwsPlace, arn: str, value: object) -> None:
    place.client("secretsmanager").put_secret_value(SecretId=arn, SecretString=json.dumps(value))


def test_a_table_is_as_the_secret_is_after_a_while(place):
    time, arn = Time(), keep(place, {"a": "lan"})
    officers = SecretTable(Secrets(place, 300, time), arn, str)
    assert officers.get("a") == "lan" and officers.get("b") is None
    change(place, arn, {"b": "mai"})
    time.now += 299
    assert dict(officers) == {"a": "lan"}
    time.now += 2
    assert dict(officers) == {"b": "mai"} and len(officers) == 1


def test_what_was_read_holds_while_the_store_does_not_answer(place):
    PLACES[:] = [place]
    time, arn = Time(), keep(place, {"a": "lan"})
    secrets = Secrets(PlaceThatGoes(), 300, time)
    assert secrets.read(arn) == {"a": "lan"}
    time.now += 1000
    assert secrets.read(arn) == {"a": "lan"}
    with pytest.raises(StorageBusy):
        Secrets(NOWHERE).read(arn)


@pytest.mark.parametrize("value", [[1], "text"])
def test_what_is_no_object_is_broken(place, value):
    with pytest.raises(Broken):
        Secrets(place).read(keep(place, value))


def test_an_endpoint_that_is_not_of_its_form_is_broken(place):
    table = SecretTable(Secrets(place), keep(place, {"ward": {"url": "https://a.vn"}}), endpoint_of)
    with pytest.raises(Broken):
        table["ward"]


def test_settings_that_are_arns_are_taken_from_there(moto, monkeypatch):
    place = emulator(moto)
    kept = {
        "MOTCUA_OFFICERS": {"0a": "lan"},
        "MOTCUA_AGENCY_KEYS": {"0b": "ward"},
        "MOTCUA_AGENCY_CONTACTS": {"ward": ["a@example.vn", "b@example.vn"]},
        "MOTCUA_AGENCIES_FILE": {"ward": {"url": "https://a.example/", "secrets": ["whsec_eA=="]}},
        "MOTCUA_PAYMENTS_SECRET": {"secret": "whsec_eA=="},
    }
    for name, value in kept.items():
        monkeypatch.setenv(name, keep(place, value))
    monkeypatch.setenv("MOTCUA_BASE_URL", "https://motcua.example.vn")
    monkeypatch.setenv("MOTCUA_AWS_ENDPOINT", moto)
    monkeypatch.delenv("MOTCUA_DATA", raising=False)
    settings = Settings.from_environment()
    world = wiring.join(settings)
    assert settings.officers == {} and settings.agencies_file is None
    assert dict(world.officers) == {"0a": "lan"} and dict(world.agency_keys) == {"0b": "ward"}
    assert world.contacts["ward"] == ("a@example.vn", "b@example.vn")
    assert world.agencies.endpoint("ward") == Endpoint("https://a.example/", ("whsec_eA==",))
    assert world.payments is not None


def test_an_empty_secret_of_payments_means_that_nothing_can_be_paid(moto):
    arn = keep(emulator(moto), {})
    settings = Settings("https://a.vn", aws_endpoint=moto, secrets={"payments_secret": arn})
    assert wiring.join(settings).payments is None
