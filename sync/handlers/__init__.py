"""One handler for each kind of outbox entry: what to check before, what to do, what it means when it is done."""

from store.models import EntryKind
from sync.handlers.base import Handler
from sync.handlers.links import CancelLink, CreateLink
from sync.handlers.messages import SendEmail, SendSms
from sync.handlers.notices import TellClinic
from sync.handlers.refunds import GiveBack

HANDLERS: dict[EntryKind, Handler] = {
    "cancel_link": CancelLink(),
    "create_link": CreateLink(),
    "refund": GiveBack(),
    "email": SendEmail(),
    "sms": SendSms(),
    "notify": TellClinic(),
}
