"""The built-in sandbox provider: what its bank does, and how the portal talks to it. No money."""
