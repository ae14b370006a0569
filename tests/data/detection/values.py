"""Values: what stands where a credential stands. Three kinds, as people judge detectors by them.

`format`: a provider's own form tells it. `random`: characters of a generator. `password`: what a
person chose. Each is made for a name's kind, so that `DB_PASSWORD` does not hold a map token.
"""

from detection import words
from detection.formats import FORMATS
from detection.samples import make

RANDOM = ["{alnum:20}", "{alnum:24}", "{alnum:32}", "{alnum:32}", "{alnum:40}", "{alnum:48}", "{alnum:64}",
          "{hex:32}", "{hex:40}", "{hex:64}", "{lowalnum:26}", "{lowalnum:36}", "{upalnum:24}",
          "{base64:43}=", "{base64:22}==", "{base64:32}", "{base64url:32}", "{base64url:43}"]
LEET = str.maketrans("aeiostAEIOST", "43105743105" + "7")


def random_value(rnd):
    # A generator's value without any digit happens, but not in the first ones a person tries.
    while True:
        value = make(rnd.choice(RANDOM), rnd)
        if any(c.isdigit() for c in value):
            return value


def format_value(rnd):
    return make(rnd.choice(FORMATS)[1], rnd)


def _word_digits(rnd):
    return f"{rnd.choice(words.COMMON)}_{rnd.randrange(10, 99999)}"


def _capital_sign(rnd):
    return f"{rnd.choice(words.COMMON).title()}-{rnd.choice(words.COMMON)}-{rnd.randrange(1, 99)}!"


def _leet(rnd):
    word = (rnd.choice(words.COMMON) + rnd.choice(words.COMMON)).translate(LEET)
    return word.capitalize() + rnd.choice("!@#") + str(rnd.randrange(10))


def _short(rnd):
    text = make("{lower:3}{upper:2}{digit:2}", rnd)
    return "".join(rnd.sample(text, len(text))) + rnd.choice("!#*+")


def _phrase(rnd):
    return "-".join(rnd.choice(words.COMMON) for _ in range(3)) + "-" + str(rnd.randrange(10, 100))


def _word_year(rnd):
    return rnd.choice(words.COMMON).title() + str(rnd.randrange(1970, 2027)) + rnd.choice(["", "!", "$", "#"])


def _two_words(rnd):
    return rnd.choice(words.COMMON) + rnd.choice(words.COMMON).title() + str(rnd.randrange(1, 999))


PASSWORDS = [_word_digits, _word_digits, _capital_sign, _leet, _short, _phrase, _word_year, _two_words]


def password_value(rnd):
    return rnd.choice(PASSWORDS)(rnd)


KINDS = {"random": random_value, "format": format_value, "password": password_value}
