"""Stripe's errors: `{"error": {"type", "code", "message", "param", "doc_url"}}` and their HTTP status.

https://docs.stripe.com/api/errors
"""

from typing import Any


class StripeError(Exception):
    """An answer that is not 2xx."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param

    def body(self) -> dict[str, Any]:
        """Return the JSON body."""
        error = {"message": str(self), "type": self.kind}
        if self.code is not None:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param is not None:
            error["param"] = self.param
        return {"error": error}


def missing(noun: str, resource_id: str, param: str = "id", *, in_path: bool = True) -> StripeError:
    """Return the error for an id that is not there: 404 in the path, 400 in a parameter."""
    return StripeError(
        f"No such {noun}: '{resource_id}'",
        status=404 if in_path else 400,
        code="resource_missing",
        param=param,
    )


def server_error() -> StripeError:
    """Return what Stripe says when something broke on its side."""
    return StripeError("An unknown error occurred", status=500, kind="api_error")


def rate_limited() -> StripeError:
    """Return what Stripe says to too many requests. https://docs.stripe.com/rate-limits."""
    return StripeError(
        "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
        status=429,
        code="rate_limit",
    )
