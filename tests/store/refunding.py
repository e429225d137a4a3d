"""Short words for giving money back, at the desk and at the gateway."""

from store import gateway_refunds, rebuild, refunds, settings
from store.database import By
from store.gateway_refunds import SeenRefund
from store.models import Invoice, Payment, PaymentRequest, Refund
from store.settings import Settings
from store.times import to_text
from tests.store.builders import Clinic

MANAGER = By("Maya", person="manager")


def give(
    clinic: Clinic,
    number: str,
    payment: Payment | str,
    amount: int,
    *,
    to: str = "",
    reason: str = "she changed her mind",
    still_owed: bool = False,
    refund_id: str = "",
    by: str | By = "Maya",
) -> Refund:
    """Give money back at the desk."""
    payment_id = payment if isinstance(payment, str) else payment.id
    return clinic.store.write(
        lambda tx: refunds.refund(
            tx, number, payment_id, amount, to=to, reason=reason, still_owed=still_owed, refund_id=refund_id
        ),
        actor=by,
    )


def lefts(clinic: Clinic, number: str) -> list[int]:
    """Return what is left of each payment that can be given back."""
    return [each.left for each in clinic.store.read(lambda reader: refunds.refundable(reader, number))]


def hears(clinic: Clinic, report: SeenRefund) -> str | None:
    """The gateway reports a refund."""
    return clinic.store.write(lambda tx: gateway_refunds.hear(tx, report, chosen(clinic)), actor="engine")


def chosen(clinic: Clinic) -> Settings:
    """Return the settings in force."""
    return clinic.store.read(lambda reader: settings.load(reader, clinic.store.path.parent, {}))


def tell_the_clinic(clinic: Clinic, target: str) -> None:
    """Have the clinic told of refunds that fail."""
    clinic.store.write(lambda tx: settings.put(tx, "notify.refund_failed.enabled", "on"))
    clinic.store.write(lambda tx: settings.put(tx, "notify.refund_failed.targets", target))


def report(
    clinic: Clinic,
    payment: Payment,
    amount: int,
    *,
    refund_id: str = "re_1",
    state: str = "done",
    kept: Refund | None = None,
    reason: str = "",
    nameless: bool = False,
) -> SeenRefund:
    """Return a refund as the gateway reports it; `kept`: it carries that refund's outbox entry."""
    gateway_id = clinic.store.read(
        lambda reader: reader.value("SELECT gateway_payment_id FROM payments WHERE id = :id", id=payment.id)
    )
    order_id = clinic.entry(kept.id, "refund").id if kept else None
    return SeenRefund(
        refund_id,
        gateway_id,
        amount,
        state,  # type: ignore[arg-type]
        reason,
        to_text(clinic.clock.now),
        order_id,
        nameless,
    )


def paid_by_link(clinic: Clinic, pence: int = 21_100, *, amount: int | None = None) -> tuple[str, Payment]:
    """Have an invoice paid by link, and return its number and the payment."""
    number = clinic.issued(pence)
    request: PaymentRequest = clinic.live(number)
    payment = clinic.receive(clinic.seen(request, amount))
    assert payment is not None
    return number, payment


def refund_of(invoice: Invoice, kept: Refund) -> Refund:
    """Return a refund as it is now."""
    return next(each for each in invoice.refunds if each.id == kept.id)


def is_true_to_the_ledger(clinic: Clinic) -> bool:
    """Tell whether the tables are what the ledger says."""
    return clinic.store.read(rebuild.differences) == []
