"""The imports of a Go file, and one more of them as gofmt would place it."""

from __future__ import annotations

from stigmer_doctor.model.edits import Edit
from stigmer_doctor.source.golang.syntax import GoFile, Node, literal, of_type, text


def imports(file: GoFile) -> dict[str, str]:
    """Import paths by the name that stands for them in the file."""
    found: dict[str, str] = {}
    for spec in _specs(file):
        path = literal(spec.child_by_field_name("path")) or ""
        name = text(spec.child_by_field_name("name")) or path.rpartition("/")[2]
        found[name] = path
    return found


def importing(file: GoFile, path: str) -> tuple[Edit, ...] | None:
    """The edits after which a standard package is imported: none where it is; None where its name is taken."""
    known = imports(file)
    name = path.rpartition("/")[2]
    if name in known:
        return () if known[name] == path else None
    lists = list(of_type(file.root, "import_spec_list"))
    if lists:
        return (_into(file, lists[0], path),)
    last = next(iter(reversed(list(of_type(file.root, "import_declaration", "package_clause")))), None)
    if last is None:
        return None
    gap = "\n" if last.type == "import_declaration" else "\n\n"
    return (file.edit(last.end_byte, last.end_byte, f'{gap}import "{path}"'),)


def _specs(file: GoFile) -> list[Node]:
    declared = [child for child in file.root.named_children if child.type == "import_declaration"]
    return [spec for other in declared for spec in of_type(other, "import_spec")]


def _into(file: GoFile, block: Node, path: str) -> Edit:
    """Into the first group of an import block, in the order of the paths."""
    specs = [child for child in block.named_children if child.type == "import_spec"]
    if not specs:
        return file.edit(block.start_byte + 1, block.start_byte + 1, f'\n\t"{path}"\n')
    group = [specs[0]]
    for spec in specs[1:]:
        if spec.start_point.row > group[-1].end_point.row + 1:
            break
        group.append(spec)
    after = [spec for spec in group if (literal(spec.child_by_field_name("path")) or "") < path]
    if after:
        end = _line_end(file, after[-1].end_byte)
        return file.edit(end, end, f'\n\t"{path}"')
    return file.edit(group[0].start_byte, group[0].start_byte, f'"{path}"\n\t')


def _line_end(file: GoFile, offset: int) -> int:
    """Where the line ends, behind a comment on it."""
    found = file.body.find(b"\n", offset)
    end = len(file.body) if found < 0 else found
    return end - 1 if file.body[end - 1 : end] == b"\r" else end
