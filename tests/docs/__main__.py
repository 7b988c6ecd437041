"""`./run docs`: write the generated parts of the documents anew, and say which pages changed."""

from __future__ import annotations

import sys

from tests.docs.pages import REPOSITORY, pages, regenerated
from tests.docs.reference import parts


def main() -> int:
    """Rewrite what is out of date; return 0, as it is up to date then."""
    known = parts()
    for page in pages():
        fresh = regenerated(page, known)
        if fresh != page.read_text(encoding="utf-8"):
            page.write_text(fresh, encoding="utf-8")
            sys.stdout.write(f"wrote {page.relative_to(REPOSITORY)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
