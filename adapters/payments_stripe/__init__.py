"""Stripe behind the payment port: hosted Checkout, off-session charges, webhooks, events."""
