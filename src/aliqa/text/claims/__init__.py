"""What sentences state, and whether two of them give different values for the same thing.

::

    values.py      the figures, dates and names of a sentence, compared by what they mean
    pairs.py       what tells whether two sentences are about the same thing
    model.py       how surely they are: three small models, fitted by training/fit_pairs.py
    comparing.py   which articles differ, found while an index is built

Nothing here knows verbs or roles: how near sentences are among their neighbours tells most; a value is asked for by a
question made of its own sentence, and a reader says whether the other sentence answers it.
"""
