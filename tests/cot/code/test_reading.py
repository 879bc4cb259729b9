"""What is read from the code of each language."""

from __future__ import annotations

import pytest

from slmaug.cot.code.facts import Body, Clause, Function, Import, Program, Source, Step, Type, quotable
from slmaug.cot.code.reading import read_program
from slmaug.cot.grammars import GRAMMARS


def steps(code: str, language: str) -> tuple[Step, ...]:
    """What the one body of some code does."""
    [body] = read_program(code, language).bodies
    return body.steps


def test_quotable() -> None:
    """What fits between backticks on a line, whole or not at all."""
    assert quotable(" a.b ") == "a.b"
    assert [quotable(text) for text in ("a\nb", "a`b", "x" * 61, "", "\x00")] == [""] * 5
    assert Source(b"abc").between(1, 3) == "bc"


@pytest.mark.parametrize(
    ("code", "language", "imports"),
    [
        ("import a.b as c, d\nfrom e import f as g, h\nfrom . import i", "python", "a.b d e:f,h .:i"),
        ("using A.B;\nusing static C;\nusing D = E.F;", "csharp", "A.B C E.F"),
        ("import a, { b as c } from 'd';\nimport * as e from \"f\";\nimport 'g';", "javascript", "d:a,b f:e g"),
        ("import a.b.C;\nimport static d.E.f;", "java", "a.b.C d.E.f"),
        ('package a\nimport (\n\t"b/c"\n\td "e"\n)\nimport "f"', "go", "b/c e f"),
    ],
)
def test_imports(code: str, language: str, imports: str) -> None:
    """Modules and the names taken from them, in order."""
    wanted = [each.partition(":") for each in imports.split()]
    expected = tuple(Import(module, tuple(names.split(",")) if names else ()) for module, _, names in wanted)
    assert read_program(code, language).imports == expected


def test_types() -> None:
    """Attributes, bases and members."""
    code = '[Route("a"), Authorize]\npublic class A<T> : B, IC { private int _d, e; public string F { get; set; } }'
    assert read_program(code, "csharp").types == (
        Type("class", "A", ('Route("a")', "Authorize"), ("B", "IC"), ("_d", "e", "F")),
    )
    assert read_program("@d(x=1)\nclass A(B, metaclass=C):\n    e: int = 1\n", "python").types == (
        Type("class", "A", ("@d(x=1)",), ("B",), ("e",)),
    )
    assert read_program("@Component({})\nexport class A extends B implements C { d = 1; }", "typescript").types == (
        Type("class", "A", ("@Component({})",), ("B", "C"), ("d",)),
    )
    assert read_program("@E public record A(int b) implements C {}", "java").types == (
        Type("record", "A", ("@E",), ("C",), ("b",)),
    )
    assert read_program("package p\ntype A struct {\n\tb, C int\n}", "go").types == (
        Type("struct", "A", (), (), ("b", "C")),
    )
    assert read_program("enum A { B, C }", "typescript").types == (Type("enum", "A", (), (), ("B", "C")),)


@pytest.mark.parametrize(
    ("code", "language", "function"),
    [
        ("@e\nasync def a(b, *c, d: int = 1, **f): pass", "python", Function("a", ("b", "c", "d", "f"), ("@e",), True)),
        ('async Task A(int b, string c = "") { }', "csharp", Function("A", ("b", "c"), (), True)),
        ("const a = async ({ b }, ...c) => {};", "javascript", Function("a", ("{ b }", "c"), (), True)),
        ("function a(b?: number, c = 1) {}", "typescript", Function("a", ("b", "c"))),
        ("package p\nfunc (s *S) a(b, c int) error { return nil }", "go", Function("a", ("b", "c"))),
        ("a() { b; }", "bash", Function("a")),
    ],
)
def test_functions(code: str, language: str, function: Function) -> None:
    """Name, parameters, attributes, async."""
    assert read_program(code, language).functions == (function,)


def test_methods_know_their_type() -> None:
    """``self`` and ``cls`` are no parameters of theirs."""
    code = "class A:\n    @classmethod\n    def b(cls, c): pass\n    def d(self): pass\n"
    assert read_program(code, "python").functions == (
        Function("b", ("c",), ("@classmethod",), False, "A"),
        Function("d", (), (), False, "A"),
    )


@pytest.mark.parametrize(
    ("code", "language", "expected"),
    [
        ("a(b)", "python", [Step("call", ("a(b)",))]),
        ("x = await a.b(c)", "python", [Step("set_await", ("x", "a.b(c)"))]),
        ("x: int = 1\nx += 2", "python", [Step("set", ("x", "1")), Step("update", ("x",))]),
        (
            "with open(a) as f:\n    f.read()",
            "python",
            [Step("hold_call", ("f", "open(a)")), Step("call", ("f.read()",))],
        ),
        ("raise A('b') from c", "python", [Step("raise", ("A('b')",))]),
        ("assert a > b", "python", [Step("assert", ("a > b",))]),
        ("using var a = new B(1);", "csharp", [Step("hold_new", ("a", "B(1)"))]),
        ("throw new A(\"b\");", "csharp", [Step("throw_new", ('A("b")',))]),
        ("var a = new B { C = 1, D = e };", "csharp", [Step("set_new", ("a", "B { C = 1, D = e }"))]),
        ("a\n .B(c => c.D)\n .E();", "csharp", [Step("call", ("a\n .B(c => c.D)\n .E()",))]),
        ("for (const a of b) { c(); }", "javascript", [Step("for", ("a", "b"), (Step("call", ("c()",)),))]),
        ("while (a < 1) { break; }", "javascript", [Step("while", ("a < 1",), (Step("break"),))]),
        (
            "if (a) b(); else c();",
            "javascript",
            [Step("if", ("a",), (Step("call", ("b()",)),)), Step("else", (), (Step("call", ("c()",)),))],
        ),
        ("package p\nfunc init() { defer a.B() }", "go", [Step("defer", ("a.B()",))]),
        ("a -b c", "bash", [Step("run", ("a -b c",))]),
        (
            "find . -type f -print -exec rm -f {} \\;",
            "bash",
            [Step("run", ("find . -type f -print -exec rm -f {} \\;",))],
        ),
        ("a | b > c", "bash", [Step("run", ("a",)), Step("pipe", ("b",)), Step("write", ("c",))]),
        ("git push origin", "bash", [Step("run", ("git push origin",))]),
        ("a || b", "bash", [Step("run", ("a",)), Step("or_else", (), (Step("run", ("b",)),))]),
        ("A=1", "bash", [Step("set", ("A", "1"))]),
    ],
)  # fmt: skip
def test_steps(code: str, language: str, expected: list[Step]) -> None:
    """What the code does, in order."""
    if "\n ." in code:  # a chain over several lines is told link by link
        expected = [Step("chain", ("a", "B(c => c.D)", "E()"))]
    assert list(steps(code, language)) == expected


def test_order_of_evaluation() -> None:
    """Arguments run before the call that they are given to."""
    long = ", ".join(f"'text {number}'" for number in range(9))
    code = f"outer_function_with_a_long_name([{long}], first(1), second(third(2)))"
    assert [step.names[0] for step in steps(code, "python")] == [
        "first(1)",
        "second(third(2))",
        "outer_function_with_a_long_name",
    ]


def test_a_chain_of_calls() -> None:
    """The links with their short arguments, what the first is called on, and what becomes of the result."""
    code = "var a = await _db.Products\n  .Where(p => p.Id == id)\n  .Select(p => { return p; })\n  .ToListAsync();"
    chain = Step(
        "chain_awaited", ("_db.Products", "Where(p => p.Id == id)", "Select(p => { return p; })", "ToListAsync()")
    )
    assert steps(code, "csharp") == (Step("of_set", ("a",), (chain,)),)
    code = "fetch(`/a/${b}`)\n  .then((c) => {\n    d(c);\n  })\n  .catch(e);"
    assert steps(code, "javascript") == (
        Step("chain_bare", ("fetch", "then", "catch(e)")),
        Step("lambda", ("then",), (Step("call", ("d(c)",)),)),
    )


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("switch (a) { case 1: case 2: b(); break; default: c(); }", "csharp"),
        ("switch (a) { case 1: case 2: b(); break; default: c(); }", "javascript"),
        ("switch (a) { case 1, 2 -> b(); default -> c(); }", "java"),
        ("package p\nfunc init() {\nswitch a {\ncase 1, 2:\nb()\ndefault:\nc()\n}\n}", "go"),
        ("match a:\n    case 1 | 2:\n        b()\n    case _:\n        c()\n", "python"),
        ("case a in 1|2) b ;; *) c ;; esac", "bash"),
    ],
)
def test_cases(code: str, language: str) -> None:
    """Each case is a block of its own: none reads as if it were run after the one before."""
    [switch] = steps(code, language)
    assert switch.kind == "switch"
    assert [each.kind for each in switch.inner] == ["case", "default"]
    assert [len(each.inner) for each in switch.inner] == [1, 1]


def test_guards_of_cases() -> None:
    """A case with a guard is quoted with it."""
    code = "var a = b switch { C c when c.D > 1 => 2, _ => throw new E() };"
    assert steps(code, "csharp")[0].names[0] == "a"
    code = "match a:\n    case [b] if b > 1:\n        c()\n"
    assert steps(code, "python")[0].inner[0].names == ("[b] if b > 1",)


@pytest.mark.parametrize(
    ("code", "language", "kinds"),
    [
        ("do { a(); } while (b);", "javascript", ["do_while"]),
        ("for (int i = 0; i < 3; i++) { a(); }", "java", ["for_clause"]),
        ("package p\nfunc init() { a <- b }", "go", ["send"]),
        ("package p\nfunc init() { go func() { a() }() }", "go", ["go_function"]),
        ("class A { int B => c(); }", "csharp", ["return_call"]),
        ("package p\nfunc init() { select { case a := <-b: c(a) } }", "go", ["select", "case"]),
        ("lock (a) { b(); }", "csharp", ["lock"]),
        ("a.B += (s, e) => c();", "csharp", ["subscribe", "lambda"]),
        ("let a: string | undefined;\nb();", "typescript", ["call"]),
        ("with a(b):\n    c()\n", "python", ["with"]),
        ("yield from a", "python", ["yield_all"]),
        ("while read -r a; do b; done < c", "bash", ["input", "command_while"]),
        ("if ! a; then b; fi", "bash", ["command_unless"]),
        ("[[ $# -eq 1 ]] || a", "bash", ["command_unless"]),
        ("cat <<END > a\nb\nEND", "bash", ["run", "heredoc", "write"]),
    ],
)
def test_kinds_of_steps(code: str, language: str, kinds: list[str]) -> None:
    """What is done is told as what it is."""
    assert [step.kind for step in steps(code, language)] == kinds


def test_a_function_that_is_assigned_has_a_name() -> None:
    """And what is required is an import."""
    program = read_program("const { a } = require('b');\nmodule.exports = function c(d) { return d; };", "javascript")
    assert program.imports == (Import("b", ("a",)),)
    assert program.functions == (Function("c", ("d",)),)


def test_a_block_that_is_not_understood_is_not_called_empty() -> None:
    """Only what is empty does nothing."""
    assert steps("for a in b:\n    pass\n", "python")[0].inner == (Step("empty"),)
    assert steps("for a in b:\n    global a\n", "python")[0].inner == (Step("other"),)


def test_try_catch_finally() -> None:
    """Blocks in order, with the types that are caught."""
    code = "try:\n    a()\nexcept (B, C) as d:\n    raise\nelse:\n    e()\nfinally:\n    f()\n"
    assert steps(code, "python") == (
        Step("try", (), (Step("call", ("a()",)),)),
        Step("catch", ("B", "C"), (Step("rethrow"),)),
        Step("try_else", (), (Step("call", ("e()",)),)),
        Step("finally", (), (Step("call", ("f()",)),)),
    )


def test_sql() -> None:
    """Columns, tables, joins, conditions, groups and order."""
    code = "SELECT a, COUNT(*) AS n FROM t LEFT JOIN u ON u.id = t.id WHERE b > 1 GROUP BY a ORDER BY n DESC LIMIT 3"
    program = read_program(code, "sql")
    assert program.structure == (
        Clause("sql_select_from", ("t", "a", "COUNT(*) AS n")),
        Clause("sql_join", ("LEFT JOIN", "u", "u.id = t.id")),
    )
    assert program.handling == (
        Clause("sql_where", ("b > 1",)),
        Clause("sql_group", ("a",)),
        Clause("sql_order", ("n DESC",)),
        Clause("sql_limit", ("3",)),
    )


def test_other_dialects_of_sql() -> None:
    """What Transact-SQL adds is read past; code that makes no sense gives its words and no wrong columns."""
    program = read_program("SELECT TOP 5 * FROM [dbo].[Users] WHERE Name LIKE N'%a%' AND Id = @id ORDER BY Id", "sql")
    assert program.structure == (Clause("sql_select_from", ("[dbo].[Users]", "*")),)
    assert program.handling == (
        Clause("sql_where", ("Name LIKE N'%a%' AND Id = @id",)),
        Clause("sql_order", ("Id",)),
        Clause("sql_limit", ("5",)),
    )
    broken = read_program("SELECT FROM WHERE ((( x ORDER BY Id DESC", "sql")
    assert {clause.kind for clause in broken.structure} <= {"token_keywords", "token_defined", "sql_start"}


def test_statements_of_sql() -> None:
    """Each change with its own condition; subqueries and windows by their parts."""
    program = read_program("BEGIN; UPDATE a SET b = 1 WHERE c = 2; DELETE FROM d WHERE e = 3; COMMIT;", "sql")
    assert program.structure == (Clause("sql_statements", ("BEGIN", "UPDATE", "DELETE", "COMMIT")),)
    assert program.handling == (
        Clause("sql_change_where", ("a", "c = 2", "b = 1"), 2),
        Clause("sql_remove_where", ("d", "e = 3"), 3),
    )
    window = "PARTITION BY a_long_name_of_a_column ORDER BY another_long_name DESC"
    program = read_program(f"WITH r AS (SELECT ROW_NUMBER() OVER ({window}) AS n FROM t) SELECT * FROM r", "sql")
    assert program.structure == (Clause("sql_cte", ("r", "t", "n")), Clause("sql_select_from", ("r", "*")))
    assert program.handling == (Clause("sql_window", ("n", "ROW_NUMBER()", window)),)


def test_sql_without_a_grammar() -> None:
    """MERGE, upserts and Transact-SQL are told clause by clause."""
    merge = (
        "MERGE a AS t\nUSING b AS s ON t.Id = s.Id\nWHEN MATCHED THEN UPDATE SET t.N = 1\nWHEN NOT MATCHED THEN DELETE;"
    )
    program = read_program(merge, "sql")
    assert program.structure == (Clause("sql_merge", ("a", "b")),)
    assert [clause.kind for clause in program.handling] == ["sql_matched", "sql_when", "sql_when"]
    upsert = "INSERT INTO a (b, c)\nVALUES (1, f(2))\nON CONFLICT (b)\nDO UPDATE SET c = 2\nRETURNING c;"
    program = read_program(upsert, "sql")
    assert program.structure == (Clause("sql_insert", ("a", "b", "c")),)
    assert [clause.names[0] for clause in program.handling] == ["(1, f(2))", "ON CONFLICT (b)", "c"]
    batch = (
        "DECLARE @n int = 1;\nWHILE @n > 0\nBEGIN\n  DELETE TOP (5) FROM a WHERE b < 2;\n  SET @n = @@ROWCOUNT;\nEND"
    )
    program = read_program(batch, "sql")
    assert [clause.kind for clause in program.handling] == ["sql_while", "sql_remove_where", "sql_assign"]


def test_documents() -> None:
    """Dockerfiles, YAML, XML and style sheets: what contains what."""
    docker = read_program('FROM a:1 AS b\nWORKDIR /c\nRUN d \\\n  e\nFROM f\nCMD ["g"]\n', "docker")
    assert docker.structure == (Clause("docker_from", ("a:1 AS b", "f")),)
    assert docker.handling == (Clause("docker_stage", ("a:1 AS b", "WORKDIR /c")), Clause("docker_start", ('["g"]',)))
    yaml = read_program("a: 1\nb:\n  - c: 2\n    d: 3\n  - e\n# f\n", "yaml")
    assert yaml.structure == (Clause("json_keys", ("a", "b")),)
    assert yaml.handling == (Clause("json_value", ("a", "1")), Clause("json_inside", ("b", "c: 2", "d: 3", "e")))
    xml = read_program('<?xml version="1.0"?><a b="c"><d>1</d><e f="2" /></a>', "xml")
    assert xml.structure == (Clause("xml_root", ('<a b="c">',)),)
    assert xml.handling == (Clause("json_inside", ("a", "<d>1</d>", '<e f="2" />')),)
    css = read_program(".a { b: c; d: e; }", "css")
    assert css.handling == (Clause("css_rule", (".a", "b: c", "d: e")),)


def test_powershell() -> None:
    """Commands, pipelines, variables and blocks."""
    program = read_program("$a = Get-Item x\nif ($a) {\n  Stop-Job $a\n} else {\n  $a | Out-Null\n}\n", "powershell")
    assert program.bodies[0].steps == (
        Step("set", ("$a", "Get-Item x")),
        Step("if", ("$a",), (Step("run", ("Stop-Job $a",)),)),
        Step("else", (), (Step("pipe_value", ("$a", "Out-Null")),)),
    )


def test_json() -> None:
    """Keys at the top, what they hold, and short values."""
    program = read_program('{"a": {"b": 1, "c": 2}, "d": [1], "e": true}', "json")
    assert program.structure == (Clause("json_keys", ("a", "d", "e")),)
    assert program.handling == (
        Clause("json_inside", ("a", "b", "c")),
        Clause("json_value", ("d", "[1]")),
        Clause("json_value", ("e", "true")),
    )


def test_without_a_grammar() -> None:
    """Pygments sorts the words of a language that it knows; of any other text the lines are told."""
    assert Clause("token_keywords", ("fn", "let")) in read_program("fn main() { let a = 1; }\n", "rust").structure
    assert read_program("one\ntwo\n", None) == Program(
        structure=(Clause("lines", ("2", "one")),), handling=(Clause("last_line", ("two",)),)
    )
    assert read_program("one", "nosuchlang").structure == (Clause("one_line", ("one",)),)


@pytest.mark.parametrize("language", GRAMMARS)
def test_code_that_makes_no_sense(language: str) -> None:
    """Something is said of it all the same."""
    assert read_program(")]} <<<", language) != Program()


def test_bodies_come_with_functions_first() -> None:
    """What stands outside of functions, and runs them, is told behind them."""
    program = read_program("a()\ndef b():\n    c()\n", "python")
    assert program.bodies == (Body("b", (Step("call", ("c()",)),)), Body("", (Step("call", ("a()",)),)))


def test_what_runs_only_under_a_condition() -> None:
    """A choice between two and the right side of a shortcut are told under their condition."""
    call = (Step("call", ("b()",)),)
    assert steps("a() && b();", "javascript") == (Step("if", ("a()",), call),)
    assert steps("a() or b()", "python") == (Step("unless", ("a()",), call),)
    assert steps("a ?? b();", "javascript") == (Step("if_null", ("a",), call),)
    assert steps("a ? 1 : b();", "javascript") == (Step("unless", ("a",), call),)
    code = f"x = {'c' * 40}(1) if a else {'d' * 40}(2)"
    assert steps(code, "python") == (
        Step("if", ("a",), (Step("set_call", ("x", "c" * 40 + "(1)")),)),
        Step("else", (), (Step("set_call", ("x", "d" * 40 + "(2)")),)),
    )
    mapped = steps('app.MapGet("/a", [A] async () => await F() is { } x ? Ok(x) : No(2222222222222222));', "csharp")
    assert mapped[1] == Step(
        "lambda_marked",
        ("app.MapGet", "[A]"),
        (
            Step("if", ("await F() is { } x",), (Step("call", ("Ok(x)",)),)),
            Step("else", (), (Step("call", ("No(2222222222222222)",)),)),
        ),
    )


def test_the_else_of_a_loop_and_del() -> None:
    """What only Python has."""
    code = "for a in b:\n    c()\nelse:\n    d()\ndel e['f'], g\nwhile True:\n    h()\n"
    assert steps(code, "python") == (
        Step("for", ("a", "b"), (Step("call", ("c()",)),)),
        Step("loop_else", (), (Step("call", ("d()",)),)),
        Step("delete", ("e['f']", "g")),
        Step("loop", (), (Step("call", ("h()",)),)),
    )


def test_a_type_argument_hides_no_await() -> None:
    """The grammar takes ``await f`` for what is called."""
    assert steps('const r = await api.get<User[]>("/u");', "typescript") == (
        Step("set_await", ("r", 'api.get<User[]>("/u")')),
    )


def test_shortcuts_of_the_shell() -> None:
    """The last of a mixed list runs where any of the others fails; a test is told; jumps are no commands."""
    assert steps("[ -f a ] && rm a || touch a", "bash") == (
        Step("if", ("[ -f a ]",), (Step("run", ("rm a",)),)),
        Step("or_else_any", (), (Step("run", ("touch a",)),)),
    )
    assert [step.kind for step in steps("a && b || c && d", "bash")] == [
        "run",
        "and_then",
        "or_else_any",
        "and_then_whole",
    ]
    program = read_program('while true; do [ -s "$f" ] || continue; done; ls | xargs a | xargs b', "bash")
    assert program.structure == (Clause("pipeline", ("ls", "xargs")), Clause("commands", ("true", "a", "b")))
    assert program.bodies[0].steps[0].kind == "loop"


def test_queries_of_one_text_are_kept_apart() -> None:
    """Each condition by the number of its statement; columns that both tables share; no condition at all."""
    program = read_program("DELETE FROM a WHERE b = 1; SELECT c FROM d WHERE e > 2;", "sql")
    assert [(clause.kind, clause.of) for clause in program.handling] == [("sql_remove_where", 1), ("sql_where", 2)]
    program = read_program("SELECT a FROM t JOIN u USING (id, no)", "sql")
    assert program.structure[1] == Clause("sql_join_using", ("JOIN", "u", "id", "no"))
    assert program.handling == (Clause("sql_plain"),)


def test_nothing_from_inside_of_an_error() -> None:
    """Neither the function that it stands in nor the lines."""
    assert read_program("def f(:\n  return ][\nprint('ok')", "python") == Program(
        structure=(Clause("lines", ("3",)),), handling=(Clause("characters", ("31",)),)
    )
