"""The sentences that argparse itself says, so that they stand in our catalogue; never imported.

argparse asks :func:`gettext.gettext`, which :func:`exchange.cli.main.speak` binds to our domain.
"""

from __future__ import annotations

from exchange.language import translate as _
from exchange.language import translate_plural


def texts() -> tuple[str, ...]:
    """Return them, as Python 3.11 to 3.14 write them."""
    return (
        _("usage: "),
        _("positional arguments"),
        _("options"),
        _("show this help message and exit"),
        _("the following arguments are required: %s"),
        _("one of the arguments %s is required"),
        _("unrecognized arguments: %s"),
        _("expected one argument"),
        _("expected at least one argument"),
        _("expected at most one argument"),
        _("not allowed with argument %s"),
        _("argument %(argument_name)s: %(message)s"),
        _("invalid %(type)s value: %(value)r"),
        _("invalid choice: %(value)r (choose from %(choices)s)"),
        _("ignored explicit argument %r"),
        translate_plural("expected %s argument", "expected %s arguments", 2),
    )
