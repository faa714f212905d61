"""Times of delivery: durations, what they are about, and the destinations they hold for."""
