"""The form as an Excel workbook: what a company or a mentor without our software fills in.

In: a :class:`~exchange.form.workbook.plan.Blank`, which says for whom, for which period, and what is known already. Out: the bytes of an
``.xlsx``, the same for the same facts. The way back is :mod:`exchange.intake.blanket`.
"""
