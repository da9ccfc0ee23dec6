"""What the portal needs from machines, in its own words: numbered promises and two ways to fail."""
