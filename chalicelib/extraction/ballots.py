"""The words of a value, each elected for itself among what several readings say at its place.

In: the value that won as a whole, all readings with their weights, what a word is worth. Out: the value with the word
that readings and vocabulary speak for most at each place. Nothing is made up: every word was read by somebody, there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

Votes = Sequence[tuple[str, float]]
Worth = Callable[[str], float]

_STOPS = str.maketrans("", "", ",.;:")
_STOPPED = 2.5  # what a word with its stop is worth beside the same without


def by_words(whole: str, votes: Votes, worth: Worth) -> str:
    """`whole`, its words voted for one by one: a reading that is wrong in one word may be right in the next."""
    places: list[dict[str, float]] = [{} for _ in whole.split()]
    for text, weight in votes:
        for place, word in _beside(whole.split(), text.split()):
            places[place][word] = places[place].get(word, 0.0) + weight
    return " ".join(_likeliest(heard, worth) for heard in places)


def _likeliest(heard: Mapping[str, float], worth: Worth) -> str:
    """The likeliest word, and of the ways its stops were heard the likeliest: stops are lost more often than won."""
    words: dict[str, float] = {}
    for text, weight in heard.items():
        words[_bare(text)] = words.get(_bare(text), 0.0) + weight * worth(text)
    word = max(words, key=words.__getitem__)
    ways = [text for text in heard if _bare(text) == word]
    return max(ways, key=lambda text: heard[text] * (1.0 if text == word else _STOPPED))


def _bare(word: str) -> str:
    return word.translate(_STOPS)


def _beside(words: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The other words, each with the place of the word it stands beside; those with none beside them have no say."""
    for what, start, end, first, last in SequenceMatcher(
        None, words, others, autojunk=False
    ).get_opcodes():
        if what == "equal" or (what == "replace" and end - start == last - first):
            yield from enumerate(others[first:last], start)
