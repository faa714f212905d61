"""What a short text offers, guessed by a small trained model: for what no list has.

Misspelt and new names of substances, brand stamps on pills, names of strains, and the kind of goods. The model is
linear: a text's score for a class is the sum of what its words bring, so the words that decided can be named (`model`).
What a word brings depends on its own letters and on the word after it (`features`). It is trained by
``python -m training.offers``.
"""
