"""A fingerprint in words, to read out on the phone: one Danish word for each byte, the same in every language.

All 32 bytes are said, so comparing the words is comparing the fingerprint in full. The 256 words are short, without
æ, ø and å, and none can be read as hex digits. Two houses must have the same list: it never changes.
"""

from __future__ import annotations

import hashlib

_LIST = """
adel agern aks album alf alge ambolt ananas and anker ansigt april arm ask atlas avis
bager bakke bal ballon bamse banan bark bas beg ben berg bid bil bjerg blad blik
blok blomst bog bold bom bord borg brev brik bro brud brus buk bus busk cello
cirkel citron cykel dag dal dame damp dans daggert del delfin digt dirk disk dok dolk
drage drik dronning drue due dug dukke dyb dyne egern eg elefant elev elg eng engel
ert esel ester fabel fakkel falk fane far fart fasan fedt fest figen fisk fjeld fjer
flag flaske flod fod folk fork fred frost frugt fugl fyr gaffel galge garn gave ged
gips giraf glas gran gris gren grotte guld gulv gynge hal hals hane hare harpe hat
hav hegn hest hinde hjort hjul hop horn hotel hul humle hund hus hval hvede hytte
ild iris jagt jern jord jul kaffe kage kam kamel kande kano kat kikkert kilde kirke
kiste klang klippe klo knap knast kokos kompas konge korn krage krone kugle kuffert kvist kysse
lam lampe land laks lasso laurel leopard ler lilje lind lire lomme loft lue luft lus
lygte lyn magnet maj maling mark mast medalje melon metal mink mos motor mus myg myre
nat negl nisse nord ocean olie onkel orm ost otter palme panda papir park pels pen
perle pil pingvin plov port pude ravn regn ride ring ris robot rose rug sal sand
saks segl silke skib skov sne sol sten stol tag tand telt tiger tog tromle vind
"""
WORDS: tuple[str, ...] = tuple(_LIST.split())
_BYTES = hashlib.sha256().digest_size


def in_words(sha256: str) -> tuple[str, ...]:
    """Return the 32 words of a fingerprint, given as 64 hex digits."""
    return tuple(WORDS[byte] for byte in bytes.fromhex(sha256))


def grouped_words(sha256: str) -> tuple[str, ...]:
    """Return the words in eight groups of four, each joined by dashes."""
    words = in_words(sha256)
    return tuple("-".join(words[start : start + 4]) for start in range(0, _BYTES, 4))


def said_digits(text: str) -> str:
    """Return what somebody read out as hex digits: digits as they are, known words as their bytes, the rest as it is."""
    tokens = text.lower().replace("-", " ").replace(":", " ").replace(",", " ").split()
    return "".join(f"{_PLACES[token]:02x}" if token in _PLACES else token for token in tokens)


_PLACES = {word: place for place, word in enumerate(WORDS)}
