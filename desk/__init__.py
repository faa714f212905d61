"""People: the command line, the casebook, exports."""
