"""The components of the text pipeline: one file each, each a registered spaCy factory that is usable alone."""
