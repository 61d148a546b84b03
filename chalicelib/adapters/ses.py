"""Mails on AWS: the port `Mails` over SES.

In: mails. Out: nothing. Refuses what `letters` refuses, and a sender that SES does not know
(`Broken`).
"""

from chalicelib.adapters.aws import AwsPlace, in_our_words
from chalicelib.adapters.letters import letter
from chalicelib.errors import StorageBusy
from chalicelib.ports import Mail


class SesMails:
    """The port `Mails`. The same mail again is sent again: SES knows no ids of ours."""

    def __init__(self, sender: str, place: AwsPlace) -> None:
        self._sender = sender
        self._ses = place.client("sesv2")

    def send(self, mail: Mail) -> None:
        """Send it. Raises MailRefused."""
        raw = letter(mail, self._sender).as_bytes()
        with in_our_words(SendingPausedException=StorageBusy):
            self._ses.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [mail.to]},
                Content={"Raw": {"Data": raw}},
            )
