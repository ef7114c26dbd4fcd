"""Where a ticket goes: GitHub through the user's own `gh`, the clipboard, a browser."""
