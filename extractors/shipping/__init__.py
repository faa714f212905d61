"""Where parcels come from and go to: what the words, the gaps and the lines around the names of places say."""
