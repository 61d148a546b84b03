"""Mail on a bad day."""

from chalicelib.errors import StorageBusy
from chalicelib.ports import Mail, Mails
from tests.bad_days.luck import Misfortune


class MailsThatFail:
    """The first `times` mails do not get out."""

    def __init__(self, real: Mails, times: int = 1) -> None:
        self.real = real
        self.bad = Misfortune(times)

    def send(self, mail: Mail) -> None:
        if self.bad.strikes():
            raise StorageBusy("bad day: the mail server did not answer")
        self.real.send(mail)
