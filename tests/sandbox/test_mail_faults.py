"""Faults that reach the mail server."""

import smtplib

import pytest

from sync.sandbox.server import Sandbox


def send(sandbox: Sandbox) -> None:
    """Send one email."""
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port, timeout=10) as line:
        line.sendmail("desk@example.com", ["jane@example.com"], "Subject: Payment request\r\n\r\nPlease pay.\r\n")


@pytest.mark.parametrize("name", ["offline", "refuse", "error_500"])
@pytest.mark.parametrize("scope", ["all", "smtp"])
def test_mail_is_not_taken(sandbox: Sandbox, name: str, scope: str) -> None:
    """The sender is told, nothing is kept, and it works again afterwards."""
    sandbox.fault(name, scope=scope)
    with pytest.raises(smtplib.SMTPException):
        send(sandbox)
    assert sandbox.mailbox.messages() == []
    sandbox.mend()
    send(sandbox)
    assert len(sandbox.mailbox.messages()) == 1


def test_mail_is_kept_though_its_answer_is_lost(sandbox: Sandbox) -> None:
    """The sender cannot know."""
    sandbox.fault("reset_after", scope="smtp", count=1)
    with pytest.raises((smtplib.SMTPException, OSError)):
        send(sandbox)
    assert len(sandbox.mailbox.messages()) == 1


def test_what_mail_cannot_suffer_leaves_it_alone(sandbox: Sandbox) -> None:
    """A fault of web answers does nothing to it, and is not used up by it."""
    sandbox.fault("html", count=1)
    send(sandbox)
    assert len(sandbox.mailbox.messages()) == 1
    assert "html" in sandbox.context.faults.on()
