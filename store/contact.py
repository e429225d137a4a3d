"""Email addresses and mobile numbers: checked when typed, kept in one form, said why when refused."""

from store.errors import BadInput
from store.text import cleaned

REGION = "GB"
_DRAMA_MOBILES = "+447700900"
"""Numbers that Ofcom sets aside for drama; they belong to nobody, so examples and the demo use them
(https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama)."""


def normal_email(text: str) -> str:
    """Return the address as it is used for sending. Raises BadInput with what is wrong with it."""
    from email_validator import EmailNotValidError, validate_email

    typed = cleaned(text)
    if not typed:
        raise BadInput("email", "Type an email address, such as jane@example.com.")
    try:
        return validate_email(typed, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise BadInput("email", f"“{typed[:60]}” is not an email address: {_sentence(str(error))}") from error


def normal_mobile(text: str) -> str:
    """Return the mobile number as E.164 (`+447700900123`); a number without + is British.

    Raises BadInput with what is wrong with it, also for a landline, which gets no SMS.
    """
    import phonenumbers

    typed = cleaned(text)
    if not typed:
        raise BadInput("mobile", "Type a mobile number, such as 07700 900123.")
    if any(character.isalpha() for character in typed):
        raise BadInput("mobile", f"“{typed[:40]}” has letters in it. Type a mobile number, such as 07700 900123.")
    try:
        number = phonenumbers.parse(typed, REGION)
    except phonenumbers.NumberParseException as error:
        raise BadInput("mobile", f"“{typed[:40]}” is not a mobile number. Type one such as 07700 900123.") from error
    e164 = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    if e164.startswith(_DRAMA_MOBILES) and len(e164) == len(_DRAMA_MOBILES) + 3:
        return e164
    if not phonenumbers.is_valid_number(number):
        raise BadInput(
            "mobile",
            f"{typed[:40]} is not a whole mobile number. British mobiles have 11 digits, such as 07700 900123; "
            "others start with + and the country.",
        )
    kinds = phonenumbers.PhoneNumberType
    if phonenumbers.number_type(number) not in {kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE}:
        raise BadInput(
            "mobile",
            f"{typed[:40]} is not a mobile number, so an SMS would not arrive. Type a mobile number.",
        )
    return e164


def shown_mobile(e164: str) -> str:
    """Write a stored mobile number as people read it: `07700 900123`, or with its country if not British."""
    if e164.startswith("+44") and len(e164) == 13:
        return f"0{e164[3:7]} {e164[7:]}"
    return e164


def mobile_key(e164: str) -> str:
    """Return the words under which a mobile number is found: whole, national, and its last six digits."""
    if not e164:
        return ""
    national = shown_mobile(e164)
    return " ".join(dict.fromkeys([e164[1:], national.replace(" ", ""), *national.split()]))


def _sentence(text: str) -> str:
    return text[:1].lower() + text[1:]
