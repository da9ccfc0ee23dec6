"""First-class doubles of every port: fast, exact, and able to misbehave on request."""
