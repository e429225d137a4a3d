"""What a mail server's refusal, or its silence, means for the engine.

RFC 5321 (4.2.1): a 4yz answer is "not now", a 5yz answer is "no". RFC 4954 (6): which of them are about the sign-in.
"""

import smtplib
import ssl

from store.text import cleaned
from sync.errors import Busy, Declined, Misconfigured, OutcomeUnknown, Unreachable, WorldError

SIGN_IN_CODES = frozenset({530, 534, 535, 538})
"""The server wants a sign-in, or did not take this one."""

LONGEST = 300
"""Characters of a server's answer that are kept."""


def meaning(error: OSError, host: str, setting: str, *, content_left: bool) -> WorldError:
    """Turn an error of smtplib or of the socket into what the engine must do.

    `content_left` says that the message itself was on its way, so that silence may hide a delivery.
    """
    match error:
        case smtplib.SMTPRecipientsRefused():
            address, (code, reply) = next(iter(error.recipients.items()))
            return answered(code, reply, setting, refused_address=address)
        case smtplib.SMTPResponseException():
            about_content = isinstance(error, smtplib.SMTPDataError)
            return answered(error.smtp_code, error.smtp_error, setting, about_sender=not about_content)
        case smtplib.SMTPNotSupportedError():
            return _unsupported(error, host, setting)
    return _lost(error, host, content_left=content_left)


def answered(
    code: int, reply: bytes | str, setting: str, *, refused_address: str = "", about_sender: bool = False
) -> WorldError:
    """Judge a server's answer that was not "yes"."""
    said = words(code, reply)
    if code in SIGN_IN_CODES:
        message = f"The mail server did not accept the user name and password in {setting}. Correct {setting}."
        return Misconfigured(message, detail=said)
    if code < 500:
        return Busy(f"The mail server asked to try again later: {said}", detail=said)
    if about_sender:
        message = f"The mail server takes no mail from this sender: {said}. Correct {setting}."
        return Misconfigured(message, detail=said)
    if refused_address:
        message = f"The mail server refused {refused_address}: {said}. Correct the address and send again."
        return Declined(message, detail=said)
    return Declined(f"The mail server refused the email: {said}. Ask the client for another address.", detail=said)


def words(code: int, reply: bytes | str) -> str:
    """Return a server's answer as one harmless line of text, of `LONGEST` characters at most."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {cleaned(text)[:LONGEST]}".rstrip(" .")


def _unsupported(error: smtplib.SMTPNotSupportedError, host: str, setting: str) -> WorldError:
    detail = f"{host}: {error}"
    if "SMTPUTF8" in str(error):
        message = "The mail server cannot write to an address with such letters. Ask the client for another."
        return Declined(message, detail=detail)
    message = f"The mail server {host} does not offer the encryption or sign-in of {setting}. Correct {setting}."
    return Misconfigured(message, detail=detail)


def _lost(error: OSError, host: str, *, content_left: bool) -> WorldError:
    detail = f"{host}: {type(error).__name__}: {error}"
    if content_left:
        return OutcomeUnknown("The mail server went away before it confirmed the email.", detail=detail)
    if isinstance(error, ssl.SSLError):
        return Unreachable(f"No trusted connection to the mail server {host} could be made.", detail=detail)
    return Unreachable(f"The mail server {host} could not be reached.", detail=detail)
