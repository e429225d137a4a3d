"""Settings: where a value comes from, what is refused, and how a secret is shown."""

from pathlib import Path

import pytest

from store import settings
from store.database import Store
from store.errors import BadInput, StoreError
from store.setting_list import NOTICES, SETTINGS
from store.settings import SETTINGS_FILE, Settings


def load(store: Store, **environment: str) -> Settings:
    """Load the settings with nothing else in the environment."""
    return store.read(lambda reader: settings.load(reader, store.path.parent, environment))


def put(store: Store, key: str, value: str) -> str:
    """Set one setting."""
    return store.write(lambda tx: settings.put(tx, key, value))


def write(store: Store, content: str | bytes) -> Path:
    """Write the settings file."""
    file = store.path.with_name(SETTINGS_FILE)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def test_a_value_comes_from_the_first_place_that_has_it(store: Store) -> None:
    """Environment, then what was set, then the file, then the default."""
    assert load(store)["clinic.name"] == "Your clinic"
    write(store, '[clinic]\nname = "From the file"')
    assert load(store)["clinic.name"] == "From the file"
    put(store, "clinic.name", "Set here")
    assert load(store)["clinic.name"] == "Set here"
    assert load(store, PAYDESK_CLINIC_NAME="From outside")["clinic.name"] == "From outside"


def test_a_key_with_an_underscore_has_its_variable(store: Store) -> None:
    """`PAYDESK_`, upper case, `_` for `.`."""
    chosen = load(store, PAYDESK_NOTIFY_PAYMENT_LINK_PAID_ENABLED="yes", PAYDESK_CLINIC_SUPPORT_EMAIL="a@EXAMPLE.com")
    assert chosen.on("notify.payment_link_paid.enabled")
    assert chosen["clinic.support_email"] == "a@example.com"


def test_every_setting_has_a_value_help_and_a_good_default(store: Store) -> None:
    """With nothing set anywhere."""
    chosen = load(store)
    assert set(chosen) == set(SETTINGS)
    assert len(chosen) == len(SETTINGS)
    for key, setting in SETTINGS.items():
        assert setting.help
        assert setting.check(setting.default) == setting.default == chosen[key]


def test_the_file_holds_tables_dotted_keys_switches_and_lists(store: Store) -> None:
    """As TOML writes them."""
    write(
        store,
        """
        "gateway.kind" = "coherent"
        clinic.currency = "eur"
        sandbox.embedded = true
        [notify.payment_link_paid]
        enabled = false
        targets = ["mailto://a@example.com", "ntfy://clinic"]
        """,
    )
    (store.path.parent / "settings.toml").chmod(0o600)
    chosen = load(store)
    assert chosen["gateway.kind"] == "coherent"
    assert chosen["clinic.currency"] == "EUR"
    assert chosen.on("sandbox.embedded")
    assert not chosen.on("notify.payment_link_paid.enabled")
    assert chosen.list_of("notify.payment_link_paid.targets") == ["mailto://a@example.com", "ntfy://clinic"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("clinic.name = ", "is not valid TOML"),
        (b"\xff\xfe", "is not valid TOML"),
        ('clinic.nmae = "X"', "has a key that is no setting: clinic.nmae"),
        ('"\\u001b[2J" = "X"', r"has a key that is no setting: \[2J"),
    ],
)
def test_a_file_that_will_not_do_is_told_with_its_place(store: Store, content: str | bytes, why: str) -> None:
    """A typing mistake must not silently leave the default in force."""
    write(store, content)
    with pytest.raises(StoreError, match=f"settings file .*settings.toml {why}"):
        load(store)


def test_a_file_that_cannot_be_read_is_told(store: Store) -> None:
    """A folder stands in its place."""
    store.path.with_name(SETTINGS_FILE).mkdir()
    with pytest.raises(StoreError, match="cannot be read"):
        load(store)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("environment", "PAYDESK_CLINIC_ZONE: “Mars”"),
        ("file", "settings.toml: “Mars”"),
        ("kept", "clinic.zone: “Mars”"),
    ],
)
def test_a_bad_value_is_told_with_its_place(store: Store, place: str, told: str) -> None:
    """Wherever it stands; the key is the error's field."""
    if place == "file":
        write(store, 'clinic.zone = "Mars"')
    if place == "kept":
        store.write(lambda tx: tx.run("INSERT INTO settings (key, value) VALUES ('clinic.zone', 'Mars')"))
    with pytest.raises(BadInput, match=f"{told} is not a time zone. Use one such as Europe/London") as caught:
        load(store, **({"PAYDESK_CLINIC_ZONE": "Mars"} if place == "environment" else {}))
    assert caught.value.field == "clinic.zone"


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("clinic.name", " Riverside\x1b Clinic ", "Riverside Clinic"),
        ("clinic.currency", "gbp", "GBP"),
        ("clinic.support_email", "Desk@EXAMPLE.com", "Desk@example.com"),
        ("clinic.support_email", "", ""),
        ("clinic.zone", "Europe/Paris", "Europe/Paris"),
        ("gateway.url", "https://pay.example/", "https://pay.example"),
        ("gateway.url", "", ""),
        ("gateway.klarna", "No", "off"),
        ("sandbox.embedded", "TRUE", "on"),
        ("email.url", "mailtos://u:p@smtp.example.com?to={email}", "mailtos://u:p@smtp.example.com?to={email}"),
        ("email.url", "", ""),
        ("sms.url", "json://127.0.0.1:8787/sms?:to={mobile}", "json://127.0.0.1:8787/sms?:to={mobile}"),
        (
            "notify.payment_link_paid.targets",
            "mailto://a@example.com,ntfy://clinic  slack://x/y",
            "mailto://a@example.com ntfy://clinic slack://x/y",
        ),
    ],
)
def test_a_good_value_is_kept_in_one_form(store: Store, key: str, typed: str, kept: str) -> None:
    """And is in force from then on."""
    assert put(store, key, typed) == kept
    assert load(store)[key] == kept


@pytest.mark.parametrize(
    ("key", "typed", "why"),
    [
        ("clinic.currency", "pounds", "is not a currency. Use three letters"),
        ("clinic.currency", "£££", "is not a currency"),
        ("clinic.support_email", "desk", "is not an email address"),
        ("clinic.zone", "../../etc/passwd", "is not a time zone"),
        ("clinic.zone", "", "is not a time zone"),
        ("gateway.kind", "paypal", "is not possible here. Use one of: stripe, coherent"),
        ("gateway.url", "pay.example", "is not a web address. It starts with https://"),
        ("gateway.url", "https://pay example", "is not a web address"),
        ("gateway.klarna", "maybe", "is neither on nor off"),
        ("email.url", "mailto://smtp.example.com", "with {email} where the address goes"),
        ("sms.url", "{mobile}", "an Apprise URL with {mobile}"),
        ("notify.payment_link_paid.targets", "desk@example.com", "Each target is an Apprise URL"),
    ],
)
def test_a_bad_value_is_refused_with_what_to_type(store: Store, key: str, typed: str, why: str) -> None:
    """What was in force stays."""
    before = load(store)[key]
    with pytest.raises(BadInput) as caught:
        put(store, key, typed)
    assert why in str(caught.value)
    assert load(store)[key] == before


def test_a_key_that_is_no_setting_is_refused(store: Store) -> None:
    """With where they are listed."""
    with pytest.raises(BadInput, match=r"There is no setting “clinic.nmae”. `paydesk settings get` lists them"):
        put(store, "clinic.\x1bnmae", "X")


def test_a_refused_secret_is_not_repeated(store: Store) -> None:
    """An error may end up in a log."""
    for key in (key for key, setting in SETTINGS.items() if setting.secret and key != "gateway.key"):
        with pytest.raises(BadInput) as caught:
            put(store, key, "hunter2-and-more")
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("gateway.key", "sk_test_4eC39HqLyjWDarjtT1zdp7dc", "sk_…p7dc"),
        ("gateway.key", "hunter2", "…"),
        ("gateway.key", "fifteen-letters", "…"),
        ("gateway.key", "", ""),
        ("email.url", "mailtos://user:hunter2@smtp.example.com?to={email}", "mailtos://…"),
        ("notify.payment_link_paid.targets", "ntfy://u:hunter2@clinic slack://T0/B0/hunter2", "ntfy://… slack://…"),
        ("clinic.name", "Riverside Clinic", "Riverside Clinic"),
    ],
)
def test_a_secret_is_never_shown_whole(key: str, value: str, shown: str) -> None:
    """Enough to recognise it, too little to use it."""
    assert settings.shown(key, value) == shown


def test_every_key_that_could_hold_a_secret_is_one() -> None:
    """Keys, and the URLs that carry passwords."""
    targets = {f"notify.{kind}.targets" for kind in NOTICES}
    secret = {key for key, setting in SETTINGS.items() if setting.secret}
    assert secret == {"gateway.key", "email.url", "sms.url", *targets}


def test_a_first_start_is_over_once_the_clinic_has_a_name(store: Store) -> None:
    """Also when the name that was kept is the one that was offered."""
    folder = store.path.parent
    assert not store.read(lambda reader: settings.named(reader, folder))
    put(store, "clinic.name", SETTINGS["clinic.name"].default)
    assert store.read(lambda reader: settings.named(reader, folder))
