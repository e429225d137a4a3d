"""The routes that show what clients have received: the page, its live feed, and emails in their frame."""

import secrets
from collections.abc import Callable
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sync.sandbox.mailbox import views
from sync.sandbox.mailbox.archive import Archive
from sync.sandbox.mailbox.message import Message
from sync.sandbox.mailbox.safe_html import POLICY, SANDBOX, safe_html
from sync.sandbox.pages import FOLDER, render

SHOWN = 300
"""The newest messages on the page; the file keeps all."""

_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_NO_SNIFF = {"X-Content-Type-Options": "nosniff"}
_TABS = ("html", "text", "headers")


def screen_routes(archive: Archive, clock: Callable[[], datetime]) -> list[Route]:
    """Return every page that a browser asks for on the client's side, and the stylesheet."""
    screens = _Screens(archive, clock)
    return [
        Route("/phone", screens.page),
        Route("/phone/messages", screens.feed),
        Route("/phone/email/{number:int}", screens.email),
        Route("/phone/email/{number:int}/part/{index:int}", screens.part),
        Route("/phone/email/{number:int}/source", screens.source),
        Route("/sandbox/style.css", _stylesheet),
    ]


def _stylesheet(_request: Request) -> Response:
    return FileResponse(FOLDER / "style.css", media_type="text/css", headers={"Cache-Control": "no-cache"})


class _Screens:
    """The handlers; plain functions, so that each runs in a worker thread and may read the file."""

    def __init__(self, archive: Archive, clock: Callable[[], datetime]) -> None:
        self._archive = archive
        self._clock = clock

    def page(self, request: Request) -> Response:
        """`GET /phone?who=&mail=&tab=`: phones and mailboxes, and one email when it is open."""
        who = request.query_params.get("who", "").strip()
        now = self._clock()
        messages = self._archive.latest(SHOWN, who or None)
        owners = self._archive.owners()
        opened = self._opened(request)
        nonce = secrets.token_urlsafe(16)
        html = render(
            "phone.html",
            who=who,
            owners=[(owner.address, views.label(owner), owner.channel) for owner in owners],
            phones=views.phones(messages, now),
            boxes=views.boxes(messages, now),
            mail=opened,
            mail_time=views.clock_time(opened.received_at, now) if opened else "",
            tab=_tab(request, opened),
            frame_sandbox=SANDBOX,
            last_id=owners[0].last_id if owners else 0,
            older_hidden=len(messages) == SHOWN,
            nonce=nonce,
        )
        policy = (
            f"default-src 'none'; style-src 'self'; script-src 'nonce-{nonce}'; connect-src 'self'; "
            "img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'"
        )
        return HTMLResponse(html, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})

    def feed(self, request: Request) -> Response:
        """`GET /phone/messages?after=ID&who=`: what arrived since, as JSON, and the newest id."""
        after = _message_id(request.query_params.get("after", "0"))
        if after is None:
            return JSONResponse({"error": "“after” must be the id of a message."}, status_code=400)
        found = self._archive.latest(SHOWN, request.query_params.get("who", "").strip() or None, after)
        rows = [
            {
                "id": one.id,
                "channel": one.channel,
                "to": one.to,
                "sender": one.sender,
                "subject": one.subject,
                "text": one.text,
                "received_at": one.received_at.isoformat(),
                "repeat_of": one.repeat_of,
            }
            for one in found
        ]
        last = found[-1].id if found else after
        return JSONResponse({"last": last, "messages": rows}, headers={"Cache-Control": "no-store"})

    def email(self, request: Request) -> Response:
        """`GET /phone/email/ID`: the HTML of an email, for the frame only."""
        mail = self._mail(request)
        html = safe_html(mail.html, _picture_urls(mail))
        headers = {
            "Content-Security-Policy": f"{POLICY}; sandbox {SANDBOX}",
            **_NO_SNIFF,
            "Referrer-Policy": "no-referrer",
        }
        return HTMLResponse(html, headers=headers)

    def part(self, request: Request) -> Response:
        """`GET /phone/email/ID/part/N`: an inline picture, or an attachment as a download."""
        mail = self._mail(request)
        index = request.path_params["index"]
        if index >= len(mail.parts):
            raise HTTPException(404, "This email has no such part.")
        part = mail.parts[index]
        headers = {
            "Content-Security-Policy": "default-src 'none'; sandbox",
            **_NO_SNIFF,
        }
        if part.content_type in _PICTURES:
            return Response(part.data, media_type=part.content_type, headers=headers)
        headers["Content-Disposition"] = "attachment"
        return Response(part.data, media_type="application/octet-stream", headers=headers)

    def source(self, request: Request) -> Response:
        """`GET /phone/email/ID/source`: the email as SMTP carried it."""
        raw = self._mail(request).raw
        return Response(raw, media_type="text/plain; charset=utf-8", headers=_NO_SNIFF)

    def _mail(self, request: Request) -> Message:
        mail = self._archive.message(request.path_params["number"])
        if mail is None or mail.channel != "email":
            raise HTTPException(404, "There is no such email.")
        return mail

    def _opened(self, request: Request) -> Message | None:
        number = _message_id(request.query_params.get("mail", ""))
        mail = None if number is None else self._archive.message(number)
        return mail if mail and mail.channel == "email" else None


def _message_id(asked: str) -> int | None:
    """Return the id in a query; None for what cannot be one (18 digits always fit SQLite's integers)."""
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 18 else None


def _tab(request: Request, mail: Message | None) -> str:
    """Return the tab to show: the one asked for, else the HTML where there is one."""
    asked = request.query_params.get("tab", "")
    if asked in _TABS:
        return asked
    return "html" if mail and mail.html else "text"


def _picture_urls(mail: Message) -> Callable[[str], str | None]:
    """Return where each `cid:` picture of an email is found; None for one that is not in it."""
    places = {
        part.content_id: f"/phone/email/{mail.id}/part/{index}"
        for index, part in enumerate(mail.parts)
        if part.content_id
    }
    return places.get
