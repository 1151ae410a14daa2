"""A mail that rates a work, as the links of a digest write it: read strictly, since anybody can send one."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.utils import getaddresses, parseaddr
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

LARGEST = 200_000  # bytes: such a mail is empty but for a signature
_SUBJECT = re.compile(r"watcher rate ([0-9]{1,12}) ([+-])", re.ASCII)


def read(stream: IO[bytes], allowed: Sequence[str]) -> tuple[str, str]:
    """The number of the work, and + or -. ValueError, with the reason, for a mail that is none of ours.

    The one sender must be a recipient of a digest (`allowed`). That is no proof of who sent it, for a sender is easily
    forged: what a forged one can do is to move works up and down in a list, and `watcher rate` takes it back.
    """
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError(f"the mail is larger than {LARGEST:,} bytes: no rating is")
    message = message_from_bytes(content)
    subjects, senders = message.get_all("Subject", []), message.get_all("From", [])
    found = _SUBJECT.fullmatch(str(subjects[0]).strip()) if len(subjects) == 1 else None
    if found is None:
        raise ValueError('the mail has no subject such as "watcher rate 123 +"')
    addresses = [address for _, address in getaddresses([str(sender) for sender in senders])]
    known = {parseaddr(recipient)[1].casefold() for recipient in allowed}
    if len(addresses) != 1 or addresses[0].casefold() not in known:
        raise ValueError("the mail is not from one who gets a digest")
    return found[1], found[2]
