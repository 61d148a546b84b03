"""Bad days: real adapters behind wrappers that fail, lose, repeat or delay as the real world does."""

from tests.bad_days.blobs import BlobsThatAreBusy
from tests.bad_days.clock import HandClock
from tests.bad_days.dossiers import (
    DossiersThatAreBusy,
    DossiersThatLoseARace,
    DossiersThatLoseTheAnswer,
)
from tests.bad_days.mails import MailsThatFail
from tests.bad_days.queues import (
    QueuesThatDeliverTwice,
    QueuesThatFailOnce,
    QueuesThatLoseTheAnswer,
)

__all__ = [
    "BlobsThatAreBusy",
    "DossiersThatAreBusy",
    "DossiersThatLoseARace",
    "DossiersThatLoseTheAnswer",
    "HandClock",
    "MailsThatFail",
    "QueuesThatDeliverTwice",
    "QueuesThatFailOnce",
    "QueuesThatLoseTheAnswer",
]
