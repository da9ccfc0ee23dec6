"""What the web and the admin entrypoint share: how pages look, speak and are sent.

It may import everything inwards, and knows neither of the entrypoints that use it.
"""
