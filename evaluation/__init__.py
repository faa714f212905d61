"""How well texts are read (``make eval``), against labels made by reading, and how well accounts are linked."""
