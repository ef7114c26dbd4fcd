"""Our own Markdown pages for a terminal. Imports rich, so import it only where it is used."""

from __future__ import annotations

from io import StringIO
from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement
from rich.text import Text
from rich.theme import Theme

from stigmer_doctor.render.renderer import Display

# Of rich's own styles, several have colours that cannot be read on one background or the other.
_STYLES = {f"markdown.{style}": "bold" for style in ("h1", "h2", "h3", "code", "item.bullet", "item.number")}
_PLAIN = {f"markdown.{style}": "none" for style in ("table.border", "table.header", "block_quote", "link", "link_url")}


class _Heading(Heading):
    """On the left, without a frame."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console, options
        yield Text(str(self.text), style="bold")


class _Code(CodeBlock):
    """Indented, without highlighting."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console, options
        for line in str(self.text).rstrip().split("\n"):
            yield Text(f"  {line}", overflow="fold")


class _Page(Markdown):
    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _Heading,
        "fence": _Code,
        "code_block": _Code,
    }


def terminal(page: str, display: Display) -> str:
    """The page; of colours only bold is used."""
    out = StringIO()
    console = Console(
        file=out, width=display.width, force_terminal=display.color, no_color=not display.color,
        color_system="standard" if display.color else None,
        legacy_windows=False, theme=Theme(_STYLES | _PLAIN), _environ={},
    )  # fmt: skip
    console.print(_Page(page, hyperlinks=False))
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())
