"""Values out of a sentence: percentages, money, measures and counts, as the intervals that their words admit.

"about 8,000 people", "the mid-40% range", "two-thirds", "CNY 18.2 billion (US$2.8 billion)", "from 12 to
15 dollars" and "380亿元" each become a `Quantity`. Years, dates, ordinals, names with a number in them ("Qwen3")
and list numbers are no quantities.
"""

from aliqa.text.quantities.finding import NUMBER_WORDS, find
from aliqa.text.quantities.quantity import Kind, Quantity

__all__ = ["NUMBER_WORDS", "Kind", "Quantity", "find"]
