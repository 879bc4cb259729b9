from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from slmaug import expand, recipe
from slmaug.augment import Chain, Deletion, Maybe, OneOf, Rewording, Swap, Typos
from slmaug.build import main
from slmaug.errors import SlmaugError
from slmaug.glossary import Glossary, as_glossary, read_glossary, used, with_glossary
from slmaug.recipe import Form, Recipe
from slmaug.text import Text

SEEDS = [
    {"Question": "How do I freeze a blue widget?", "Answer": "Press Freeze."},
    {"Question": "Where do I find the NEBULA SDK?", "Answer": "Behind the shop."},
    {"Question": "Can I rent a crater for one night?", "Answer": "Yes, ask Ann."},
]
GROUPS = (("blue widget", "sprocket", "gizmo"), ("crater", "moon pit"), ("NEBULA SDK", "the kit"), ("ferry", "boat"))
REWORDED = Recipe((Form("reworded", 1, Rewording(1.0)),))


def file(folder: Path, content: str | bytes, name: str = "terms.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("log in,sign in,enter\nbill,invoice\n", "terms.csv"),
        ("\ufefflog in,sign in,enter\r\nbill,invoice,\r\n", "terms.csv"),
        ("log in;sign in;enter\nbill;invoice;;\n\n", "terms.csv"),
        ("log in\tsign in\tenter\nbill\tinvoice\n", "terms.tsv"),
        ("log in\tsign in\tenter\nbill\tinvoice\n", "terms.csv"),
        ('Term,Equivalent\n"log  in","sign\nin",enter\n bill ,invoice\n', "terms.csv"),
        ("term,equivalent,equivalent\nlog in,sign in,enter\nbill,invoice,\n", "terms.csv"),
    ],
)
def test_a_row_is_a_group(content: str, name: str, tmp_path: Path) -> None:
    """Comma, semicolon or tab, with or without byte order mark and header, rows of any length, padded or not."""
    found = read_glossary(file(tmp_path, content, name))
    assert found == (("log in", "sign in", "enter"), ("bill", "invoice"))
    assert found.source == name


def test_only_what_says_exactly_that_is_a_header(tmp_path: Path) -> None:
    """Terms that look like headings are terms."""
    assert read_glossary(file(tmp_path, "term,period\nbill,invoice\n")) == (("term", "period"), ("bill", "invoice"))
    assert read_glossary(file(tmp_path, "name,label\n")) == (("name", "label"),)


def test_commas_inside_quotes_and_other_scripts(tmp_path: Path) -> None:
    """A cell is what CSV says it is, in any language."""
    found = read_glossary(file(tmp_path, '"pay, then go",pay first\n登录,登陆\n'))
    assert found == (("pay, then go", "pay first"), ("登录", "登陆"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a b,c\nlog in\n", "terms.csv:2: a single phrase, 'log in'; expected two or more that mean the same, such as"),
        ("a,b\nc,,d\n", "terms.csv:2: column 2 is empty; expected a word or a phrase"),
        ("a,b\n,,\n", "terms.csv:2: no phrase; expected two or more"),
        ("a,b\nlog in,Log In\n", "terms.csv:2: column 2: 'Log In' stands at terms.csv:2: column 1 already"),
        ("a,b\nc,d\n\ne,B\n", "terms.csv:4: column 2: 'B' stands at terms.csv:1: column 2 already; expected each"),
        ("a,42\n", "terms.csv:1: column 2: '42' has no letter; expected a word"),
        ("one two three four five six seven eight nine,b\n", "terms.csv:1: column 1: 'one two three four"),
        ("one two three four five six seven eight nine,b\n", "has 9 words; expected a phrase of 8 at most"),
        ('a,"b\n', "terms.csv:1: the quote that opens here is never closed"),
        ("", "terms.csv: no terms; expected a group of equivalents a row, such as: log in,sign in"),
        ("term,equivalent\n", "terms.csv: no terms"),
        ("caf\xe9,bar\n".encode("latin-1"), "terms.csv:1: byte 0xE9 at byte offset 3; expected UTF-8 text"),
    ],
)
def test_what_is_wrong_is_one_line_with_row_and_column(content: str | bytes, words: str, tmp_path: Path) -> None:
    """File, physical line and column, what was found and what was expected."""
    with pytest.raises(SlmaugError) as caught:
        read_glossary(file(tmp_path, content))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_glossary(tmp_path: Path) -> None:
    """A missing file, a folder, another kind of file, and the seeds in its place."""
    file(tmp_path, "a,b\n")
    seeds = file(tmp_path, "Question,Answer\nHow do I get the rows as a pandas frame today?,So.\n", "seeds.csv")
    for path, words in (
        (tmp_path / "term.csv", "no such file; did you mean"),
        (tmp_path / "terms.xlsx", "suffix '.xlsx'; expected a glossary in .csv or .tsv"),
        (tmp_path, "a folder"),
        (seeds, "has 11 words"),
    ):
        with pytest.raises(SlmaugError, match=words):
            read_glossary(path)


def test_groups_in_memory_are_checked_alike() -> None:
    """Lists and tuples do; the place is the group's number."""
    assert as_glossary([["bill", "invoice"]]) == (("bill", "invoice"),)
    with pytest.raises(SlmaugError, match=r"glossary\[1\]: column 2: 'bill' stands at glossary\[0\]: column 1"):
        as_glossary([["bill", "invoice"], ["fee", "bill"]])
    for wrong in (["log in", "sign in"], [("a", 1)]):
        with pytest.raises(SlmaugError, match="expected phrases, such as"):
            as_glossary(wrong)  # type: ignore[arg-type]


def test_it_goes_to_every_rewording() -> None:
    """Inside Chain, OneOf and Maybe, too; what does not reword stays the very same."""
    glossary = as_glossary(GROUPS)
    inner = OneOf((Maybe(Rewording(0.5), 0.3), Chain((Swap(), Rewording(0.2)))), (1, 2))
    recipe = Recipe((Form("a", 1, inner), Form("b", 2, Rewording(glossary=(("fee", "charge"),))), Form("c", 1, Swap())))
    found = with_glossary(recipe, glossary)
    assert [(form.name, form.weight) for form in found.forms] == [("a", 1), ("b", 2), ("c", 1)]
    assert found.forms[0].augmenter == OneOf(
        (Maybe(Rewording(0.5, glossary), 0.3), Chain((Swap(), Rewording(0.2, glossary)))), (1, 2)
    )
    assert found.forms[1].augmenter == Rewording(glossary=(("fee", "charge"), *GROUPS))
    assert found.forms[2].augmenter is recipe.forms[2].augmenter


def test_a_recipe_that_cannot_use_it_is_an_error() -> None:
    """It would be left unread without a word."""
    glossary = as_glossary(GROUPS)
    with pytest.raises(SlmaugError, match="no form of the recipe rewords questions, so nothing takes its terms"):
        with_glossary(Recipe((Form("a", 1, Chain((Typos(), Deletion()))),)), glossary)
    with pytest.raises(SlmaugError, match="b would, with a weight of 0, so nothing"):
        with_glossary(Recipe((Form("a", 1, Swap()), Form("b", 0, Rewording()))), glossary)


def test_rows_are_asked_in_its_words_and_locked_names_stay() -> None:
    """Each phrase may stand for the others of its group; a product's name is locked, and no row loses it."""
    rows = expand(SEEDS, n=60, recipe=REWORDED, glossary=GROUPS, cot="none")
    asked = [row.question for row in rows]
    for word in ("sprocket", "gizmo", "moon pit"):
        assert any(word in question for question in asked), word
    assert all("NEBULA SDK" in row.question for row in rows if row.seed_id == 1)
    assert rows.report.notes["glossary"] == {"source": "groups", "groups": 4, "in_questions": 2, "kept": ["NEBULA SDK"]}
    assert rows == expand(SEEDS, n=60, recipe=REWORDED, glossary=GROUPS, cot="none", workers=2, batch_size=3)


def test_a_row_names_the_file_and_the_manifest_has_all_of_it(tmp_path: Path) -> None:
    """A long glossary is not repeated in each row."""
    path = file(tmp_path, "".join(f"{','.join(group)}\n" for group in GROUPS))
    rows = expand(SEEDS, n=30, recipe=REWORDED, glossary=path, cot="none")
    steps = {step for row in rows for step in row.steps}
    assert steps == {"Rewording(strength=1.0, glossary=read_glossary('terms.csv'))"}
    rows.write(tmp_path / "out.jsonl")
    manifest = json.loads((tmp_path / "out.manifest.json").read_text(encoding="utf-8"))
    assert manifest["settings"]["glossary"] == [list(group) for group in GROUPS]
    assert manifest["notes"]["glossary"]["source"] == "terms.csv"


def test_a_glossary_shows_itself_shortly_and_survives_pickling() -> None:
    """Few groups in full, many by a fingerprint, a file by its name; workers get it whole."""
    few, many = Glossary(GROUPS[:1]), Glossary((f"word {i}", f"term {i}") for i in range(50))
    assert repr(few) == "(('blue widget', 'sprocket', 'gizmo'),)"
    assert repr(many).startswith("<glossary of 50 groups, sha256 ")
    again = pickle.loads(pickle.dumps(Glossary(GROUPS, "terms.csv")))
    assert (again, again.source) == (GROUPS, "terms.csv")


def test_what_no_question_has_is_counted() -> None:
    """Whole words count, in any case."""
    texts = [Text.parse(question) for question in ("Can I Rent a crater?", "Where are the ferryboats?")]
    assert used(as_glossary(GROUPS), texts)["in_questions"] == 1


def test_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """--glossary and the key glossary do the same; the summary says how much of it counts; faults come first."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(recipe, "DEFAULT", REWORDED)
    Path("seeds.jsonl").write_text("\n".join(map(json.dumps, SEEDS)), encoding="utf-8")
    file(tmp_path, "blue widget,sprocket\nferry,boat\n")
    build = ["seeds.jsonl", "out.jsonl", "--n", "20"]
    assert main([*build, "--glossary", "terms.csv"]) in (0, 3)
    assert "glossary  2 groups of terms.csv, 1 with a phrase that a question has" in capsys.readouterr().err
    first = Path("out.jsonl").read_bytes()
    assert b"sprocket" in first
    Path("build.yaml").write_text("glossary: terms.csv\n", encoding="utf-8")
    assert main([*build, "--config", "build.yaml"]) in (0, 3)
    assert Path("out.jsonl").read_bytes() == first
    file(tmp_path, "blue widget\n", "bad.csv")
    for dry in ([], ["--dry-run"]):
        assert main([*build, "--glossary", "bad.csv", *dry]) == 1
        assert "slmaug: error: bad.csv:1: a single phrase, 'blue widget'" in capsys.readouterr().err
    assert main(["seeds.jsonl", "terms.jsonl", "--n", "20", "--glossary", "terms.jsonl"]) == 1
    monkeypatch.setattr(recipe, "DEFAULT", Recipe((Form("swap", 1, Swap()),)))
    assert main([*build, "--glossary", "terms.csv"]) == 1
    assert "no form of the recipe rewords" in capsys.readouterr().err


def test_the_example_suits_its_seeds() -> None:
    """Every group of examples/glossary.csv has a phrase that a question of examples/seeds.csv has."""
    examples = Path(__file__).parents[1] / "examples"
    rows = expand(examples / "seeds.csv", n=60, recipe=REWORDED, glossary=examples / "glossary.csv", cot="none")
    note = rows.report.notes["glossary"]
    assert 6 <= note["groups"] == note["in_questions"]
