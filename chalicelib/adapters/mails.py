"""Mails on one machine: the port `Mails` as .eml files in a folder, one per mail id.

In: mails. Out: files that any mail program opens. Refuses what `letters` refuses.
"""

from hashlib import sha256
from pathlib import Path

from chalicelib.adapters.durable import make_folder, write_once
from chalicelib.adapters.letters import letter
from chalicelib.ports import Mail

_PLAIN = str.maketrans("", "", "._-")


class FileMails:
    """The port `Mails`. The same id again is the same file, so a mail goes out once."""

    def __init__(self, folder: Path, sender: str = "motcua@example.invalid") -> None:
        make_folder(folder)
        self._folder = folder
        self._sender = sender

    def send(self, mail: Mail) -> None:
        """Write the mail; nothing happens if it was written before. Raises MailRefused."""
        write_once(self.path(mail.id), [letter(mail, self._sender).as_bytes()])

    def path(self, mail_id: str) -> Path:
        """Where the mail of this id lies. Ids that are no plain file names are hashed."""
        plain = mail_id.isascii() and mail_id.translate(_PLAIN).isalnum()
        return self._folder / f"{mail_id if plain else sha256(mail_id.encode()).hexdigest()}.eml"
