"""Whatever is typed, or stands in a file: a valid value within its bounds, or a sentence that says what to type."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import discounts, money, pins
from store.contact import normal_email, normal_mobile
from store.months import Month
from store.setting_list import SETTINGS
from store.settings import load
from store.text import cleaned, cleaned_lines, harmless, level
from store.web_address import fit_for_clients, web_parts
from sync.couriers.letter import is_address
from sync.doctor.gateway import _ahead
from sync.gateways.retry_after import LONGEST_WAIT, SHORTEST_WAIT, seconds_to_wait
from tests.security.fuzzing import ANY_TEXT, few, refused_or
from tests.security.nasty import driving
from tui import keymap, themes
from tui.request_code import read_code
from tui.sums import work_out

NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)


@few
@given(ANY_TEXT)
def test_amounts(text: str) -> None:
    """Pence between a penny and the most there can be, and written down again they are the same."""
    pence = refused_or(money.parse_amount, text)
    assert pence is None or 0 < pence <= money.LARGEST
    assert pence is None or money.parse_amount(money.format_plain(pence)) == pence
    sum_of = refused_or(work_out, text)
    assert sum_of is None or isinstance(sum_of, int)


@few
@given(st.integers(1, money.LARGEST))
def test_every_amount_comes_back(pence: int) -> None:
    """As people write it, with sign and commas, and as it is typed."""
    assert money.parse_amount(money.format_money(pence)) == pence == money.parse_amount(money.format_plain(pence))


@few
@given(ANY_TEXT)
def test_quantities_rates_and_discounts(text: str) -> None:
    """Whole thousandths, whole basis points, or a discount that can be taken off something."""
    quantity = refused_or(money.parse_quantity, text)
    assert quantity is None or 0 < quantity < 10_000_000
    assert quantity is None or money.parse_quantity(money.format_quantity(quantity)) == quantity
    rate = refused_or(money.parse_vat_rate, text)
    assert rate is None or 0 <= rate <= money.HIGHEST_RATE
    assert rate is None or money.parse_vat_rate(money.format_rate(rate)) == rate
    off = refused_or(discounts.parse_discount, text)
    assert off is None or (0 <= off.rate <= money.HIGHEST_RATE and 0 <= off.amount <= money.LARGEST)


@few
@given(ANY_TEXT | st.from_regex(r"[ +0-9()-]{5,20}", fullmatch=True))
def test_mobiles(text: str) -> None:
    """One form, that is its own."""
    mobile = refused_or(normal_mobile, text)
    assert mobile is None or (mobile.startswith("+") and mobile[1:].isdigit() and len(mobile) <= 16)
    assert mobile is None or normal_mobile(mobile) == mobile


@few
@given(ANY_TEXT | st.emails() | st.builds("{}@{}".format, ANY_TEXT, ANY_TEXT))
def test_emails(text: str) -> None:
    """One form, that is its own, and fit for an envelope."""
    email = refused_or(normal_email, text)
    assert email is None or (normal_email(email) == email and is_address(email) and len(email) <= 254)


@few
@given(ANY_TEXT)
def test_pins_months_codes_and_keys(text: str) -> None:
    """Four to eight digits of our own; a month of the calendar; a code or none; keys that exist."""
    pin = refused_or(pins.check, text)
    assert pin is None or (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8)
    month = refused_or(Month.parse, text)
    assert month is None or str(Month.parse(str(month))) == str(month)
    assert read_code(text) is None or isinstance(read_code(text), str)
    chosen, wrong = keymap.in_force(text)
    assert driving("".join([*chosen, *wrong])) == []


@few
@given(ANY_TEXT, st.sampled_from(sorted(SETTINGS)))
def test_settings(text: str, key: str) -> None:
    """Each setting takes what it says, in a form that it takes again."""
    setting = SETTINGS[key]
    kept = refused_or(lambda typed: setting.check(setting.tidied(typed)), text)
    assert kept is None or setting.check(setting.tidied(kept)) == kept


@few
@given(ANY_TEXT | st.text("0123456789.,: GMTSunFri+-Nov", max_size=40))
def test_how_long_to_wait(text: str) -> None:
    """Between a second and a quarter of an hour, or not said."""
    ahead = _ahead(text, NOW)
    assert ahead is None or isinstance(ahead, timedelta)
    wait = seconds_to_wait(text, NOW)
    assert wait is None or SHORTEST_WAIT <= wait <= LONGEST_WAIT


@few
@given(ANY_TEXT | st.builds("https://{}/{}".format, ANY_TEXT, ANY_TEXT) | st.builds("http://{}".format, ANY_TEXT))
def test_web_addresses(text: str) -> None:
    """What is fit for a client is whole, ASCII, and leads to https or to this machine."""
    link = fit_for_clients(text)
    assert link in {"", text}
    parts = web_parts(link)
    assert link == "" or (link.isascii() and link.isprintable() and parts is not None and parts.hostname is not None)


@few
@given(ANY_TEXT)
def test_texts(text: str) -> None:
    """Cleaning and making harmless are done once and for all, and leave nothing that drives."""
    for clean in (cleaned, cleaned_lines, harmless):
        once = clean(text)
        assert clean(once) == once
        assert driving(once) == []
    assert harmless(level(text)) == harmless(text)


@few
@given(
    st.binary(max_size=80)
    | ANY_TEXT.map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.builds(
        lambda key, value: f"{key} = {value}".encode("utf-8", "replace"),
        st.sampled_from(
            ["clinic.name", "desk.lock_after", "gateway.url", "primary", "variables", "name", "dark", "x"]
        ),
        st.sampled_from(
            [
                "1",
                "-1",
                "1e400",
                "nan",
                "true",
                "[1, 2]",
                "{}",
                "{ x = 1 }",
                "1979-05-27",
                '"x"',
                '""',
                "[" * 900,
                "9" * 5_000,
                "[[[]]]",
                '"\\u0000"',
                '"\\u001b"',
            ]
        ),
    )
)
def test_files_of_settings_and_themes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Settings that are in force, or one sentence; a theme, or what is wrong with it."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "settings.toml").write_bytes(content)
    (folder / "settings.toml").chmod(0o600)
    refused_or(lambda _: load(NoRows(), folder, {}), "")  # type: ignore[arg-type]
    (folder / "themes").mkdir()
    (folder / "themes" / "own.toml").write_bytes(content)
    good, wrong = themes.in_folder(folder)
    assert len(good) + len(wrong) == 1
    assert all(driving(said) == [] for said in wrong)


class NoRows:
    """A data file without settings."""

    def all(self, _sql: str) -> list[dict[str, str]]:
        """Return no rows."""
        return []
