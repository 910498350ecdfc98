"""Currencies, units of measure and scales: the words for each, and what they stand for."""

import re
from typing import Final

CURRENCIES: Final[dict[str, str]] = {
    "USD": r"US\$|U\.?S\.? dollars?|USD|\$|dollars?|美元",
    "HKD": r"HK\$|HKD|Hong Kong dollars?|港元",
    "AUD": r"AU?\$|AUD|Australian dollars?",
    "CAD": r"CA?\$|CAD|Canadian dollars?",
    "SGD": r"S\$|SGD|Singapore dollars?",
    "CNY": r"CN¥|CNY|RMB|yuan|renminbi|人民币|元",
    "JPY": r"JP¥|JPY|yen|日元",
    "EUR": r"€|EUR|euros?|欧元",
    "GBP": r"£|GBP|pounds?(?: sterling)?|英镑",
    "INR": r"₹|INR|Rs\.?|rupees?",
    "CHF": r"CHF|(?:Swiss )?francs?",
    "KRW": r"₩|KRW|won",
    "BRL": r"R\$|BRL|reais",
}
MEASURES: Final[dict[str, dict[str, float]]] = {
    "km/h": {
        r"kilomet(?:re|er)s? (?:per|an) hour|km/h|kph|km/hr": 1,
        r"miles (?:per|an) hour|mph": 1.60934,
        r"knots?|kn": 1.852,
        r"met(?:re|er)s (?:per|a) second|m/s": 3.6,
    },
    "m²": {
        r"square kilomet(?:re|er)s?|sq\.? ?km|km²": 1e6,
        r"square met(?:re|er)s?|sq\.? ?m|m²": 1,
        r"hectares?|ha": 1e4,
        r"acres?": 4046.86,
        r"square miles?|sq\.? miles?": 2.59e6,
        r"square feet|sq\.? ft": 0.0929,
    },
    "m": {
        r"kilomet(?:re|er)s?|km|公里": 1000,
        r"met(?:re|er)s?|m|米": 1,
        r"centimet(?:re|er)s?|cm": 0.01,
        r"millimet(?:re|er)s?|mm": 0.001,
        r"miles?": 1609.34,
        r"feet|foot|ft": 0.3048,
    },
    "kg": {
        r"(?:metric )?ton(?:ne)?s?|吨": 1000,
        r"kilogram(?:me)?s?|kilos?|kg|公斤": 1,
        r"grams?": 0.001,
        r"lbs?": 0.4536,
    },
    "l": {r"lit(?:re|er)s?|升": 1, r"barrels?|桶": 158.987, r"gallons?": 3.785},
    "day": {
        r"seconds?": 1 / 86400,
        r"minutes?|mins?": 1 / 1440,
        r"hours?|小时": 1 / 24,
        r"days?|天": 1,
        r"weeks?|周": 7,
        r"months?|个月": 30.44,
        r"years?|年": 365.25,
        r"decades?": 3652.5,
    },
    "W": {r"kilowatts?|kW": 1e3, r"megawatts?|MW": 1e6, r"gigawatts?|GW": 1e9, r"terawatts?|TW": 1e12},
    "Wh": {
        r"kilowatt[- ]hours?|kWh": 1e3,
        r"megawatt[- ]hours?|MWh": 1e6,
        r"gigawatt[- ]hours?|GWh": 1e9,
        r"TWh": 1e12,
    },
    "°C": {r"degrees(?: Celsius)?|°C|℃": 1},
}
SCALES: Final = {
    r"thousand|k|千": 1e3,
    r"万亿|trillion|trn|tn": 1e12,
    r"百万|million|mln|mn|m": 1e6,
    r"千万": 1e7,
    r"万": 1e4,
    r"亿": 1e8,
    r"billion|bln|bn|b": 1e9,
}
MONEY: Final = "|".join(words for words in CURRENCIES.values())
MEASURE: Final = "|".join(words for table in MEASURES.values() for words in table)


def currency(words: str) -> str:
    """The ISO code of a currency that `MONEY` matched."""
    return next(code for code, names in CURRENCIES.items() if re.fullmatch(names, words, re.I))


def measure(words: str) -> tuple[str, float]:
    """The base unit of a unit that `MEASURE` matched, and how many of it one is.

    "MW" and "mw" are tried as written first.
    """
    for flags in (re.NOFLAG, re.I):
        for unit, table in MEASURES.items():
            for names, factor in table.items():
                if re.fullmatch(names, words, flags):
                    return unit, factor
    raise AssertionError(words)
