"""The SMS provider's door, for an Apprise URL like `json://127.0.0.1:8787/sms?:to=+447700900123`."""

import json
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sync.sandbox.mailbox.sms import PostError, read_post

Deliver = Callable[[str, str, str], int]
"""Puts a text on a phone: number, text, sender's name."""


def sms_route(deliver: Deliver) -> Route:
    """Return `POST /sms`: 200 with `id` and `status`, or 400 with a reason that a person can read.

    Posted twice is delivered twice: an `id` or `Idempotency-Key` is not looked at, because SMS providers
    differ and a desk may not lean on it.
    """

    async def post_sms(request: Request) -> JSONResponse:
        try:
            post = read_post(json.loads(await request.body()))
            number = await run_in_threadpool(deliver, post.to, post.text, post.sender)
        except PostError as refusal:
            return _refused(str(refusal))
        except (ValueError, RecursionError):
            return _refused("The body is not JSON.")
        return JSONResponse({"id": f"SM{number:08d}", "status": "queued", "to": post.to})

    return Route("/sms", post_sms, methods=["POST"])


def _refused(reason: str) -> JSONResponse:
    return JSONResponse({"status": "rejected", "reason": reason}, status_code=400)
