"""Post: packages and receipts out of the house and in, by folder, e-mail or SFTP; the only room that knows a network.

Stands right of ``sealing``. ``ways`` says what every way offers; ``states`` where each package and receipt stands;
``settings`` reads ``post.toml``. What a command does with them stands in ``exchange.workspace.posting`` and
``exchange.workspace.fetching``.
"""
