"""The e-mail draft: the same bytes for the same draft, and read back whole by the standard library."""

from __future__ import annotations

import email
import email.policy

from exchange.workspace.mail_draft import Draft, write_draft


def test_a_draft_is_the_same_bytes_each_time_and_reads_back() -> None:
    content = bytes(range(256)) * 40
    draft = Draft(
        sender="mentor@gladsaxe.example",
        to=None,
        subject="Spørgsmål om aftale AFT-1: svar senest 15.04.2016",
        text="Hej\n\nÆrlig snak & <kaffe> = 100 %\n.\n",
        attachment="159-12345678-spoergsmaal-1.xlsx",
        content=content,
    )

    written = write_draft(draft)

    assert written == write_draft(draft)
    assert all(len(line) < 80 for line in written.split(b"\r\n"))
    mail = email.message_from_bytes(written, policy=email.policy.default)
    assert mail["Subject"] == draft.subject
    assert mail["To"] is None
    assert isinstance(mail, email.message.EmailMessage)
    body = mail.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == draft.text
    (attachment,) = mail.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content()) == (draft.attachment, content)
