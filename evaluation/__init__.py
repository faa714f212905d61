"""How well texts are read, measured against labels made by reading: ``make eval``."""
