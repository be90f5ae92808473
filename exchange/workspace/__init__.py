"""The workspace: one party's folder, and what a command or screen does with it.

``folder`` is the workspace itself; ``founding``, ``agreement_book``, ``taking``, ``decision_desk`` and ``dispatch`` change it by
events alone; ``chronicle`` and ``holdings`` read what happened and which rows stand.
"""
