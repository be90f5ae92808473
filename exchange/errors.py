"""Failures: what stops a command. Findings are values and never come this way.

Every message is one sentence in the user's language that names the file, the place in it and the cure.
``exchange.cli.main`` is the only place that turns one into an exit code (2).

::

    EnblanketError                 what the user can mend; carries a finished sentence
    ├── WorkspaceError             the folder is no workspace, or is in use, or already there
    ├── IntakeRefused              a file as a whole cannot be taken; nothing was stored
    ├── LayoutError                a layout file says something that is not a layout
    ├── AgreementError             an agreement file says something that is not an agreement
    ├── FormError                  the form's own data (tables, code lists) contradicts itself
    ├── ValidationRefused          a data package that cannot be validated as it stands
    ├── RuleError                  a rule or auditor profile cannot be used; names file and line
    ├── DecisionRefused            a decision that does not fit its finding
    ├── SettlementError            a period or agreement that cannot be settled
    ├── KeyRefused                 no key, a wrong passphrase, a card that is not trusted
    ├── SealRefused                something still blocks the package
    ├── PackageRefused             a package that is not what it says; carries a stable code
    └── WayFailed                  a way to another party did not work; carries a stable code
"""

from __future__ import annotations


class EnblanketError(Exception):
    """A failure that the user can mend; its text is one finished sentence."""


class WorkspaceError(EnblanketError):
    """The folder is no workspace, is already one, or is in use."""


class IntakeRefused(EnblanketError):
    """A file as a whole cannot be taken; nothing was stored."""


class LayoutError(EnblanketError):
    """A layout file says something that is not a layout."""


class AgreementError(EnblanketError):
    """An agreement file says something that is not an agreement."""


class CrosswalkRefused(EnblanketError):
    """A local name cannot stand for this id, or is not there."""


class FormError(EnblanketError):
    """The form's own data contradicts itself."""


class ValidationRefused(EnblanketError):
    """A data package that cannot be validated as it stands: it asks for a network, or contradicts itself."""


class RuleError(EnblanketError):
    """A rule or an auditor profile cannot be used."""


class RuleOutgrown(RuleError):
    """A rule needs more memory than it was given."""


class DecisionRefused(EnblanketError):
    """A decision that does not fit its finding."""


class SettlementError(EnblanketError):
    """A period or an agreement that cannot be settled."""


class KeyRefused(EnblanketError):
    """No key, a wrong passphrase, or a card that is not trusted."""


class SealRefused(EnblanketError):
    """Something still blocks the package."""


class PackageRefused(EnblanketError):
    """A package that is not what it says it is.

    Attributes:
        code: the stable reason (kebab-case), the same in every language and release.
    """

    def __init__(self, code: str, message: str) -> None:
        """Keep the code beside the sentence."""
        super().__init__(message)
        self.code = code


class WayFailed(EnblanketError):
    """A way to another party did not work; what was on its way stays queued.

    Attributes:
        code: the stable reason (kebab-case, ``way-…``), the same in every language and release.
        lasting: trying again changes nothing until somebody has mended it; else it may pass by itself.
    """

    def __init__(self, code: str, message: str, *, lasting: bool = False) -> None:
        """Keep the code beside the sentence."""
        super().__init__(message)
        self.code = code
        self.lasting = lasting
