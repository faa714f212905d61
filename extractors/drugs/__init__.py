"""Substances beside the lexicon: the company and the role of a name, names of products, what a text offers."""
