"""Words that turn a question round: "greater" for "less", "delete" where nothing was to be deleted."""

from __future__ import annotations

import re

_PAIRS = tuple(
    tuple(re.compile(rf"\b(?:{side})\b" if latin else side, re.IGNORECASE) for side in (one, other))
    for one, other, latin in (
        (
            r"(?:greater|larger|bigger|more|higher|longer) than|(?:over|above) \d|exceed\w*|at least",
            r"(?:less|smaller|fewer|lower|shorter) than|(?:under|below) \d|at most",
            True,
        ),
        (r"after|newer|later|since", r"before|older|earlier|prior", True),
        (r"enabl\w+|activat\w+|(?:turn|switch)\w* on", r"disabl\w+|deactivat\w+|(?:turn|switch)\w* off", True),
        (r"add(?:s|ed|ing)?|insert\w*|append\w*", r"remov\w+|delet\w+", True),
        (r"includ\w+", r"exclud\w+|except\w*", True),
        (r"open(?:s|ed|ing)?", r"clos(?:e|es|ed|ing)", True),
        (r"lock\w*|freez\w+|frozen|block\w*", r"unlock\w*|unfreez\w+|unfrozen|unblock\w*", True),
        (
            r"top(?:ped|ping|s)?[- ]?up\w*|deposit\w*|add\w* (?:money|funds|cash)",
            r"withdr[ae]w\w*|cash\w* out|tak\w+ out",
            True,
        ),
        (r"buy\w*|bought|purchas\w+", r"sell\w*|sold", True),
        (r"increas\w+|rais\w+", r"decreas\w+|reduc\w+", True),
        (r"max\w*|highest|largest|biggest", r"min|minim\w+|lowest|smallest", True),
        (r"ascending|asc", r"descending|desc", True),
        (r"upload\w*", r"download\w*", True),
        (r"encrypt\w*", r"decrypt\w*", True),
        (r"compress\w*|zip\w*|pack\w*", r"decompress\w*|uncompress\w*|unzip\w*|unpack\w*|extract\w*", True),
        (r"seriali[sz]\w+", r"deseriali[sz]\w+", True),
        (r"install\w*", r"uninstall\w*", True),
        (r"import\w*", r"export\w*", True),
        (r"read(?:s|ing)?", r"writ(?:e|es|ing)|overwrit\w+", True),
        (r"connect\w*|link\w*", r"disconnect\w*|unlink\w*", True),
        (r"show\w*|display\w*", r"hid(?:e|es|den|ing)", True),
        (r"files?", r"director(?:y|ies)|folders?|dirs?", True),
        (r"modif\w+|chang\w+|edited|updat\w+", r"access(?:ed|es|ing)", True),
        (r"synchronous\w*", r"asynchronous\w*|async", True),
        ("大于|超过|高于|多于|至少", "小于|低于|少于|不足|至多", False),
        ("之后|以后", "之前|以前", False),
        ("升序|正序", "降序|倒序", False),
        ("(?<!反)序列化", "反序列化", False),
        ("启用|开启|打开", "禁用|关闭", False),
        ("添加|增加|插入", "删除|移除", False),
        ("上传", "下载", False),
        ("最大|最高|最多", "最小|最低|最少", False),
        ("同步", "异步", False),
        ("加密", "解密", False),
        ("(?<!解)压缩|打包", "解压|解包", False),
        ("读取|读入", "写入|写出", False),
        ("导入", "导出", False),
        ("包含|包括", "排除|除了|除外", False),
        ("充值", "提现|取现", False),
    )
)
_SIGNS = {
    "<": re.compile(r">|\b(?:greater|larger|bigger|more|over|above|exceed\w*|after|newer)\b|大于|超过|高于|多于"),
    ">": re.compile(r"<|\b(?:less|smaller|fewer|lower|under|below|before|older)\b|小于|低于|少于"),
}
"""What says the opposite of a sign."""
_DELETES = re.compile(
    r"\b(?:delet|remov|eras|wip(?:e|ing)|purg|uninstall|destroy)\w*|删除|移除|清除|卸载", re.IGNORECASE
)
_MAY_DELETE = re.compile(
    r"\b(?:clean|clear|drop|strip|clos|cancel|unlink|disconnect|exclud|except|without|omit|ignor|trash|discard|rid of"
    r"|rm\b|leave out|cut|trim|undo|revert|revers|detach|take off)"
    r"|去掉|去除|清空|清理|取消|注销|除|关闭|剔除|过滤|解绑",
    re.IGNORECASE,
)


def turned_round(new: str, old: str) -> str | None:
    """The word of the question ``new`` that makes it ask for the opposite of ``old``, or for a deletion that ``old`` is
    not about; None where there is none. A pair counts only where each question has one side of it alone.

    >>> turned_round("files less than 5k", "files greater than 4k"), turned_round("files over 5k", "files above 5k")
    ('less than', None)
    """
    for one, other in _PAIRS:
        for side, opposite in ((one, other), (other, one)):
            if side.search(old) and not opposite.search(old) and not side.search(new):
                found = opposite.search(new)
                if found:
                    return found.group()
    for sign, contrary in _SIGNS.items():
        if sign in new and sign not in old and contrary.search(old):
            return sign
    deletes = _DELETES.search(new)
    if deletes and not _DELETES.search(old) and not _MAY_DELETE.search(old):
        return deletes.group()
    return None
