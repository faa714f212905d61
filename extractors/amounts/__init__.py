"""From the numbers of a text to amounts: figures, their units, options and products, counts, roles."""
