"""Training of what Nightpost learns from data, by commands that give the same file each time.

Not part of the product at run time: what is trained lies as data beside the code that applies it.
"""
