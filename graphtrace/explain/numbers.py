"""How numbers are written in sentences and formulas."""

from __future__ import annotations

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_MOST_DIGITS = 15


def number(value: float) -> str:
    """Write a number with 4 significant digits, as the viewer does: ``0.25``, ``−1.5e−7``, ``nan``."""
    return _written(value, 4)


def constant(value: float) -> str:
    """Write a number of the program with all its digits, a negative one in brackets, as it stands in a product."""
    text = _written(value, _MOST_DIGITS)
    return f"({text})" if text.startswith("−") else text


def raised(exponent: float) -> str:
    """Write an exponent: ``²``, ``⁻¹``, ``^0.5``, ``^(−0.5)``."""
    if exponent == exponent and abs(exponent) < 1e6 and exponent == int(exponent):
        return str(int(exponent)).translate(_RAISED)
    return f"^{constant(exponent)}"


def _written(value: float, digits: int) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return str(value).replace("-", "−")
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    text = mantissa if not exponent else f"{mantissa}e{int(exponent)}"
    return "0" if text == "-0" else text.replace("-", "−")
