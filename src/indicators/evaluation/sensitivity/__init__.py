"""How far trends may differ before a finding fails: bounds of Rambachan and Roth (2023).

An event study rests on treated and control units moving alike without treatment. Here the
difference δ of their trends may be anything that one of two rules allows:

* **relative magnitudes**: no step after the start is larger than a multiple of the largest step
  before it; :func:`~indicators.evaluation.sensitivity.relative.relative_bounds`;
* **smoothness**: from one step to the next it changes by no more than a bound; 0 is a straight
  line; :func:`~indicators.evaluation.sensitivity.smoothness.smoothness_bounds`.

See ``docs/decisions/0023-sensitivity.md``.
"""
