"""How unusual an effect is: placebo regions, several outcomes, effects before the start, power."""
