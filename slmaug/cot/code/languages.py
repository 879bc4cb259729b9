"""Programming languages: their names, and which one a piece of code is written in when nothing names it."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from slmaug.cot.grammars import parsed

# Canonical name: how it is called in a sentence, and the other names that info strings use.
_NAMES: dict[str, tuple[str, str]] = {
    "python": ("Python", "py python3 py3 pycon ipython"),
    "csharp": ("C#", "cs c# csx dotnet"),
    "javascript": ("JavaScript", "js jsx node nodejs mjs cjs ecmascript"),
    "typescript": ("TypeScript", "ts mts cts"),
    "tsx": ("TSX", ""),
    "sql": ("SQL", "mysql postgresql postgres pgsql psql plsql plpgsql tsql t-sql mssql sqlite sqlite3 mariadb"),
    "java": ("Java", ""),
    "go": ("Go", "golang"),
    "bash": ("Bash", "sh shell zsh ksh dash shellscript shell-script"),
    "json": ("JSON", "jsonc json5 geojson"),
    "console": ("console", "shell-session shellsession bash-session terminal"),
    "powershell": ("PowerShell", "ps1 posh pwsh ps"),
    "batch": ("Batch", "bat cmd dosbatch winbatch"),
    "yaml": ("YAML", "yml"),
    "xml": ("XML", "csproj xaml svg nuspec"),
    "html": ("HTML", "htm xhtml"),
    "css": ("CSS", ""),
    "scss": ("SCSS", "sass"),
    "docker": ("Dockerfile syntax", "dockerfile"),
    "make": ("Makefile syntax", "makefile mk"),
    "rust": ("Rust", "rs"),
    "c": ("C", "h"),
    "cpp": ("C++", "c++ cc cxx hpp"),
    "objective-c": ("Objective-C", "objectivec objc"),
    "fsharp": ("F#", "fs f#"),
    "vb.net": ("Visual Basic", "vb vbnet visualbasic"),
    "php": ("PHP", ""),
    "ruby": ("Ruby", "rb"),
    "kotlin": ("Kotlin", "kt kts"),
    "swift": ("Swift", ""),
    "scala": ("Scala", ""),
    "perl": ("Perl", "pl"),
    "lua": ("Lua", ""),
    "r": ("R", "rlang"),
    "dart": ("Dart", ""),
    "ini": ("INI", "cfg conf dosini"),
    "toml": ("TOML", ""),
    "graphql": ("GraphQL", "gql"),
    "terraform": ("Terraform", "tf hcl"),
    "nginx": ("Nginx configuration", "nginxconf"),
    "diff": ("diff format", "patch udiff"),
    "markdown": ("Markdown", "md"),
    "text": ("plain text", "txt plain plaintext none output log"),
}
_CANONICAL = {other: name for name, (_, others) in _NAMES.items() for other in (name, *others.split())}

_NAME = re.compile(r"(?:lang(?:uage)?-)?([^\W_][\w+#.\-]*)", re.IGNORECASE)


def canonical(info: str) -> str | None:
    """The language that the info string of a fence names, or None where it names none.

    A name that is not known is passed on in small letters.

    >>> canonical("C#"), canonical("{.py .numberLines}"), canonical('js title="a.js"'), canonical("Zig"), canonical("")
    ('csharp', 'python', 'javascript', 'zig', None)
    """
    found = _NAME.match(info.strip().lstrip("{.= "))
    if found is None:
        return None
    name = found[1].lower().rstrip(".-")
    return _CANONICAL.get(name, name)


def spoken(language: str) -> str:
    """How a sentence calls the language with that canonical name: ``C#``; an unknown name as it is."""
    return _NAMES[language][0] if language in _NAMES else language


# What code in a language nearly always shows and a sentence does not.
_SIGNS: dict[str, re.Pattern[str]] = {
    "python": re.compile(
        r"^(?:\s*(?:from [\w.]+ import |import [\w.]+(?: as \w+)?\s*$|(?:async )?def \w+\(|class \w+(?:\(.*\))?:\s*$"
        r"|(?:for|while|if|with|try|elif|else|except)\b.*:\s*(?:#.*)?$|@\w[\w.]*(?:\(.*\))?\s*$|print\(|>>> )"
        r"|[a-z_]\w*(?:\.\w+|\[.+\])* [+*/-]?= (?!.*;\s*$))",
        re.MULTILINE,
    ),
    "csharp": re.compile(
        r"^\s*(?:using (?:static )?[\w.]+;|using (?:var |\()|namespace [\w.]+|\[\w+(?:\(.*\))?\]\s*$|Console\.\w+"
        r"|(?:public|private|protected|internal) "
        r"(?:(?:static|sealed|async|readonly|partial|override|abstract|virtual) )*"
        r"(?:class|record|interface|struct|enum|void|Task|string|int|bool|[A-Z]\w*(?:<.*?>)?\??) \w+|await [\w.]+\("
        r"|foreach \(|(?:var|string|int|bool|decimal|double) \w+ = .*;?\s*$|[A-Z]\w*(?:<.+?>)? \w+ = (?:new|await) )",
        re.MULTILINE,
    ),
    "javascript": re.compile(
        r"(?:^\s*(?:const|let|var) [\w{\[].*=|^\s*(?:export |async )*function\b.*\(|=> ?[{(\w]|\bconsole\.\w+\("
        r"|^\s*import .* from ['\"]|\brequire\(['\"]|\bdocument\.\w+|^\s*export (?:default|const) )",
        re.MULTILINE,
    ),
    "typescript": re.compile(
        r"(?:^\s*(?:export )?(?:interface|type|enum) \w+(?:<.*>)?\s*[={]|^\s*(?:const|let|var) \w+: [\w<]"
        r"|\(\w+\??: [\w<]|\): (?:Promise<|void|string|number|boolean))",
        re.MULTILINE,
    ),
    "sql": re.compile(
        r"^\s*(?:SELECT\s.+\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s+\S+(?:\s+WHERE\s|\s*;|\s*$)"
        r"|(?:CREATE|ALTER|DROP|TRUNCATE)\s+(?:OR\s+REPLACE\s+)?"
        r"(?:UNIQUE\s+|TEMP(?:ORARY)?\s+)?(?:TABLE|INDEX|VIEW|DATABASE|PROCEDURE|FUNCTION|TRIGGER)\s+\S|WITH\s+\w+\s+AS\s*\()",
        re.MULTILINE | re.DOTALL | re.IGNORECASE,
    ),
    "java": re.compile(
        r"(?:^\s*import (?:static )?java[\w.]*|^\s*import (?:static )?(?:org|com)\.[\w.*]+;"
        r"|^\s*package [\w.]+;|@Override|System\.out\.print"
        r"|public static void main\(String"
        r"|^\s*(?:public|private) (?:final |static )*(?:class|interface|enum|record) \w+"
        r"(?: extends \w+| implements [\w, ]+)*\s*\{|^\s*(?:public|private|protected) .*\) throws )",
        re.MULTILINE,
    ),
    "go": re.compile(
        r"(?:^package \w+\s*$|^func (?:\(\w+ \*?\w+\) )?\w*\(|^\s*\w+(?:, \w+)* := |\bfmt\.\w+\(|\bif err != nil)",
        re.MULTILINE,
    ),
}
_BASH = re.compile(
    r"^(?:#!.*sh\b|\$ \S|(?:sudo|git|docker|npm|npx|yarn|pip3?|python3|dotnet|kubectl|curl|wget|ls|cd|apt|apt-get|yum"
    r"|dnf|brew|ssh|scp|rsync|chmod|chown|mkdir|rmdir|grep|egrep|sed|awk|tar|xargs|systemctl|helm|terraform|az|aws"
    r"|export \w+=|for \w+ in .*; do)\b"
    r"|\w+=\S*\s*$)"
)
# Programs whose names are English words: more than the name must look like a command.
_BASH_WORD = re.compile(
    r"^(?:find|sort|cat|cut|head|tail|kill|make|touch|date|echo|read|set|test|time|who|join|split|wc|cp|mv|rm|ps|du|df"
    r"|ln|tee|tr|uniq|zip|unzip|less|more|man|screen|top|node|python|cargo|go|ping|history|alias|source|exec|watch|diff|cpio|printf|while|if)\b"
    r".*(?:\s-{1,2}\w|\||\$|[<>]|\s[~./]\S*/|\s'[^']*'|\s\"[^\"]*\"|/)"
)


def guessed(code: str) -> str | None:
    """The language of code that nothing names, or None.

    What shows the signs of several languages is the one whose grammar finds the least amiss; where grammars are equal,
    the one with more signs. An unknown language is better than a wrong one: what shows no sign is None.
    """
    text = code.strip()
    if not text:
        return None
    if text[0] in "{[" and _is_json(text):
        return "json"
    found = {name: len(sign.findall(text)) for name, sign in _SIGNS.items()}
    found["bash"] = sum(bool(_BASH.match(line) or _BASH_WORD.match(line)) for line in text.splitlines())
    if found["typescript"] and not found["javascript"]:
        found["javascript"] = found["typescript"]
    candidates = [name for name in found if found[name]]
    if not candidates:
        return "xml" if re.match(r"<[?!A-Za-z][^<>]*>", text) and text.endswith(">") else None
    scores = [(amiss(code, name), -found[name], place, name) for place, name in enumerate(candidates)]
    best = min(scores)
    return best[3] if best[0] <= 0.1 else None


def is_bare_code(answer: str) -> bool:
    """Whether an answer without a fence is code from its first line to its last."""
    if not answer.strip() or _reads_as_prose(answer):
        return False
    language = guessed(answer)
    return language is not None and (language in ("json", "xml") or amiss(answer, language) == 0)


_ENDS_AS_PROSE = re.compile(
    r"^[A-Z*#\-\d].* .*[a-z)`\"”][.?!:]$|[\u3002\uff01\uff1f\uff1b\uff1a\uff0c]$|[.!?] [A-Z][a-z]+ [a-z]+"
)
_COMMENT = re.compile(r"^\s*(?:#|//|--|/\*|\*|\"\"\"|''')")


def _reads_as_prose(answer: str) -> bool:
    """Whether a line of it is a sentence; a comment may be one."""
    lines = [line.strip() for line in answer.splitlines()]
    return any(_ENDS_AS_PROSE.search(line) and not _COMMENT.match(line) for line in lines)


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), (dict, list))
    except (ValueError, RecursionError):
        return False


@lru_cache(maxsize=64)
def amiss(code: str, language: str) -> float:
    """The share of the code, 0 to 1, that the grammar of the language cannot make sense of; 0 without a grammar."""
    tree = parsed(code, language)
    if tree is None or not tree.root_node.has_error:
        return 0.0
    bad = 0
    pending = [tree.root_node]
    while pending:
        node = pending.pop()
        if node.is_error:
            bad += max(1, node.end_byte - node.start_byte)
        elif node.is_missing:
            bad += 1
        elif node.has_error:
            pending += node.children
    return min(1.0, bad / max(1, len(code)))
