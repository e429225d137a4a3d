"""The way in to Stripe's dialect: key, parameters, idempotency, then the endpoint; and the way out."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sync.sandbox import till
from sync.sandbox.context import Context
from sync.sandbox.events import API_VERSION, Cause
from sync.sandbox.names import mint
from sync.sandbox.stripe_dialect import links, reading, refunds, sessions
from sync.sandbox.stripe_dialect.access import check_key, check_version
from sync.sandbox.stripe_dialect.calls import Action, Call, Endpoint
from sync.sandbox.stripe_dialect.errors import StripeError, server_error
from sync.sandbox.stripe_dialect.form import parse
from sync.sandbox.stripe_dialect.keys import Answer, Keys
from sync.sandbox.stripe_dialect.params import Params
from sync.sandbox.weather import Weather, weather

_ENDPOINTS: tuple[tuple[str, str, Endpoint], ...] = (
    ("POST", "/v1/payment_links", links.create),
    ("GET", "/v1/payment_links", links.index),
    ("GET", "/v1/payment_links/{id}", links.retrieve),
    ("POST", "/v1/payment_links/{id}", links.update),
    ("GET", "/v1/payment_links/{id}/line_items", links.lines),
    ("GET", "/v1/checkout/sessions", sessions.index),
    ("GET", "/v1/checkout/sessions/{id}", sessions.retrieve),
    ("POST", "/v1/checkout/sessions/{id}/expire", sessions.expire),
    ("GET", "/v1/events", reading.events),
    ("GET", "/v1/events/{id}", reading.event),
    ("POST", "/v1/refunds", refunds.create),
    ("GET", "/v1/refunds", refunds.index),
    ("GET", "/v1/refunds/{id}", refunds.retrieve),
    ("POST", "/v1/refunds/{id}", refunds.update),
    ("GET", "/v1/payment_intents/{id}", reading.intent),
    ("GET", "/v1/balance", reading.balance),
    ("GET", "/v1/account", reading.account),
)


def stripe_routes(context: Context) -> list[Route]:
    """Return the routes of the dialect."""
    desk = _Front(context)
    routes = [Route(path, desk.serve(end), methods=[method]) for method, path, end in _ENDPOINTS]
    return [*routes, Route("/v1/{rest:path}", desk.serve(None), methods=["GET", "POST", "PUT", "PATCH", "DELETE"])]


class _Front:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._keys = Keys(context.database, context.clock)

    def serve(self, endpoint: Endpoint | None) -> Callable[[Request], Awaitable[Response]]:
        """Return the handler of one endpoint; None: no such URL."""

        async def handler(request: Request) -> Response:
            answer = await self._answer(request, endpoint)
            return _response(request, answer, replayed=weather(request).entry.replayed)

        return handler

    async def _answer(self, request: Request, endpoint: Endpoint | None) -> Answer:
        request_id = mint("req_", 14)
        try:
            check_key(request.headers.get("authorization", ""))
            check_version(request.headers.get("stripe-version"))
            if endpoint is None:
                raise _no_such_url(request)
            encoded = (await request.body()).decode("utf-8", "replace")
            params = parse(f"{request.url.query}&{encoded}" if encoded else request.url.query)
            till.expire_overdue(self._context)
            return await self._with_key(request, endpoint, params, request_id)
        except StripeError as error:
            return Answer(error.status, json.dumps(error.body()), request_id)

    async def _with_key(
        self, request: Request, endpoint: Endpoint, params: dict[str, Any], request_id: str
    ) -> Answer:
        """Answer a request once for its idempotency key. GETs are idempotent without one."""
        current = weather(request)
        key = (request.headers.get("idempotency-key") or None) if request.method == "POST" else None
        current.entry.idempotency_key = key
        call = Call(
            self._context,
            Params(params),
            request.path_params.get("id", ""),
            Cause(request_id, key),
            current.entry,
        )
        if key is None:
            await asyncio.sleep(current.plan.delay)
            return self._act(_checked(endpoint, call), current, request_id)
        fingerprint = json.dumps([request.url.path, params], sort_keys=True)
        earlier = self._keys.claim(key, fingerprint)
        if earlier is not None:
            current.entry.replayed = True
            await asyncio.sleep(current.plan.delay)
            return earlier
        try:
            await asyncio.sleep(current.plan.delay)
            action = _checked(endpoint, call)
            with self._context.database.transaction():
                answer = self._act(action, current, request_id)
                self._keys.keep(key, fingerprint, answer)
            return answer
        finally:
            self._keys.release(key)

    def _act(self, action: Action, current: Weather, request_id: str) -> Answer:
        """Act in one transaction; a server error on purpose comes instead of it, or after it."""
        broken = current.plan.value if current.plan.name == "error_500" else ""
        failure = Answer(500, json.dumps(server_error().body()), request_id)
        if broken == "during":
            return failure
        try:
            with self._context.database.transaction():
                result = action()
        except StripeError as error:
            current.entry.effect = None
            return Answer(error.status, json.dumps(error.body()), request_id)
        if broken == "after":
            return failure
        return Answer(200, result if isinstance(result, str) else json.dumps(result), request_id)


def _checked(endpoint: Endpoint, call: Call) -> Action:
    action = endpoint(call)
    call.params.finish()
    return action


def _no_such_url(request: Request) -> StripeError:
    return StripeError(
        f"Unrecognized request URL ({request.method}: {request.url.path}). Please see "
        "https://stripe.com/docs or we can help at https://support.stripe.com/.",
        status=404,
    )


def _response(request: Request, answer: Answer, *, replayed: bool) -> Response:
    headers = {
        "Request-Id": answer.request_id,
        "Stripe-Version": request.headers.get("stripe-version", API_VERSION),
    }
    key = request.headers.get("idempotency-key")
    if key and request.method == "POST":
        headers["Idempotency-Key"] = key
    if replayed:
        headers |= {"Idempotent-Replayed": "true", "Original-Request": answer.request_id}
        headers["Request-Id"] = mint("req_", 14)
    return Response(answer.body, answer.status, headers, "application/json")
