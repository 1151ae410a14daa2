"""Sends digests through a real Postfix, over STARTTLS, into a Maildir, and looks at what arrives.

Printed for each message: whether the bytes are those that were frozen (Postfix sets its own headers before them, and
a Maildir has LF), how many defects Python's parser finds in parts and headers, whether all is 7-bit, the longest line,
and whether each header that it must have stands there once. With OpenDKIM beside it, Postfix signs as a submission
server does; then also whether the signature covers the List-* headers and, with dkimpy, whether it holds. Debian has
postfix, opendkim and opendkim-tools; root is needed, because Postfix drops to users of its own. Everything lives in one
temporary folder, and on loopback.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.digest import invented
from tests.fakes.listening import HOST, free_port
from tests.fakes.smtp_server import Certificate
from watcher.digest.alarm import Alarm, render_alarm
from watcher.digest.envelope import Envelope
from watcher.digest.render import body_of, render, render_brief
from watcher.mail.outbox import freeze
from watcher.mail.smtp import SmtpTransport
from watcher.told import Delivery, Failure, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from watcher.told import Digest

ONCE = ("From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "Auto-Submitted", "MIME-Version")
LIST = {"list-id", "list-unsubscribe"}
FORM = "{:12} {:>8} {:>6} {:>8} {:>5} {:>6} {:>6}  {}"
PATIENCE = 60  # seconds for Postfix to deliver

MAIN_CF = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = /dev/stdout
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = {host}
inet_protocols = ipv4
myhostname = mail.example.org
mydestination =
mynetworks = 127.0.0.0/8
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {certificate}
smtpd_relay_restrictions = permit_mynetworks, reject
virtual_mailbox_domains = example.org
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:reader/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
{milter}
"""
MASTER_CF = """
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
tlsmgr unix - - n 1000? 1 tlsmgr
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
OPENDKIM_CONF = """
Socket inet:{port}@{host}
Domain example.org
Selector watcher
KeyFile {folder}/watcher.private
Mode s
Syslog no
Background no
RequireSafeKeys no
InternalHosts 127.0.0.0/8
"""


def messages() -> Iterator[tuple[str, bytes]]:
    """A name and the frozen bytes of each kind of mail."""

    def frozen(name: str, digest: Digest) -> tuple[str, bytes]:
        return name, freeze(render(body_of(digest), envelope(name)))

    def envelope(name: str) -> Envelope:
        reader, identity = "Reader <reader@example.org>", f"<{name}@example.org>"
        return Envelope("Watcher <watcher@example.org>", reader, identity, unsubscribe="watcher@example.org")

    for count in (0, 1, 12, 60, 500):
        yield frozen(f"{count}-works", invented.of(count))
    yield frozen("hostile", invented.hostile())
    yield frozen("long-name", replace(invented.of(3), name="every-thing that is new on " * 6))
    yield "titles", freeze(render_brief(body_of(invented.of(500)), envelope("titles")))
    failure = Failure("PubMed, all queries", "HTTP 503 – maintenance", invented.COMPOSED_AT)
    alarm = Alarm(name="skin", at=invented.COMPOSED_AT, zone="Europe/Berlin", in_a_row=3, failed=(failure,))
    yield "alarm", freeze(render_alarm(alarm, envelope("alarm")))


def main() -> int:
    if shutil.which("postfix") is None:
        print("there is no Postfix here: apt-get install postfix opendkim opendkim-tools")
        return 2
    signing = shutil.which("opendkim") is not None
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        milter = stack.enter_context(opendkim(folder)) if signing else None
        certificate = Certificate.made_in(folder)
        port = stack.enter_context(postfix(folder, certificate, milter))
        sent = dict(messages())
        transport = SmtpTransport(
            HOST, port, "starttls", sender="watcher@example.org", ssl_context=certificate.for_client()
        )
        with transport:
            for number, (subject, message) in enumerate(sent.items(), 1):
                attempt = transport.send(_delivery(number, subject, message))
                assert attempt.outcome is Outcome.SENT, attempt
        print(
            FORM.format(
                "message", "bytes", "same", "defects", "7bit", "line", "once", "List-* in the signature, and that"
            )
        )
        arrived = {_name(each): each for each in _arrived(folder / "mail" / "reader" / "new", len(sent))}
        wrong = sum(
            not _look(name, message, arrived[name], folder if signing else None) for name, message in sent.items()
        )
    print(f"{len(sent)} messages, {wrong} wrong")
    return int(wrong > 0)


def _look(name: str, frozen: bytes, arrived: bytes, keys: Path | None) -> bool:
    """One line about a message; whether all is as it should be."""
    same = arrived.endswith(frozen.replace(b"\r\n", b"\n"))
    wire = arrived.replace(b"\n", b"\r\n")
    parsed = message_from_bytes(wire, policy=policy.SMTP)
    defects = sum(_defects(part) for part in parsed.walk())
    line = max(map(len, frozen.split(b"\r\n")))
    once = all(len(parsed.get_all(header, [])) == 1 for header in ONCE)
    signed = _signature(wire, str(parsed.get("DKIM-Signature", "")), keys) if keys else "not signed"
    good = (same, defects, frozen.isascii(), line <= 998, once) == (True, 0, True, True, True)
    yes = {True: "yes", False: "NO"}
    print(FORM.format(name, len(frozen), yes[same], defects, yes[frozen.isascii()], line, yes[once], signed))
    return good and "NO" not in signed


def _defects(part: EmailMessage) -> int:
    """Those of a part and of its headers; reading its content, the parser looks for more."""
    if not part.is_multipart():
        part.get_content()
    return len(part.defects) + sum(len(value.defects) for value in part.values())


def _delivery(number: int, name: str, message: bytes) -> Delivery:
    return Delivery(
        id=number, digest_id=1, recipient="reader@example.org", message_id=f"<{name}@example.org>", message=message
    )


def _signature(wire: bytes, header: str, keys: Path) -> str:
    """What the signature covers, and whether it holds."""
    found = re.search(r"[;\s]h=([^;]*)", header)
    covered = re.sub(r"\s", "", found[1]).lower().split(":") if found else []
    said = "covered" if set(covered) >= LIST else f"NO, only {', '.join(covered)}"
    try:
        import dkim  # type: ignore[import-not-found,unused-ignore]  # nothing else needs it
    except ImportError:
        return f"{said}; not verified: there is no dkimpy here"
    key = "".join(re.findall(r'"([^"]*)"', (keys / "watcher.txt").read_text())).encode()
    return f"{said}; {'holds' if dkim.verify(wire, dnsfunc=lambda *_, **__: key) else 'NO'}"


def _arrived(folder: Path, count: int) -> list[bytes]:
    for _ in range(PATIENCE * 10):
        found = list(folder.iterdir()) if folder.exists() else []
        if len(found) >= count:
            return [path.read_bytes() for path in found]
        time.sleep(0.1)
    raise SystemExit(f"Postfix has delivered {len(found)} of {count}")


def _name(message: bytes) -> str:
    found = re.search(rb"^Message-ID: <(\S+)@", message, re.IGNORECASE | re.MULTILINE)
    assert found is not None
    return found[1].decode()


@contextmanager
def postfix(folder: Path, certificate: Certificate, milter: int | None) -> Iterator[int]:
    """A Postfix of its own in a folder; gives its port."""
    import pwd

    port, conf = free_port(), folder / "postfix"
    owner = pwd.getpwnam("postfix")
    for made in (conf, folder / "queue", folder / "data", folder / "mail"):
        made.mkdir()
    for owned in (folder / "data", folder / "mail"):
        shutil.chown(owned, "postfix")
    sign = f"smtpd_milters = inet:{HOST}:{milter}" if milter else ""
    settings = {
        "folder": folder,
        "host": HOST,
        "certificate": certificate.path,
        "uid": owner.pw_uid,
        "gid": owner.pw_gid,
    }
    (conf / "main.cf").write_text(MAIN_CF.format(milter=sign, **settings))
    (conf / "master.cf").write_text(MASTER_CF.format(port=port))
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(["postfix", "-c", conf, "start-fg"], stdout=log, stderr=log) as process,
    ):
        try:
            _await(port)
            yield port
        finally:
            subprocess.run(["postfix", "-c", conf, "stop"], check=False, stdout=log, stderr=log)
            process.wait(PATIENCE)


@contextmanager
def opendkim(folder: Path) -> Iterator[int]:
    """An OpenDKIM that signs for example.org; gives its port."""
    port, conf = free_port(), folder / "opendkim.conf"
    subprocess.run(["opendkim-genkey", "-D", folder, "-d", "example.org", "-s", "watcher"], check=True)
    conf.write_text(OPENDKIM_CONF.format(port=port, host=HOST, folder=folder))
    with subprocess.Popen(["opendkim", "-f", "-x", conf]) as process:
        try:
            _await(port)
            yield port
        finally:
            process.terminate()


def _await(port: int) -> None:
    for _ in range(PATIENCE * 10):
        with suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        time.sleep(0.1)
    raise SystemExit(f"nothing answers on port {port}")


if __name__ == "__main__":
    sys.exit(main())
