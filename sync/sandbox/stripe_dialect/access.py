"""Who may call: test keys, by Bearer or Basic. https://docs.stripe.com/api/authentication."""

import base64
import binascii
import re

from sync.sandbox.stripe_dialect.errors import StripeError

_TEST_KEY = re.compile(r"(sk|rk)_test_\w*")
_LIVE_KEY = re.compile(r"(sk|rk)_live_\w*")
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.\w+)?")
REFUSED = "sk_test_refused"
"""A key that begins so is refused, to try what a wrong key does."""


def check_key(authorization: str) -> None:
    """Let a test key in. Raises StripeError (401) for any other, and for none."""
    key = _key(authorization)
    if not key:
        raise _refused(
            "You did not provide an API key. You need to provide your API key in the Authorization header, "
            "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
            "https://stripe.com/docs/api#authentication for details, or we can help at "
            "https://support.stripe.com/."
        )
    if _LIVE_KEY.fullmatch(key):
        raise _refused("This is the Paydesk sandbox: it takes test keys (sk_test_…), never a live key.")
    if not _TEST_KEY.fullmatch(key) or key.startswith(REFUSED):
        raise _refused(f"Invalid API Key provided: {_hidden(key)}")


def check_version(version: str | None) -> None:
    """Refuse a `Stripe-Version` that is not one."""
    if version is not None and not _VERSION.fullmatch(version):
        raise StripeError(f"Invalid Stripe API version: {version}")


def _refused(message: str) -> StripeError:
    return StripeError(message, status=401)


def _key(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        user, _, _ = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return user


def _hidden(key: str) -> str:
    """Return a key with its middle hidden, as Stripe prints it."""
    return f"{key[:8]}{'*' * max(len(key) - 12, 3)}{key[-4:] if len(key) > 12 else ''}"
