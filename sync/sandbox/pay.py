"""The pay page: what a client sees of a link, and what pressing a button there does."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sync.sandbox import till
from sync.sandbox.context import Context
from sync.sandbox.money import shown
from sync.sandbox.pages import render
from sync.sandbox.records import Link, Payment, Session
from sync.sandbox.stripe_dialect.money_shapes import method_type

_CODE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}\b")
_OFFERED = ("card", "apple_pay", "google_pay", "klarna")
_NAMES = {
    "card": "Card",
    "apple_pay": "Apple Pay",
    "google_pay": "Google Pay",
    "klarna": "Klarna",
    "bacs_debit": "Bacs Direct Debit",
}
_OUTCOMES = ("succeed", "decline", "abandon")
_DECLINED = "The payment was declined. Nothing was taken. Try again, or choose another way to pay."
_ABANDONED = "You left without paying. The link still works: come back to it whenever you like."
_ALREADY_PAID = "This was already paid, so nothing was taken this time."
_OUT_OF_TIME = "This page was open for too long. Open the link again to pay."
_INACTIVE = "This link is no longer active. Ask the clinic for a new one."


@dataclass(frozen=True, slots=True)
class _Visit:
    """A link with the visit to it, and the payment on it if there is one."""

    link: Link
    session: Session
    payment: Payment | None


def pay_routes(context: Context) -> list[Route]:
    """Return the pay page, and the switch that lets a bank answer for a late payment."""
    page = _PayPage(context)
    return [
        Route("/pay/{token}", page.show, methods=["GET"]),
        Route("/pay/{token}", page.press, methods=["POST"]),
        Route("/sandbox/payments/{id}", page.settle, methods=["POST"]),
    ]


def methods_of(link: Link) -> list[str]:
    """Return the buttons of a link: wallets pay with the card in them, so they come with `card`."""
    if link.methods is None or link.dialect == "coherent":
        return list(_OFFERED)
    return [method for method in _OFFERED if method_type(method) in link.methods]


def _taken(link: Link) -> list[str]:
    """Return what a link can be paid with: its buttons, and what has no button here."""
    return [*methods_of(link), *(method for method in till.LATE if method in (link.methods or []))]


class _PayPage:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def show(self, request: Request) -> Response:
        """`GET /pay/{token}`: opens a visit, or goes on with this browser's own."""
        till.expire_overdue(self._context)
        link = self._context.book.link_by_token(request.path_params["token"])
        if link is None:
            return self._unknown()
        session = self._own_visit(request, link)
        if session is None and link.state == "open":
            session = till.open_session(self._context, link)
        if session is None or (session.status == "expired" or link.state == "inactive"):
            return self._closed(link)
        return self._page(link, session)

    async def press(self, request: Request) -> Response:
        """`POST /pay/{token}`: a client pays, is declined, or leaves."""
        till.expire_overdue(self._context)
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        link = self._context.book.link_by_token(request.path_params["token"])
        session = self._context.book.session(form.get("session", ""))
        if link is None or session is None or session.link_id != link.id:
            return self._unknown()
        outcome, method = form.get("outcome", ""), form.get("method", "")
        if outcome not in _OUTCOMES or (outcome != "abandon" and method not in _taken(link)):
            return self._page(link, session, message="Choose a way to pay.", status=400)
        if outcome == "abandon":
            return self._page(link, session, message=_ABANDONED)
        if outcome == "decline":
            till.decline(self._context, session.id, method)
            return self._again(link, session, _failure_url(link), _DECLINED)
        return self._pay(link, session, method)

    def _pay(self, link: Link, session: Session, method: str) -> Response:
        verdict = till.pay(self._context, session.id, method)
        if verdict == "already_paid":
            return self._again(link, session, None, _ALREADY_PAID, status=409)
        if verdict == "closed":
            return self._closed(link, _OUT_OF_TIME if session.status == "expired" else None, status=409)
        return RedirectResponse(_success_url(link) or f"/pay/{link.token}", 303)

    async def settle(self, request: Request) -> Response:
        """`POST /sandbox/payments/{id} {"outcome": "succeed" | "decline"}`: a late payment arrives, or fails."""
        payment = self._context.book.payment(request.path_params["id"])
        if payment is None or payment.status != "processing":
            return JSONResponse({"message": "There is no payment of that id on its way."}, 404)
        outcome = (await request.json()).get("outcome")
        if outcome not in {"succeed", "decline"}:
            return JSONResponse({"message": "“outcome” is succeed or decline."}, 400)
        settled = till.settle(self._context, payment, succeeded=outcome == "succeed")
        return JSONResponse({"id": settled.id, "status": settled.status})

    def _own_visit(self, request: Request, link: Link) -> Session | None:
        """Return the visit that this browser has begun, or the one that paid a used-up link."""
        session = self._context.book.session(request.cookies.get(_cookie(link), ""))
        if session is not None and session.link_id == link.id and session.status != "expired":
            return session
        paid = self._context.book.payments(link.id) if link.used_up else []
        done = [payment for payment in paid if payment.status in {"succeeded", "processing"}]
        return self._context.book.session_of(done[-1]) if done else None

    def _again(
        self, link: Link, session: Session, elsewhere: str | None, message: str, *, status: int = 200
    ) -> Response:
        """Show the page as it is now, with a message; or send the browser where the link's maker wants it."""
        if elsewhere:
            return RedirectResponse(elsewhere, 303)
        now = self._context.book.link(link.id, link.dialect) or link
        return self._page(now, self._context.book.session(session.id) or session, message, status=status)

    def _page(self, link: Link, session: Session, message: str | None = None, *, status: int = 200) -> Response:
        payment = self._context.book.payment(session.payment_id) if session.payment_id else None
        visit = _Visit(link, session, payment)
        paid = session.status == "complete" or link.used_up
        response = self._rendered(visit, "paid" if paid else "open", message, status)
        response.set_cookie(_cookie(link), session.id, path=f"/pay/{link.token}", httponly=True, samesite="lax")
        return response

    def _closed(self, link: Link, message: str | None = None, *, status: int = 200) -> Response:
        state = "expired" if message == _OUT_OF_TIME else "inactive"
        words = message or link.inactive_message or _INACTIVE
        html = render("pay.html", **self._common(link), **_nothing(state, words))
        return HTMLResponse(html, status)

    def _unknown(self) -> Response:
        words = "There is no such payment link. Check the address, or ask the clinic."
        blank = {"clinic": self._context.clinic, "title": "", "amount": "", "code": None, "action": ""}
        return HTMLResponse(render("pay.html", **blank, **_nothing("unknown", words)), 404)

    def _rendered(self, visit: _Visit, state: str, message: str | None, status: int) -> Response:
        payment = visit.payment if state == "paid" else None
        happened = (payment.paid_at or payment.created) if payment else None
        html = render(
            "pay.html",
            **self._common(visit.link),
            state=state,
            methods=methods_of(visit.link) if state == "open" else [],
            message=message,
            session=visit.session.id,
            paid_with=_NAMES[payment.method] if payment else None,
            paid_at=_when(happened) if happened else None,
        )
        return HTMLResponse(html, status)

    def _common(self, link: Link) -> dict[str, Any]:
        return {
            "clinic": self._context.clinic,
            "title": link.title,
            "amount": shown(link.amount, link.currency),
            "code": _code(link),
            "action": f"/pay/{link.token}",
        }


def _nothing(state: str, message: str) -> dict[str, Any]:
    """Return what the page shows when there is nothing to press."""
    return {
        "state": state,
        "methods": [],
        "message": message,
        "session": "",
        "paid_with": None,
        "paid_at": None,
    }


def _cookie(link: Link) -> str:
    return f"visit_{link.token}"


def _code(link: Link) -> str | None:
    """Return the request's short code where a client can see it: in the words that the link's maker shows."""
    details = link.details
    if link.dialect == "coherent":
        seen = [details.get("patientNote"), details.get("note")]
    else:
        submit = (details["custom_text"]["submit"] or {}).get("message")
        seen = [link.title, *(line["about"] for line in details["line_items"]), submit]
    found = _CODE.search("\n".join(text for text in seen if text))
    return found.group() if found else None


def _success_url(link: Link) -> str | None:
    if link.dialect == "coherent":
        return _web(link.details.get("successUrl"))
    return _web(link.details["after_completion"].get("redirect", {}).get("url"))


def _failure_url(link: Link) -> str | None:
    return _web(link.details.get("failureUrl")) if link.dialect == "coherent" else None


def _web(url: str | None) -> str | None:
    return url if url and url.startswith(("http://", "https://")) else None


def _when(seconds: int) -> str:
    """Return a time as a client reads it, in this computer's zone."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%d %B %Y, %H:%M").removeprefix("0")
