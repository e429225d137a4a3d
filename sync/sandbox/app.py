"""The sandbox as one web application."""

from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware

from sync.sandbox.coherent_dialect import coherent_routes
from sync.sandbox.context import Context
from sync.sandbox.doors import OwnMachineOnly
from sync.sandbox.home import LineChanged, home_routes
from sync.sandbox.pay import pay_routes
from sync.sandbox.stripe_dialect.front import stripe_routes
from sync.sandbox.weather import FaultLayer


async def no_line(_spared: Any) -> None:
    """Leave the line alone: there is none to cut where the application runs without listeners."""


def create_app(context: Context, line_changed: LineChanged = no_line) -> Starlette:
    """Return the application: both dialects, pay page, switches, and the client's phone and mailbox."""
    return Starlette(
        routes=[
            *stripe_routes(context),
            *coherent_routes(context),
            *pay_routes(context),
            *home_routes(context, line_changed),
            *context.mailbox.routes(),
        ],
        middleware=[Middleware(OwnMachineOnly), Middleware(FaultLayer, context=context)],
    )
