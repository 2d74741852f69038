"""Someone who has everything that is published and wants the counts that it hides.

Made-up towns of every kind are counted, protected, released and attacked: by the package's own
attack, and by one written here from the contract's text alone (section 6), with scipy. The two
share no code. ``python -m intruder 1000`` does so a thousand times (``make attack``).
"""
