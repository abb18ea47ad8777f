"""The commands that Documentation/Clusters.md shows, for the scripts that run them."""

import pathlib

PAGE = pathlib.Path(__file__).resolve().parent.parent.parent / "Documentation/Clusters.md"


def commands(prompt):
    """What stands behind a prompt, in the order of the page."""
    mark = f"    {prompt}$ "
    found = [
        line[len(mark):] for line in PAGE.read_text().splitlines() if line.startswith(mark)]
    if not found:
        raise SystemExit(f"{PAGE} has no command behind {prompt}$")
    return found
