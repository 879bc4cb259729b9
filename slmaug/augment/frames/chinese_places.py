"""Where a Chinese how-to question takes place: languages, runtimes, systems, devices and apps by their names."""

from __future__ import annotations

import re

from slmaug.augment.frames import chinese_clauses as c
from slmaug.augment.frames.chinese_parts import LOCK, Masked
from slmaug.text import Text

_CODE_NAME = re.compile(
    r"(?i:\.net|asp\.net|c#|f#|vb\.net|\bc\+\+|java|python|golang|\bgo\b|rust|php|ruby|kotlin|swift|node\.?js"
    r"|react|vue|angular|django|flask|"
    r"spring|sql|redis|mongodb|postgres|bash|shell|linq|wpf|winforms|ef core|entity framework|"
    r"pandas|numpy|pytorch|tensorflow|html|css|api|json|xml|yaml|regex|unity|qt|rabbitmq|kafka|grpc|http)"
    r"|`|::|\w\(|_|[a-z]\.[A-Za-z]|[a-z]{2}[A-Z][a-z]{2}|\w+Async\b"
)
_NOT_CODE = re.compile(
    r"(?i:iphone|ipad|imac|macbook|airpods|wechat|youtube|powerpoint|onedrive|wi-?fi|macos|ios|paypal|whatsapp"
    r"|tiktok|onenote|linkedin|"
    r"playstation|chatgpt|openai|\.(?:com|cn|pdf|docx?|xlsx?)|https?:)"
)
_CODE_WORDS = re.compile(
    "代码|程序|函数|编程|变量|数据库|接口|线程|异步|编译|调试|脚本|部署|正则|字符串|数组|字段|序列化|前端|后端|框架"
    "|爬虫|单元测试|依赖注入|源码|语言"
)
LANGUAGE = re.compile(
    r"(?i:c#|f#|vb\.net|vb|c\+\+|c|java|python|javascript|js|typescript|ts|go|golang|rust|php|ruby|kotlin|swift"
    r"|scala|perl|r|matlab|sql|"
    r"bash|shell|powershell|lua|dart|html|css)(?: ?\d[\d.]*)?"
)
RUNTIME = re.compile(
    r"(?i:(?:asp)?\.net(?: (?:core|framework|standard|mvc))?|asp\.net(?: core| mvc)?|node\.?js|spring ?boot"
    r"|spring|django|flask|react|vue(?:\.js)?|"
    r"angular|wpf|winforms|maui|blazor|unity|laravel|rails|electron|flutter|qt|entity framework(?: core)?"
    r"|ef core)(?: v?\d[\w.]*)?"
)
_SYSTEM = re.compile(
    r"(?i:windows|win|mac|macos|linux|ubuntu|centos|debian|android|ios|ipados|harmonyos)(?: ?\d[\w.]*)?"
)
_DEVICE = re.compile(r"(?i:iphone|ipad|macbook|apple watch|kindle|switch|ps5)(?: .*)?")
_APP = re.compile(
    r"(?i:excel|word|ppt|powerpoint|wps|outlook|photoshop|ps|pr|premiere|visio|notion|vs ?code"
    r"|visual studio(?: code)?(?: \d+)?|idea|"
    r"intellij idea|pycharm|eclipse|chrome|edge|firefox|chatgpt)(?: \d+)?|wps表格|excel表格|word文档|"
    "微信|支付宝|淘宝|京东|抖音|美团|拼多多|微博|小红书|钉钉|飞书|企业微信|知乎|高德地图|百度地图|百度网盘"
)
_PLACE_NOUN = re.compile(".*(?:程序|项目|应用|系统|环境|平台|框架|工程|服务|网站|软件|语言|小程序|浏览器|脚本|网页)")


def is_code(masked: Masked) -> bool:
    """Whether the text is about programming, by its locked names and its words."""
    names = [name for name in masked.text.locked if not _NOT_CODE.search(name)]
    return any(_CODE_NAME.search(name) for name in names) or bool(_CODE_WORDS.search(masked.chars))


def place_of(m: Masked, start: int, end: int) -> tuple[Text | None, tuple[str, ...]]:
    """The characters as a place with the templates that make an adverbial of it, or None where they name none."""
    place = m.piece(start, end)
    name = str(place)
    for pattern, places in (
        (LANGUAGE, c.IN + c.USING),
        (RUNTIME, c.IN + c.UNDER),
        (_SYSTEM, c.ON_SYSTEM),
        (_DEVICE, c.ON),
        (_APP, c.IN + c.ON),
    ):
        if pattern.fullmatch(name):
            return place, places
    chars = m.chars[start:end]
    if _PLACE_NOUN.fullmatch(chars) and LOCK in chars and not re.search("的|[，,]", chars):
        return place, c.IN
    if chars == LOCK and re.fullmatch(r"[A-Za-z][\w.+#-]*", name):
        return place, c.IN[:1]
    return None, ()
