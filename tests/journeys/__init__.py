"""Stories told through real processes, real mail and a real browser."""
