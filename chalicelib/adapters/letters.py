"""A `Mail` as an internet message, the same in both sets of adapters.

In: a mail and its sender. Out: an `EmailMessage`. Refuses addresses that are not exactly one
address, and line breaks in anything that becomes a header (`MailRefused`).
"""

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

from chalicelib.errors import MailRefused
from chalicelib.ports import Mail


def letter(mail: Mail, sender: str) -> EmailMessage:
    """The mail as a message in UTF-8; its Message-ID follows from the mail's id.

    Raises:
        MailRefused: the address is not one address, or a header would hold a line break.
    """
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = sender
        message["To"] = Address(addr_spec=mail.to)
        message["Subject"] = mail.subject
        message["Message-ID"] = f"<{sha256(mail.id.encode()).hexdigest()[:32]}@motcua>"
        message.set_content(mail.text)
        for name, media_type, data in mail.attachments:
            _attach(message, name, media_type, data)
    except (ValueError, IndexError, MessageError) as e:
        # The text of `e` would quote the address: it is not passed on.
        raise MailRefused(type(e).__name__) from None
    return message


def _attach(message: EmailMessage, name: str, media_type: str, data: bytes) -> None:
    if any(c in name for c in "\r\n\0/\\"):
        raise ValueError("a file name with control characters or slashes")
    main, sub = media_type.split("/")
    message.add_attachment(data, maintype=main, subtype=sub, filename=name)
