"""`paydesk settings`."""

import io

import pytest

from store.setting_list import SETTINGS
from tests.tui.cli.conftest import Paydesk


def test_every_setting_is_listed_with_its_help(paydesk: Paydesk) -> None:
    """One line a setting: key = value and what it is for."""
    assert list(paydesk("settings", "get", "--json").document) == list(SETTINGS)
    out = paydesk("settings", "get").out
    assert "clinic.currency = GBP" in out
    assert SETTINGS["gateway.kind"].help in out


def test_set_keeps_and_get_returns(paydesk: Paydesk) -> None:
    """What was set is read back, in the form in which it is kept."""
    assert paydesk("settings", "set", "clinic.currency", "eur", "--json").document == {"clinic.currency": "EUR"}
    assert paydesk("settings", "get", "clinic.currency", "--json").document == {"clinic.currency": "EUR"}
    assert paydesk("settings", "get", "clinic.currency").out == "EUR\n"


@pytest.mark.parametrize(
    ("key", "secret"),
    [
        ("gateway.key", "sk_live_averyverysecretkey"),
        ("email.url", "mailtos://user:hunter22@smtp.example.com?to={email}"),
        ("sms.url", "twilio://SID12345:TOKEN678@FROM/{mobile}"),
        ("notify.payment_link_paid.targets", "ntfys://user:hunter22@ntfy.example/topic"),
    ],
)
def test_secrets_are_never_printed_whole(
    paydesk: Paydesk, monkeypatch: pytest.MonkeyPatch, key: str, secret: str
) -> None:
    """Neither set nor get prints one."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{secret}\n" * 2))
    ran = [
        paydesk("settings", "set", key, "-"),
        paydesk("settings", "set", key, "-", "--json"),
        paydesk("settings", "get", key),
        paydesk("settings", "get"),
        paydesk("settings", "get", "--json"),
    ]
    assert all(one.code == 0 for one in ran)
    assert not any(word in one.out for one in ran for word in (secret, "hunter22", "TOKEN678", "verysecret"))


def test_value_from_the_input(paydesk: Paydesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash reads the value from the input, so that a secret is in no command's history."""
    monkeypatch.setattr("sys.stdin", io.StringIO("Riverside Clinic\n"))
    assert paydesk("settings", "set", "clinic.name", "-").code == 0
    assert paydesk("settings", "get", "clinic.name").out == "Riverside Clinic\n"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("gateway.kind", "paypal"),
        ("gateway.url", "example.com"),
        ("email.url", "mailto://smtp.example.com"),
        ("sms.url", "hello"),
        ("clinic.currency", "pounds"),
        ("clinic.support_email", "nobody"),
        ("notify.payment_link_paid.enabled", "perhaps"),
        ("no.such.key", "x"),
    ],
)
def test_bad_values_and_keys_are_refused(paydesk: Paydesk, key: str, value: str) -> None:
    """One line says why; nothing is kept."""
    before = paydesk("settings", "get").out
    ran = paydesk("settings", "set", key, value, "--json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    assert paydesk("settings", "get").out == before


def test_unknown_key_is_refused_by_get(paydesk: Paydesk) -> None:
    """A key that is none is said to be none."""
    ran = paydesk("settings", "get", "no.such.key")
    assert (ran.code, ran.out) == (1, "")
    assert "no setting “no.such.key”" in ran.err


def test_environment_stands_before_what_was_set(paydesk: Paydesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment wins, and `set` says so."""
    monkeypatch.setenv("PAYDESK_CLINIC_NAME", "From outside")
    assert "PAYDESK_CLINIC_NAME stands before it" in paydesk("settings", "set", "clinic.name", "From inside").out
    assert paydesk("settings", "get", "clinic.name").out == "From outside\n"
