"""Stripe's API as far as payment links need it: same names, shapes, errors and idempotency rules."""
