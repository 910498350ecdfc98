"""What a text says: sentences, words, scripts, dates, quantities, claims. It knows no article and no index."""
