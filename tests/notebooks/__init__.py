"""The notebooks run, on a workspace with a practice world."""
