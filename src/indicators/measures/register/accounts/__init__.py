"""How a figure of the register came about: who was counted, who was left out and why.

A second, plain way to the figures of one month, for the reader who doubts them: records are left
out one reason after the other, and what is left must give the figure of the long table.
"""
