"""Real servers for the tests: each is started once a session on free loopback ports, and stopped again."""
