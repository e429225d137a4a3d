"""No secret of a URL gets through."""

import pytest

from sync.couriers.masking import masked


@pytest.mark.parametrize(
    ("url", "said", "shown"),
    [
        (
            "mailtos://ann:pw@smtp.example.com?from=d@c.example",
            "ann/pw at smtp.example.com",
            "****/**** at smtp.example.com",
        ),
        ("mailtos://ann:p%40ss%2Fw@h.example", "p@ss/w or p%40ss%2Fw", "**** or ****"),
        ("mailtos://ann:p@ss:word@h.example", "p@ss:word", "****"),
        ("slack://TokenA/TokenB/TokenC/#general", "TokenA TokenB TokenC", "**** **** ****"),
        ("twilio://AC12:secret@+15550001111/+447700900123", "AC12 secret", "**** ****"),
        ("json://h.example/hook?key=verysecret&mode=insecure", "verysecret insecure", "**** insecure"),
        ("json://h.example/hook?+Authorization=Bearer%20abc123", "Bearer abc123", "****"),
        ("mailto://x:a@h.example", "a cat sat", "**** cat sat"),
        ("nonsense", "nothing to hide", "nothing to hide"),
    ],
)
def test_every_private_part_is_masked_however_it_is_written(url: str, said: str, shown: str) -> None:
    """Users, passwords, tokens, paths and query values, quoted or not."""
    assert masked(said, url) == shown


def test_the_address_of_the_client_may_be_read() -> None:
    """An error has to say whose address was refused."""
    url = "json://h.example/jane%40example.com"
    assert masked("refused jane@example.com", url, ("jane@example.com",)) == "refused jane@example.com"


def test_what_others_say_takes_one_short_line() -> None:
    """A server's answer cannot fill the screen or move the cursor."""
    text = masked("first\r\nsecond \x1b[2J" + "x" * 500, "mailto://h.example")
    assert text.startswith("first second [2Jxxx")
    assert (len(text), text[-1]) == (300, "…")
