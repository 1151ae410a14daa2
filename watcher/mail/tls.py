"""TLS that is verified, or is not begun."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from watcher.errors import DeliveryError

if TYPE_CHECKING:
    import socket


def encrypted(sock: socket.socket, host: str, where: str, context: ssl.SSLContext | None = None) -> ssl.SSLSocket:
    """The connection in TLS, its certificate checked for `host` by the system's authorities, or the context's own.

    `where` names the server for a person. Raises `DeliveryError` where somebody has to mend something, OSError where
    the connection broke.
    """
    try:
        return (context or ssl.create_default_context()).wrap_socket(sock, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message.rstrip(".")
        raise DeliveryError(
            f"the certificate of {where} cannot be trusted ({why}): write as host the name that it bears, "
            "or add its issuer to the system's certificates; nothing was sent"
        ) from None
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
        raise ConnectionResetError("the server hung up during the TLS handshake") from None
    except ssl.SSLError as error:
        raise DeliveryError(
            f"no TLS with {where} ({error.reason}): if it begins in the clear (often port 587), "
            'write security = "starttls"; nothing was sent'
        ) from None
