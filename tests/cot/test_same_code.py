"""Same code: comments and layout may differ, and nothing else, in languages with a grammar and without."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.cot.grammars import parsed
from slmaug.cot.same_code import same_code

# § may become spaces or a block comment, ¶ a comment to the end of the line and empty lines.
CODE = {
    "python": (
        "import os,§sys¶\n@wraps(f)¶\nclass A(B):¶\n    '''Doc  string.'''¶\n    def f(self,§x:§int§=§3)§->§str:¶\n"
        '        """Say # no comment."""¶\n        if x§>=§10§and not self.y[§0§]:¶\n'
        "            return f'{x}  §a'¶\n        for k in range(§x§):¶\n            yield k¶\n"
        "        return x§+§1.5¶\n".replace("  §a", "  a")
    ),
    "csharp": (
        "using System;¶\npublic class A§:§B¶\n{¶\n    [Authorize]¶\n    private int count§=§0x1F;¶\n"
        '    public async Task<string> GetAsync(§string url,§int n§=§3§)¶\n    {¶\n        var s§=§$"a {url}  b";¶\n'
        "        if§(n§>=§10§&&§!done)¶\n        {¶\n            await Client.GetAsync(§url§);¶\n        }¶\n"
        "        char c§=§' ';¶\n        return s§+§@\"x // y\";¶\n    }¶\n}¶\n"
    ),
    "javascript": (
        "import {§a§} from 'x  y'¶\nconst f§=§async (§b,§c§=§2§)§=>§{¶\n  const s§=§`p ${b}  q // r`¶\n"
        "  if§(b§===§c§||§!s) return a¶\n  return /x  y/g.test(§s§)¶\n}¶\nfor§(let i§=§0;§i§<§10;§i++)§{ f(i) }¶\n"
    ),
    "typescript": "interface A§{¶\n  b:§string;¶\n}¶\n"
    "function f<T>(§x:§T[],§n§=§1§):§number§{¶\n  return x.length§*§n;¶\n}¶\n",
    "java": (
        "import java.util.List;¶\npublic class A§{¶\n    int count§=§10;¶\n    String f(§List<String> xs§)§{¶\n"
        '        return xs.get(§0§)§+§"a  // b";¶\n    }¶\n}¶\n'
    ),
    "go": (
        'package main¶\n\nimport "fmt"¶\n\nfunc f(§a int,§s string§)§(int,§error)§{¶\n\tx :=§a§+§1¶\n'
        '\tif x§>§10§{¶\n\t\treturn x,§nil¶\n\t}¶\n\tfmt.Println("a  b",§`raw  // s`)¶\n'
        "\tc := ' '¶\n\treturn int(§c§),§nil¶\n}¶\n"
    ),
    "sql": "SELECT a,§b.c AS d¶\nFROM t¶\nJOIN u ON t.id§=§u.id¶\nWHERE a§>=§10 AND b§=§'x  -- y'¶\nORDER BY a;¶\n",
    "bash": (
        'for f in  *.txt;  do¶\n  if  [ -f "$f" ];  then¶\n    echo  "a  $f # b"  -n |  wc  -l¶\n  fi¶\ndone¶\n'
        "x=1¶\nfind  .  -name  '*.a b'  -size  +10M¶\ncat  <<EOF¶\n text  here\nEOF\nls  ${a:- b}  >  out¶\n".replace(
            "<<EOF¶", "<<EOF"
        )
    ),
    "rust": 'fn f(x: i32) -> i32 {¶\n    let s = "a  // b";¶\n    x + 1¶\n}¶\n',
    "ruby": "def f(x)¶\n  puts 'a  # b'¶\n  x + 1¶\nend¶\n",
}
LINE_COMMENT = {"python": "#", "bash": "#", "ruby": "#", "sql": "--"}
BLOCK_COMMENTS = {"csharp", "javascript", "typescript", "java", "go", "sql"}
GRAMMARS = [language for language in CODE if parsed("", language) is not None]


def bare(language: str) -> str:
    return CODE[language].replace("§", "").replace("¶", "")


@pytest.mark.parametrize("language", CODE)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_comments_and_layout_do_not_matter(language: str, data: st.DataObject) -> None:
    """Whatever comments, spaces and empty lines are put in, the code is the same, both ways round."""
    spaces = ["", "", " ", "   ", *(['/* it\'s "one" */', " /**/ "] if language in BLOCK_COMMENTS else [])]
    mark = LINE_COMMENT.get(language, "//")
    ends = ["", "", "  ", f"  {mark} don't \"mind", f" {mark}", "\n", "\n\n" + ("\t " if language != "rust" else "")]
    pieces = []
    for char in CODE[language]:
        drawn = {"§": spaces, "¶": ends}.get(char)
        pieces.append(char if drawn is None else data.draw(st.sampled_from(drawn)))
    other = "".join(pieces)
    assert same_code(bare(language), other, language)
    assert same_code(other, bare(language), language)


def tokens(language: str) -> list[tuple[int, int, str]]:
    """Where each token of the bare code stands, and of what kind it is."""
    tree = parsed(bare(language), language)
    assert tree is not None
    assert not tree.root_node.has_error
    pending, found = [tree.root_node], []
    while pending:
        node = pending.pop()
        pending += node.children
        if not node.children and node.end_byte > node.start_byte and "comment" not in node.type:
            found.append((node.start_byte, node.end_byte, node.type))
    return sorted(found)


@pytest.mark.parametrize("language", GRAMMARS)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_any_other_token_is_other_code(language: str, data: st.DataObject) -> None:
    """Another name, number, string or operator, or one token fewer, is never the same code."""
    code = bare(language)
    start, end, _ = data.draw(st.sampled_from(tokens(language)))
    token = code[start:end]
    if not token.strip():
        return
    changes = ["", token + token, "zz"]
    if token[0].isalpha():
        changes += [token + "x", token[:-1] + "q" if token[-1] != "q" else token + "q", token.swapcase()]
    elif token.isdecimal():
        changes += [token + "1", token + ".5"]
    else:
        changes += [other for other in ("+", "-", "<", ">=", "==", "!", ",", ";") if other != token]
    new = data.draw(st.sampled_from(changes))
    assert new != token
    other = code[:start] + new + code[end:]
    assert not same_code(code, other, language)
    assert not same_code(other, code, language)


SAME = [
    ("python", "if a:\n  b\n  c", "if a:\n\tb\n\n\tc  # d", True),
    ("python", "if a:\n  b\n  c", "if a:\n  b\nc", False),
    ("python", "x = 1 + \\\n 2", "x = 1 + 2", True),
    ("python", "f(a,\n  b)", "f(a, b)", True),
    ("python", 'def f():\n  """Doc."""\n  return 1', 'def f():\n  """Other."""\n  return 1', False),
    ("python", 'def f():\n  """Doc."""\n  return 1', "def f():\n  return 1", False),
    ("python", "a; b", "a\nb", False),
    ("python", "# type: ignore\nx", "x", False),
    ("python", "#!/usr/bin/env python\nx", "x", False),
    ("python", "f'{a} b'", "f'{a}  b'", False),
    ("python", "'a' 'b'", "'a'  'b'", True),
    ("python", "x = 'a\\nb'", "x = 'a\\n b'", False),
    ("python", "x = 'a'", 'x = "a"', False),
    ("javascript", "return x", "return\nx", False),
    ("javascript", "return +x", "return\n+x", False),
    ("javascript", "return /* a\n */ x", "return x", False),
    ("javascript", "throw new E()", "throw  new E() // c", True),
    ("javascript", "a\nb()", "a b()", False),
    ("javascript", "a; b", "a\nb", False),
    ("javascript", "a\n++b", "a++\nb", False),
    ("javascript", "f(a,b)", "f(a, // c\n  b)", True),
    ("javascript", "// @ts-check\na", "a", False),
    ("tsx", "const a = <p>x  y</p>", "const a = <p>x y</p>", False),
    ("bash", "a=b", "a = b", False),
    ("bash", "x=1 y", "x=1\ny", False),
    ("bash", "echo a b", "echo ab", False),
    ("bash", "echo a b", "echo a\nb", False),
    ("bash", "echo {a,b}", "echo {a, b}", False),
    ("bash", "ls \\\n  -l", "ls -l", True),
    ("bash", "ls |\n  wc", "ls | wc", True),
    ("bash", "echo 'a  b'", "echo 'a b'", False),
    ("bash", "echo a\\ b", "echo a b", False),
    ("bash", "cat <<E\na\nE", "cat <<E\n a\nE", False),
    ("bash", "#!/bin/bash\nls", "ls", False),
    ("bash", "ls # all", "ls", True),
    ("bash", "ls #all", "ls\\#all", False),
    ("bash", "echo ${a:-b}", "echo ${a:- b}", False),
    ("bash", "a 2>f", "a 2 >f", False),
    ("go", "package m\nfunc f() int {\n return\n}", "package m\nfunc f() int {\n return // c\n}", True),
    ("go", "package m\nfunc f() int {\n x := a\n +b\n}", "package m\nfunc f() int {\n x := a +\n b\n}", False),
    ("go", "//go:build linux\npackage m", "package m", False),
    ("sql", "SELECT a /* x */ FROM t", "SELECT a\nFROM t -- y", True),
    ("sql", "SELECT /*+ HINT */ a FROM t", "SELECT a FROM t", False),
    ("sql", "SELECT 'a'", "SELECT 'A'", False),
    ("csharp", "#if DEBUG\nint a;\n#endif", "int a;", False),
    ("csharp", "/// <summary>x</summary>\nint a;", "int a;", True),
    ("json", '{"a": 1}', '{\n  "a": 1\n}', True),
    ("c", "#include <a.h>\nint x;", "int x;", False),
    ("c", "int x; /* a */\nint y;", "int x;\n\nint y; // b", True),
    ("toml", "a = 1 # b", "a = 1", True),
    ("yaml", "a: 1 # b", "a: 1", False),
    (None, "x", "x \n", True),
    (None, "x", "x # y", False),
]


@pytest.mark.parametrize(("language", "a", "b", "same"), SAME)
def test_where_white_space_means_something_it_counts(language: str | None, a: str, b: str, same: bool) -> None:
    """Indentation, line ends, strings and directives are code; what is not known must agree byte for byte."""
    assert same_code(a, b, language) is same
    assert same_code(b, a, language) is same


@pytest.mark.parametrize("language", ["python", "csharp", "bash", "javascript"])
def test_code_that_does_not_parse_must_agree_byte_for_byte(language: str) -> None:
    """A sketch with dots for what is left out is compared as text."""
    sketch = "if (x {\n ...\n"
    assert same_code(sketch, sketch + "\n", language)
    assert not same_code(sketch, sketch.replace("(x", "( x"), language)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.sampled_from([*CODE, "json", "tsx", "c", "yaml", "nosuch", None]))
def test_any_text_is_the_same_as_itself(text: str, language: str | None) -> None:
    """Whatever it is, and two texts are compared without an error."""
    assert same_code(text, text, language)
    same_code(text, text[::-1], language)
