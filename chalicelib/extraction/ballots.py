"""The words of a value, each elected for itself among what several readings say at its place.

In: the value that won as a whole, all readings with their weights, what a word is worth. Out: the value with the word
that readings and vocabulary speak for most at each place. Nothing is made up: every word was read by somebody, there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

Votes = Sequence[tuple[str, float]]
Worth = Callable[[str], float]

_STOPS = ",.;:"
_STOPPED = 2.5  # what a word with its stop is worth beside the same without


def by_words(whole: str, votes: Votes, worth: Worth) -> str:
    """`whole`, its words voted for one by one: a reading that is wrong in one word may be right in the next."""
    places: list[dict[str, float]] = [{} for _ in whole.split()]
    for text, weight in votes:
        for place, word in _beside(whole.split(), text.split()):
            places[place][word] = places[place].get(word, 0.0) + weight
    return " ".join(_likeliest(heard, worth) for heard in places)


def _likeliest(heard: Mapping[str, float], worth: Worth) -> str:
    """The likeliest word, and of the ways it was heard to end the likeliest: stops are lost more often than won."""
    words: dict[str, float] = {}
    for text, weight in heard.items():
        words[text.rstrip(_STOPS)] = words.get(text.rstrip(_STOPS), 0.0) + weight * worth(text)
    word = max(words, key=words.__getitem__)
    ends = [text for text in heard if text.rstrip(_STOPS) == word]
    return max(ends, key=lambda text: heard[text] * (1.0 if text == word else _STOPPED))


def _beside(words: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The other words, each with the place of the word it stands beside; those with none beside them have no say."""
    for what, start, end, first, last in SequenceMatcher(
        None, words, others, autojunk=False
    ).get_opcodes():
        if what == "equal" or (what == "replace" and end - start == last - first):
            yield from enumerate(others[first:last], start)
