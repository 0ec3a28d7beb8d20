"""Abbreviations and synonyms: the same thing is said in one way before it is weighed."""

from collections.abc import Iterable, Mapping, Sequence

from intents.text import words


class Dictionary:
    """Rewrites the words of one language."""

    def __init__(self, abbreviations: Mapping[str, str], synonyms: Iterable[Sequence[str]]) -> None:
        """Take what abbreviations stand for, and groups of names that mean the same; the first stands for all."""
        self._abbreviations = _Names({words(short): words(text) for short, text in abbreviations.items()})
        groups = [[name for name in map(words, group) if name] for group in synonyms]
        self._synonyms = _Names({name: ("".join(group[0]),) for group in groups for name in group})

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The words of all names that mean something else."""
        return tuple(dict.fromkeys(word for name in self._synonyms.names for word in name))

    def write_out(self, plain: Sequence[str]) -> tuple[str, ...]:
        """Return the words with abbreviations written out."""
        return self._abbreviations.replace(tuple(plain))

    def unify(self, plain: Sequence[str]) -> tuple[str, ...]:
        """Return the words with each known name replaced by its group's first."""
        return self._synonyms.replace(tuple(plain))


class _Names:
    """Names of one or more words, and the words that replace them."""

    def __init__(self, names: Mapping[tuple[str, ...], tuple[str, ...]]) -> None:
        self.names = names
        self._longest: dict[str, int] = {}
        """By first word of a name: the most words of a name that begins so."""
        for name in filter(None, names):
            self._longest[name[0]] = max(len(name), self._longest.get(name[0], 0))

    def replace(self, plain: tuple[str, ...]) -> tuple[str, ...]:
        if self._longest.keys().isdisjoint(plain):
            return plain
        replaced: list[str] = []
        at = 0
        while at < len(plain):
            size = self._length_of_name(plain, at) if plain[at] in self._longest else 0
            replaced += self.names[plain[at : at + size]] if size else plain[at : at + 1]
            at += size or 1
        return tuple(replaced)

    def _length_of_name(self, plain: tuple[str, ...], at: int) -> int:
        """Return how many words the longest name has that begins here; 0 for none."""
        longest = min(self._longest[plain[at]], len(plain) - at)
        return next((size for size in range(longest, 0, -1) if plain[at : at + size] in self.names), 0)
