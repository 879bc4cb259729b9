"""The same Chinese question in another frame: its own frame is parsed away and templates are built around what is left.

A how-to question comes down to a place (``在C#中``), a tool (``用HttpClient``) and an action; a why-question to its
clause; a yes-no question to its subject and predicate. What fits no such frame keeps its wording and is only
wrapped (``请问…``). Pieces are cut out of the parsed text and never pass through a string, so locked spans move whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from slmaug.augment.frames import chinese_templates as t
from slmaug.locks import HAN
from slmaug.rng import Random
from slmaug.text import KEPT, LOCKED, Text, filled, joined

Kind = Literal["how", "topic", "trouble", "why", "what", "difference", "ask", "can", "yes", "task", "state", "opaque"]

_L = "\ue000"  # stands for a locked span in the masked text, so that patterns see one character
_PLACEHOLDER = re.compile(_L)
_STOP = "。．.!！?？;；\n"
_SENTENCE = re.compile(f"[^{_STOP}]+[{_STOP}]*")
_TRIM = " \t\r\n，,、：:。．.!！?？;；~～…—-（）()"

_HOW = "(?:怎么样|怎样|怎么|如何|咋样|咋)"
_HOWS = re.compile(
    f"(?P<before>(?:(?:我|我们|咱们?)?(?:应该|应当|该|要|需要|得|又|都|究竟|到底|具体|可以|能))*)(?:去"
    f"|来)?(?P<how>{_HOW})"
    "(?P<after>(?:样)?(?:才能够|才能|才可以|才会|可以|能够|能|去|来|要|着)?)"
)
_WHY = re.compile("(?:究竟|到底)?(?:为什么|为何|为啥|干嘛)")
_ODD = re.compile("怎么(?:会|没|不|还|又|老|总|一直|突然|这么|那么|就|都|变)")
_ANY_FRAME = re.compile(
    f"{_HOW}|为什么|为何|为啥|什么|啥|哪|谁|何时|何处|几(?![乎何率])|多少|多久|多长|多大|多远|多高|是否|能否"
    f"|可否|吗"
)

_OPENING = re.compile(
    "(?:(?:大家好|各位好|你好|您好|hi|hello|嗨|求助|求教|新手求助|打扰(?:一下|了)?|不好意思|麻烦(?:问)?(?:一?下)?"
    "|劳驾|各位(?:大佬|大神)?|"
    "大佬们?|大神们?|亲|客服你?好?|医生你?好?|律师你?好?)[，,！!。 ~～]+"
    "|(?:请问|请教|敬请)(?:一?下)?(?:各位|大家|大佬们?|大神们?)?[，,：: ]*"
    "|(?:我)?(?:就)?(?:想要?|要)?(?:问|请教|咨询|了解|知道)(?:一?下)(?:大家|各位)?[，,：: ]*"
    "|我?(?:很)?(?:想|希望|需要)(?:要)?(?:知道|了解|弄清楚?|搞清楚|弄明白|搞懂|学(?=怎|如何))(?:一?下)?[，,：: ]*"
    "|我?(?:还)?(?:不知道|不清楚|不太清楚|不懂|不会|不明白|不确定|没搞懂)(?=(?:该|要|应该)?(?:怎|如何|为什么|什么|哪))"
    "|(?:有没有人|有人|谁|有谁|哪位)(?:能|可以)?(?:知道|告诉我|教我|教教我|讲讲|说说|说一下)[，, ]*"
    "|(?:你|您)?(?:能不能|能否|可以|可不可以|能)?(?:请)?(?:麻烦)?(?:你|您)?(?:告诉我|教我|教教我|跟我说|给我讲讲"
    "|讲讲|讲一下|说说|说一下|解释一下)[，, ]*)"
)
_CLOSING = re.compile(
    "(?:[，,。！!？? ]*(?:多谢|谢谢|感谢|谢啦|拜托了?|求助|求解|求解答|求教|急|在线等|跪求|请指教|请指点|求指导"
    "|求大神指点|急急急)(?:您|你|大家|各位|了|啦|指教)*"
    "|呢|啊|呀|哦|嘛|哈)$"
)

_COURTESY = re.compile("(?:你好|您好|大家好|各位好|谢谢.*|多谢|感谢.*|求助|急)")

_DO = "(?:做|办到|写|实现|操作|弄|搞|处理|做到|编写|完成)"
_CONDITION = re.compile(
    "如果|要是|假如|假设|倘若|若|当|在|对于|对|关于|为了|根据|按|除了|除非|即使|虽然|因为|由于|既然"
)
_PLAN = re.compile("(?:我|我们|咱们)?(?:现在|目前|最近)?(?:想要|想|需要|要|打算|准备|希望能?|得)(?P<action>.+)")
_METHOD = re.compile(
    "(?:(?:请|请你)?(?:给出|列出|说明|介绍|求|写出|提供)(?:一?下|一个|一种)?)?(?P<action>.+?)(?:的)?(?:具体|正确"
    "|详细|最佳|实现)?"
    "(?:方法|步骤|教程|办法|做法|流程)(?:是什么|有哪些|是怎样的|是啥)?"
)
_WAY = re.compile(
    "(?P<place>.*?)(?:有什么|有啥|有没有|有哪些)(?:好的?|什么)?(?:办法|方法|方式)(?:可以|能够|能|来"
    "|去)?(?P<action>.+?)(?:吗)?"
)
_TASK = re.compile(
    "(?:请你|请您|请|麻烦你?|帮忙|帮我|请帮我|请帮忙|给我|替我|能不能帮我|能帮我|可以帮我)+"
    "(?P<action>(?!问|教|告诉|说明|解释|介绍|讲|给出|列出).+?)(?:吗)?"
)

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
_LANGUAGE = re.compile(
    r"(?i:c#|f#|vb\.net|vb|c\+\+|c|java|python|javascript|js|typescript|ts|go|golang|rust|php|ruby|kotlin|swift"
    r"|scala|perl|r|matlab|sql|"
    r"bash|shell|powershell|lua|dart|html|css)(?: ?\d[\d.]*)?"
)
_RUNTIME = re.compile(
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
_AGENT = re.compile("(?:我|我们|咱|咱们|本人|自己)")
_ADDRESSED = re.compile("(?:你|您|你们|贵公司|贵司|他|她|它|他们|她们).*")
_WHEN = re.compile(".*(?:时|的时候|时候|后|之后|以后|前|之前|以前|情况下|过程中|期间|的话)")
_INSIDE = re.compile("(?:在)(?P<place>[^，,在用的]{1,14}?)(?:之?中|里面?|上|下|环境下|环境中)(?P<action>.+)")
_WITH_LANGUAGE = re.compile(f"(?:使用|利用|用|通过)(?P<place>{_L})(?:语言)?(?:来|去)?(?P<action>.+)")
_TOOL = re.compile(
    f"(?:使用|利用|运用|通过|借助|用)(?P<tool>{_L}(?:(?:和|与|、|及){_L})*(?:类|方法|函数|库|对象|接口|组件|控件"
    f"|工具|框架|包|语句|命令|特性|属性|技术)?)"
    f"(?:来|去|以)?(?P<goal>[^{_L}，,的和与、或是在中里上下时后前类进].+)"
)
_TRANSITIVE = frozenset(
    """
    做 煮 炒 蒸 炖 煎 烤 写 开 办 办理 申请 注销 激活 取消 修改 删除 安装 设置 下载 配置 使用 用 查询 修 修理 换
    洗 养 治疗 缓解 清洗
    补办 更换 绑定 解绑 恢复 找回 保存 创建 计算 开通 关闭 缴纳 提取 选择 预防 处理 制作 腌 腌制 去除 清除 重置
    升级 卸载 领取 兑换 购买
    查看 打印 预约 填写 解除 转让 撤销 退 缴 交 领 挑 挑选 保养 培养 种 种植 调整 优化 实现 调用 导出 导入 部署
    备份 解析 读取
    """.split()
)
_NOT_AN_ACTION = re.compile(
    "(?:不|没|无|非|才|最|更|会|能|可以|是|有|都|还|也|这|那|样|了|说|看待|回事|个|着)"
    "|.*(?:最好|最快|更好|更快|好[吃喝看用听玩闻]|不.{1,2}|合适|才.{1,4}|划算|比较好"
    "|有效|省钱|有用|方便|快捷)$"
    "|.*[，,、](?:这|那)(?:样|么)"
)
_CHANGES_ITS_TOPIC = re.compile(".{1,2}(?:成|为|到|给|出来|出去|进去|进|入|回来|走|掉|完|好)")
_VERB_PHRASE = re.compile(
    f"(?:在|用|使用|通过|利用|把|将|给|对|从|让|读取|写入|创建|实现|设置|获取|删除|调用|解析|连接|配置|部署"
    f"|{_L})"
)
_EVENT = re.compile(
    "报错|失败|错误|异常|慢|卡|崩|无法|超时|丢|黑屏|乱码|疼|痛|晕|痒|肿|不了|不上|不到|不动|不出|不开|没|未|不|老是"
    "|总是|一直|突然|了$|掉线|"
    "断开|闪退|死机|漏|变"
)
_NORM = re.compile("(?:要|需要|应该|必须|得|能|可以|不能|不要|不应该|不建议|推荐|建议|叫|说|有些|有的人|用|使用|选)")
_YES_NO = re.compile(
    "(?P<op>能不能够?|可不可以|可以不可以|能否|可否|是否可以|是否能够?|是否|有没有|会不会|要不要|需不需要|用不用"
    "|是不是|该不该|应不应该|可以|能够|能|"
    "会|需要|必须|应该|还?要|还?有|属于|支持|算|是)"
)
_WAYS_OF_ASKING: Mapping[str, tuple[str, ...]] = {
    "may": ("能不能", "可不可以", "能否", "是否可以", "可以"),
    "有": ("有没有", "是否有", "有"),
    "会": ("会不会", "是否会", "会"),
    "需要": ("需不需要", "是否需要", "要不要", "需要"),
    "要": ("要不要", "是否要", "是否需要", "要"),
    "必须": ("是否必须", "是不是必须", "必须"),
    "该": ("该不该", "是否应该", "应不应该", "应该"),
    "是": ("是不是", "是否是", "是"),
    "属于": ("是否属于", "是不是属于", "属于"),
    "支持": ("是否支持", "支不支持", "支持"),
    "算": ("算不算", "是否算", "算"),
    "whether": ("是否", "是不是"),
}
_KIND_OF_OP: Mapping[str, str] = {
    **dict.fromkeys("能不能 能不能够 可不可以 可以不可以 能否 可否".split(), "may"),
    **dict.fromkeys("是否可以 是否能 是否能够 可以 能够 能".split(), "may"),
    **dict.fromkeys("有没有 有 还有".split(), "有"),
    **dict.fromkeys("会不会 会".split(), "会"),
    **dict.fromkeys("需不需要 需要 用不用".split(), "需要"),
    **dict.fromkeys("要不要 要 还要".split(), "要"),
    "必须": "必须",
    **dict.fromkeys("该不该 应不应该 应该".split(), "该"),
    **dict.fromkeys("是不是 是".split(), "是"),
    "属于": "属于",
    "支持": "支持",
    "算": "算",
    "是否": "whether",
}
_SAME: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("什么时候", ("什么时候", "何时", "啥时候")),
    ("何时", ("什么时候", "何时")),
    ("哪里", ("哪里", "哪儿", "什么地方")),
    ("哪儿", ("哪里", "哪儿", "什么地方")),
    ("多久", ("多久", "多长时间")),
    ("多长时间", ("多久", "多长时间")),
    ("哪些", ("哪些",)),
)


class _Masked:
    """A text as a string with one sign for each locked span, and the way back from its characters to words."""

    def __init__(self, text: Text) -> None:
        self.text = text
        chars: list[str] = []
        owner: list[tuple[int, int]] = []  # for each character: index in parts, offset in that part
        for i, part in enumerate(text.parts):
            if i % 2 and text.status[i // 2] == LOCKED:
                chars.append(_L)
                owner.append((i, 0))
            else:
                chars.extend(part)
                owner.extend((i, k) for k in range(len(part)))
        self.chars = "".join(chars)
        self.owner = owner

    def piece(self, start: int, end: int) -> Text:
        """The text of the characters ``start`` to ``end``, bare at both ends; a word may be cut."""
        while start < end and self.chars[start] in _TRIM and not self._in_word(start):
            start += 1
        while start < end and self.chars[end - 1] in _TRIM and not self._in_word(end - 1):
            end -= 1
        parts, status, last = [""], [], -1
        for k in range(start, end):
            i, _ = self.owner[k]
            if i % 2 == 0:
                parts[-1] += self.chars[k]
            elif self.text.status[i // 2] == LOCKED:
                parts += [self.text.parts[i], ""]
                status.append(LOCKED)
            elif i == last:
                parts[-2] += self.chars[k]
            else:
                parts += [self.chars[k], ""]
                status.append(self.text.status[i // 2])
            last = i
        return Text(parts, tuple(status), "zh")

    def is_boundary(self, k: int) -> bool:
        """Whether a word ends before the character ``k``."""
        return not 0 < k < len(self.owner) or self.owner[k - 1][0] != self.owner[k][0]

    def _in_word(self, k: int) -> bool:
        return self.owner[k][0] % 2 == 1


@dataclass(frozen=True)
class _Question:
    """What a question comes down to. Pieces that it lacks are empty texts."""

    kind: Kind
    lead: Text  # sentences before it, or behind it
    clause: Text  # the question without its courtesies and particles
    code: bool
    spaced: bool  # whether Chinese and Latin words have a space between them
    joint: str = "。"  # what stands between lead and question
    place: Text | None = None
    places: tuple[str, ...] = ()  # templates that turn the place into an adverbial
    when: Text | None = None  # 发请求时, 如果…，: stays in front
    topic: Text | None = None
    action: Text | None = None
    tool: Text | None = None
    goal: Text | None = None
    whole: bool = False  # whether the action stands as a verb phrase by itself: 我想…, …的方法
    event: bool = False  # whether a why-question tells of a fault
    op: str = ""
    asked_with: str = ""
    also: str = ""
    first: Text | None = None
    second: Text | None = None
    nominal: bool = False  # whether the action can stand as a noun: 护照的办理方法


def _empty() -> Text:
    return Text([""], (), "zh")


def _is_code(masked: _Masked) -> bool:
    names = [name for name in masked.text.locked if not _NOT_CODE.search(name)]
    return any(_CODE_NAME.search(name) for name in names) or bool(_CODE_WORDS.search(masked.chars))


def _is_spaced(text: Text) -> bool:
    return any(
        gap == " " and (_is_latin(left[-1]) != _is_latin(right[0]))
        for left, gap, right in zip(text.parts[1::2], text.parts[2::2], text.parts[3::2])
        if left and right
    )


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _bounds(chars: str, start: int, end: int) -> tuple[int, int]:
    """Without courtesies, particles and punctuation at either end."""
    while True:
        before = start, end
        while start < end and chars[start] in _TRIM:
            start += 1
        while start < end and chars[end - 1] in _TRIM:
            end -= 1
        opening = _OPENING.match(chars, start, end)
        if opening and opening.end() < end - 1:
            start = opening.end()
        closing = _CLOSING.search(chars, start, end)
        if closing and closing.start() > start + 1:
            end = closing.start()
        if before == (start, end):
            return start, end


def _sentences(chars: str) -> list[tuple[int, int]]:
    found = []
    for match in _SENTENCE.finditer(chars):
        start, end = _bounds(chars, *match.span())
        if end > start and not _COURTESY.fullmatch(chars, start, end):
            found.append((start, end))
    return found


def _parse(text: Text) -> _Question | None:
    masked = _Masked(text)
    chars = masked.chars
    sentences = _sentences(chars)
    if not sentences or not text.status or text.parts[0].strip(_TRIM):
        return None
    asking = [span for span in sentences if _ANY_FRAME.search(chars, *span)]
    code, spaced = _is_code(masked), _is_spaced(text)
    if len(asking) > 1 or "\n" in chars.strip():
        return _Question("opaque", _empty(), masked.piece(*_bounds(chars, 0, len(chars))), code, spaced)
    start, end = asking[0] if asking else sentences[-1]
    others = [span for span in sentences if span != (start, end)]
    lead = _empty()
    if others:
        before = [span for span in others if span < (start, end)]
        after = [span for span in others if span > (start, end)]
        context = [masked.piece(spans[0][0], spans[-1][1]) for spans in (before, after) if spans]
        lead = joined([context[0], *(filled("。{x}", {"x": piece}, "zh") for piece in context[1:])], "zh")
    joint = "。"
    told = _told_before(chars, start, end)
    if told and not others:
        lead, joint = masked.piece(start, told), "，"
        start = told + 1
    return _parse_question(masked, start, end, _Question("opaque", lead, masked.piece(start, end), code, spaced, joint))


def _told_before(chars: str, start: int, end: int) -> int:
    """Where a plain statement before the question ends (我要退货，运费谁出), or 0: a condition is no statement."""
    frame = _ANY_FRAME.search(chars, start, end)
    comma = max(chars.rfind("，", start, frame.start()), chars.rfind(",", start, frame.start())) if frame else -1
    asked = chars[comma + 1 : end]
    if comma <= start or len(asked) < 4 or _CONDITION.match(chars, start) or _WHEN.fullmatch(chars[start:comma]):
        return 0
    if re.match(f"(?:我|我们)?(?:应该|该|要|得)?{_HOW}(?:{_DO}|办|解决|处理|应对|排查)", asked):
        return 0
    return comma


def _with(q: _Question, **changes: Any) -> _Question:
    return replace(q, **changes)


def _parse_question(m: _Masked, start: int, end: int, q: _Question) -> _Question:
    chars = m.chars
    body = chars[start:end]
    hows = list(re.finditer(_HOW, body))
    frames = _ANY_FRAME.findall(body)
    if task := _TASK.fullmatch(body):
        if not frames or body.endswith("吗"):
            action = m.piece(start + task.start("action"), start + task.end("action"))
            return _with(q, kind="task", action=action)
        return q
    if way := _WAY.fullmatch(body):
        place, action_at = way.span("place"), way.span("action")
        return _how(m, q, start + place[0], start + place[1], start + action_at[0], start + action_at[1])
    if (method := _METHOD.fullmatch(body)) and not hows and len(frames) <= 1 and len(method["action"]) > 3:
        at = start + method.start("action")
        return _how(m, q, at, at, at, start + method.end("action"))
    if re.search("怎么回事|什么原因|什么情况|怎么了$|咋回事", body) and len(frames) == 1:
        told = re.fullmatch(
            "(?P<c>.+?)[，,]?(?:这)?(?:到底|究竟)?(?:是|的原因是|是因为)?(?:怎么回事|什么原因|什么情况"
            "|咋回事)(?:导致的|造成的|引起的)?",
            body
        )
        if told:
            clause = m.piece(start, start + told.end("c"))
            return _with(q, kind="why", first=_empty(), second=clause, event=bool(_EVENT.search(told["c"])))
        return q
    if trouble := re.fullmatch(
        f"(?P<x>.+?)[，,]?(?:我|我们)?(?:应该|该|要|得)?(?:怎么办|咋办|如何是好|{_HOW}(?:解决|处理|应对|排查))", body
    ):
        return _trouble(m, start, trouble, q) if len(frames) == 1 else q
    whys = list(_WHY.finditer(body))
    if whys and len(frames) == len(whys) == 1:
        return _why(m, start, end, start + whys[0].start(), start + whys[0].end(), q)
    if len(hows) == 1 and len(frames) == 1 and (odd := _ODD.search(body)):
        at = start + odd.start()
        return _why(m, start, end, at, at + 2 + (odd.group()[2:] == "会"), q)
    nested = len(frames) > 1 and re.fullmatch(_HOW, frames[0]) and not re.search("[，,]|吗$", body)
    if len(hows) == 1 and (len(frames) == 1 or nested):
        return _how_question(m, start, end, q)
    if frames and not hows:
        return _other_question(m, start, end, body, frames, q)
    if not frames:
        return _statement(m, start, end, body, q)
    return q


def _trouble(m: _Masked, start: int, found: re.Match[str], q: _Question) -> _Question:
    x = found["x"].rstrip("，, 我")
    if re.search("[，,]", x) or len(x) < 2:
        return q
    return _with(q, kind="trouble", first=m.piece(start, start + len(x)), event=_looks_like_clause(x))


def _looks_like_clause(x: str) -> bool:
    return bool(re.search("了|不|没|无法|失败|报错|总是|一直|老是|超时|卡|丢", x))


def _why(m: _Masked, start: int, end: int, at: int, until: int, q: _Question) -> _Question:
    chars = m.chars
    subject, predicate = chars[start:at], chars[until:end]
    if not predicate or predicate == "的" or re.search("[，,]", subject):
        return q
    whole = subject + predicate
    norm = bool(_NORM.match(predicate.lstrip("不还都")))
    return _with(
        q,
        kind="why",
        first=m.piece(start, at),
        second=m.piece(until, end),
        event=bool(_EVENT.search(whole)) and not norm and not subject.startswith(("你", "您")),
        whole=not norm,
    )


def _how_question(m: _Masked, start: int, end: int, q: _Question) -> _Question:
    chars = m.chars
    found = _HOWS.search(chars, start, end)
    if found is None:
        return q
    before, after = found.start(), found.end()
    if found["before"] and not m.is_boundary(before):  # 主要怎么: 要 belongs to the word before
        before = found.start("how")
    if found["after"] and not m.is_boundary(after):  # 怎么要求: 要 belongs to the verb
        after = found.end("how")
    if before > start and chars[before - 1] in "是得说看要" and found["how"] in ("怎样", "怎么样"):
        return q
    if after >= end:  # 新款手机怎么样
        return q
    verb = chars[after:end]
    if re.fullmatch(f"{_DO}(?:呢|的)?", verb) and before > start:
        told = chars[start:before].rstrip("，, ")
        plan = _PLAN.fullmatch(told)
        if plan:
            at = start + plan.start("action")
            if not re.search("[，,]", plan["action"]):
                return _how(m, q, at, at, at, start + plan.end("action"))
            return q
        if _VERB_PHRASE.match(told) and len(told) > 4 and not re.search("[，,]", told):
            return _how(m, q, start, start, start, start + len(told))
        if told.startswith(("想", "要")) or re.search("[，,]", told):
            return q
    comma = max(chars.rfind("，", start, before), chars.rfind(",", start, before))
    if comma >= start:
        q = _with(q, when=m.piece(start, comma))
        start = comma + 1
    return _how(m, q, start, before, after, end)


def _how(m: _Masked, q: _Question, topic_at: int, topic_end: int, start: int, end: int) -> _Question:
    """A how-to question with a topic (it may be empty) and an action."""
    chars = m.chars
    while topic_at < topic_end and chars[topic_at] in _TRIM:
        topic_at += 1
    while topic_at < topic_end and chars[topic_end - 1] in _TRIM:
        topic_end -= 1
    if mine := re.match("(?:我们?|咱们?|本人)(?!的)", chars[topic_at:topic_end]):
        topic_at += mine.end()
    topic, action = chars[topic_at:topic_end], chars[start:end].rstrip(_TRIM)
    end = start + len(action)
    if not action or re.match("[，,]", action):
        return q
    standing = not _NOT_AN_ACTION.match(action) and not action.endswith(("了", "吗", "的"))
    place: Text | None = None
    places: tuple[str, ...] = ()
    if topic:
        inside = re.fullmatch("在?(?P<p>.{1,16}?)(?:之?中|里面?|环境下|环境中)", topic)
        using = re.fullmatch(f"(?:使用|用|利用)(?P<p>{_L}(?:语言)?)", topic)
        if inside and (topic.startswith("在") or _place_of(m, topic_at, topic_at + inside.end("p"))[1]):
            place = m.piece(topic_at + inside.start("p"), topic_at + inside.end("p"))
            places = t.IN
        elif using:
            place = m.piece(topic_at + using.start("p"), topic_at + using.end("p"))
            places = t.USING + (t.IN if _LANGUAGE.fullmatch(str(place)) else ())
        elif len(action) > 2 and not _CHANGES_ITS_TOPIC.match(action):
            place, places = _place_of(m, topic_at, topic_end)
        if place is None and _WHEN.fullmatch(topic) and not _PLACEHOLDER.fullmatch(topic):
            if q.when is not None:
                return _with(q, kind="ask")
            q = _with(q, when=m.piece(topic_at, topic_end), also="时")
            topic = ""
        elif place is None:
            return _topic(m, q, topic_at, topic_end, start, end, standing)
    else:
        inside = _INSIDE.fullmatch(action)
        using = _WITH_LANGUAGE.fullmatch(action)
        if inside and re.match("[^，,的]", inside["action"]):
            place = m.piece(start + inside.start("place"), start + inside.end("place"))
            places = t.IN
            start += inside.start("action")
        elif using and re.match("[^的和与、中里类].", using["action"]):
            language = m.piece(start + using.start("place"), start + using.end("place"))
            if _LANGUAGE.fullmatch(str(language)):
                place, places = language, t.IN + t.USING
                start += using.start("action")
    tool = goal = None
    if (with_tool := _TOOL.fullmatch(chars[start:end])) and len(with_tool["goal"]) > 2:
        tool = m.piece(start + with_tool.start("tool"), start + with_tool.end("tool"))
        goal = m.piece(start + with_tool.start("goal"), start + with_tool.end("goal"))
        places = tuple(p for p in places if p not in t.USING) or t.IN
    elif chars[start:end].startswith(("使用", "用", "利用", "通过", "在")):
        places = tuple(p for p in places if p not in t.USING) or (t.IN if place is not None else ())
    if q.when is not None and not q.also and place is None and chars[start:end] in _TRANSITIVE:
        standing = False
    return _with(
        q,
        kind="how",
        place=place,
        places=places,
        action=m.piece(start, end),
        tool=tool,
        goal=goal,
        whole=standing and end - start > 1,
    )


def _place_of(m: _Masked, start: int, end: int) -> tuple[Text | None, tuple[str, ...]]:
    place = m.piece(start, end)
    name = str(place)
    if _LANGUAGE.fullmatch(name):
        return place, t.IN + t.USING
    if _RUNTIME.fullmatch(name):
        return place, t.IN + t.UNDER
    if _SYSTEM.fullmatch(name):
        return place, t.ON_SYSTEM
    if _DEVICE.fullmatch(name):
        return place, t.ON
    if _APP.fullmatch(name):
        return place, t.IN + t.ON
    chars = m.chars[start:end]
    if _PLACE_NOUN.fullmatch(chars) and _L in chars and not re.search("的|[，,]", chars):
        return place, t.IN
    if chars == _L and re.fullmatch(r"[A-Za-z][\w.+#-]*", name):
        return place, t.IN[:1]
    return None, ()


def _topic(m: _Masked, q: _Question, topic_at: int, topic_end: int, start: int, end: int, standing: bool) -> _Question:
    """A topic that is what the action is done to (红烧肉怎么做), or that does it (孕妇怎么补铁): it stays in front."""
    topic, action = m.chars[topic_at:topic_end], m.chars[start:end]
    if re.search("[，,]", topic):
        return _with(q, kind="opaque")
    patient = (
        action in _TRANSITIVE
        and not re.search("[了在不没用想要给对从和与]", topic[:-1])
        and not topic.endswith(("了", "人", "新手", "用户", "孕妇"))
        and not _ADDRESSED.fullmatch(topic)
        and len(topic) <= 8
    )
    return _with(
        q,
        kind="topic",
        topic=m.piece(topic_at, topic_end),
        action=m.piece(start, end),
        whole=patient and standing,
        nominal=len(action) == 2
        and _L not in action
        and len(m.piece(start, end).words) == 1
        and not re.search("[了被没不在]", topic),
    )


def _other_question(m: _Masked, start: int, end: int, body: str, frames: list[str], q: _Question) -> _Question:
    both = re.fullmatch(
        "(?P<x>.+?)(?:之间)?(?:到底|究竟)?(?:都)?(?:有什么|有啥|有哪些|的)?(?P<word>区别|不同|差别|差异"
        "|不一样)(?:是什么|是啥|有哪些|在哪里?|在哪儿|吗)?", body
    )
    if both and re.search("和|与|跟|、", both["x"]) and not re.search("[，,]", both["x"]) and len(frames) == 1:
        return _with(q, kind="difference", first=m.piece(start + both.start("x"), start + both.end("x")))
    what = re.fullmatch(
        "(?:什么|啥)(?:是|叫)(?P<x>.+)|(?P<y>.+?)(?:到底|究竟)?(?:是|指)(?:的)?(?:什么|啥)(?:意思|东西)?(?:的)?"
        "|(?P<z>.+?)(?:是)?什么意思", body
    )
    if what and len(frames) == 1:
        name = next(name for name in "xyz" if what[name])
        x = what[name].removesuffix("指的").removesuffix("是").rstrip("指")
        if not re.search("[，,]|的$|^(?:这|那|你|您)$|区别|原因|的", x) and len(x) <= 16:
            at = start + what.start(name)
            return _with(q, kind="what", first=m.piece(at, at + len(x)), event="意思" in body)
        return _with(q, kind="ask")
    if body.endswith("吗") and frames == ["吗"]:
        return _yes(m, start, end - 1, q, "吗")
    if frames and frames[0] in ("是否", "能否", "可否") and len(frames) == 1:
        return _yes(m, start, end, q, "")
    if re.search("吗$", body):
        return q
    same = next((word for word, _ in _SAME if body.count(word) == 1), "")
    if same and len(frames) == 1:
        at = start + body.index(same)
        return _with(q, kind="ask", asked_with=same, first=m.piece(start, at), second=m.piece(at + len(same), end))
    return _with(q, kind="ask")


def _yes(m: _Masked, start: int, end: int, q: _Question, particle: str) -> _Question:
    chars = m.chars
    comma = max(chars.rfind("，", start, end), chars.rfind(",", start, end))
    if comma >= start:
        q = _with(q, when=m.piece(start, comma))
        start = comma + 1
    clause = _with(q, kind="yes", clause=m.piece(start, end), asked_with=particle)
    ops = list(_YES_NO.finditer(chars, start, end))
    if not ops:
        return clause
    tokens = m.piece(start, end).words
    op = next((op for op in ops if _asks(chars, start, end, op, particle, tokens)), None)
    if op is None:
        return clause
    word = op["op"]
    kind = _KIND_OF_OP.get(word)
    if kind is None:
        return clause
    return _with(
        clause,
        kind="can",
        op=kind,
        also=word,
        first=m.piece(start, op.start()),
        second=m.piece(op.end(), end),
    )


def _asks(chars: str, start: int, end: int, op: re.Match[str], particle: str, tokens: Sequence[str]) -> bool:
    """Whether a sign such as 有 or 能 is the predicate that the question turns on."""
    word = op["op"]
    before = chars[op.start() - 1] if op.start() > start else ""
    after = chars[op.end()] if op.end() < end else ""
    if not after or after in "不没了过" or (before and before in "不没未别才就也都还只") or (particle and "不" in word):
        return False
    if particle and len(word) == 1 and word not in tokens:  # 机会, 只有, 主要, 计算, 智能
        return False
    # 没有…的…可以…吗: behind 的 the predicate comes later.
    later = re.search("可以|能|会|需要|要|应该", chars[op.end() : end])
    return not (particle and word in ("有", "要", "会", "是") and later)


def _statement(m: _Masked, start: int, end: int, body: str, q: _Question) -> _Question:
    if re.search("能不能|可不可以|可以不可以|会不会|要不要|需不需要|有没有|是不是|该不该|应不应该", body):
        return _yes(m, start, end, q, "")
    if re.search("还是", body) and len(body) < 40 and "，" not in body:
        return _with(q, kind="ask")
    plan = re.fullmatch("(?:我|我们)(?:想要|想|需要|打算|准备)(?P<a>[^，,]{3,})", body)
    if plan and not re.match("(?:知道|了解|问|请|要|买|退|投诉|一|你|您)", plan["a"]):
        at = start + plan.start("a")
        return _how(m, q, at, at, at, end)
    return _with(q, kind="state", event=_looks_like_clause(body))


# Building


@lru_cache(maxsize=1024)
def _word(word: str) -> Text:
    return Text(["", word, ""], (KEPT,), "zh") if word else _empty()


class _Builder:
    """Fills one template: each slot it names is drawn anew."""

    def __init__(self, q: _Question, rng: Random) -> None:
        self.q = q
        self.rng = rng
        self.at_front = False

    def fill(self, template: str) -> Text:
        self.at_front = template.startswith("{w}")
        slots = {name: getattr(self, "slot_" + name)() for name in re.findall(r"\{(\w+)\}", template)}
        return filled(template, slots, "zh")

    def _choose(self, options: tuple[str, ...]) -> str:
        return self.rng.choice(options)

    # how-to

    def slot_v(self) -> Text:
        """The action: with a tool, said in one of the ways to say so."""
        q = self.q
        assert q.action is not None
        if q.tool is None or q.goal is None:
            return q.action
        return filled(self._choose(t.TOOLS), {"x": q.tool, "y": q.goal}, "zh")

    def slot_at(self) -> Text:
        """The place as an adverbial before the question word; empty where there is none."""
        q = self.q
        if q.place is None:
            return _empty()
        return filled(self._choose(tuple(place for place in q.places if place[-1] != "来")), {"p": q.place}, "zh")

    def slot_p(self) -> Text:
        return self.q.place or _empty()

    def slot_w(self) -> Text:
        """Place and action as one verb phrase, with what it depends on in front: 在C#中读取文件."""
        q = self.q
        when = q.when if q.when is not None else _empty()
        if q.kind == "topic":
            assert q.topic is not None and q.action is not None
            return joined([when, q.action, q.topic], "zh")
        # 想C#里读取: behind a verb the place needs its preposition.
        places = q.places if self.at_front else tuple(place for place in q.places if place[0] in "在用使")
        at = filled(self._choose(places), {"p": q.place}, "zh") if q.place is not None else _empty()
        return joined([when, at, self.slot_v()], "zh")

    def slot_x(self) -> Text:
        return self.q.first or _empty()

    def slot_y(self) -> Text:
        return self.q.second or _empty()

    def slot_topic(self) -> Text:
        return self.q.topic or _empty()

    def slot_a(self) -> Text:
        return self.q.action or _empty()

    def slot_c(self) -> Text:
        return self.q.clause

    def slot_s(self) -> Text:
        """Subject and predicate of a why-question as a statement."""
        return joined([self.slot_x(), self.slot_y()], "zh")

    def slot_e(self) -> Text:
        """The question as a clause that can stand alone or behind 我想知道."""
        return self._clause(t.HOWS)

    def slot_f(self) -> Text:
        """The same with the plainest question words, for behind 请说明."""
        return self._clause(t.PLAIN_HOWS)

    def slot_k(self) -> Text:
        """The same in casual words."""
        return self._clause(t.CASUAL_HOWS)

    def slot_z(self) -> Text:
        """Place, tool and action as the keywords of a search."""
        q = self.q
        if q.kind != "how":
            return self.slot_w()
        words = [piece for piece in (q.when, q.place) if piece is not None]
        if q.tool is not None and q.goal is not None and self.rng.random() < 0.6:
            words += [q.tool, q.goal]
        else:
            words.append(self.slot_v())
        return joined([piece for word in words for piece in (word, Text([" "], (), "zh"))][:-1], "zh")

    def _clause(self, hows: tuple[str, ...]) -> Text:
        q = self.q
        clause = self._bare_clause(hows)
        if q.when is not None:
            template = "{w}{c}" if q.also == "时" and q.kind == "how" else "{w}，{c}"
            clause = filled(template, {"w": q.when, "c": clause}, "zh")
        return clause

    def _bare_clause(self, hows: tuple[str, ...]) -> Text:
        q = self.q
        if q.kind == "how":
            return self._how_clause(hows)
        if q.kind == "topic":
            assert q.topic is not None and q.action is not None
            return joined([q.topic, self._how_word(hows), q.action], "zh")
        if q.kind == "trouble":
            clauses: tuple[str, ...] = t.TROUBLE_CLAUSES
            if re.search("^我|了$", str(q.first)):
                clauses = tuple(clause for clause in clauses if clause.startswith("{x}"))
            return filled(self._choose(clauses), {"x": self.slot_x()}, "zh")
        if q.kind == "why":
            why = self._choose(t.CASUAL_WHYS if hows is t.CASUAL_HOWS else t.WHYS)
            first = self.slot_x()
            if not first.status or self.rng.random() < 0.3:
                return filled(why + "{s}", {"s": self.slot_s()}, "zh")
            return filled("{x}" + why + "{y}", {"x": first, "y": self.slot_y()}, "zh")
        if q.kind == "what":
            templates = t.MEANING_CLAUSES if q.event else t.WHAT_CLAUSES
            return filled(self._choose(templates), {"x": self.slot_x()}, "zh")
        if q.kind == "difference":
            return filled(self._choose(t.DIFFERENCE_CLAUSES), {"x": self.slot_x()}, "zh")
        if q.kind == "can":
            op = self._choose(_WAYS_OF_ASKING[q.op][:-1])
            return joined([self.slot_x(), _word(op), self.slot_y()], "zh")
        if q.kind == "ask" and q.asked_with:
            same = dict(_SAME)[q.asked_with]
            word = self._choose(same if hows is t.CASUAL_HOWS else tuple(word for word in same if "啥" not in word))
            return joined([self.slot_x(), _word(word), self.slot_y()], "zh")
        return q.clause

    def _how_word(self, hows: tuple[str, ...]) -> Text:
        q = self.q
        if q.action is not None and re.match("[不没]", str(q.action)):
            hows = t.HOWS_BEFORE_NOT
        elif q.kind == "topic" and len(str(q.action)) > 1:
            hows = tuple(how for how in hows if "才" not in how) or hows
        elif q.action is not None and len(str(q.action)) == 1:
            hows = tuple(how for how in hows if not re.search("如何|才", how)) or hows
        elif not q.whole and q.action is not None and _NOT_AN_ACTION.match(str(q.action)):
            hows = tuple(how for how in hows if "才" not in how) or hows
        return _word(self._choose(hows))

    def _how_clause(self, hows: tuple[str, ...]) -> Text:
        q = self.q
        how = self._how_word(hows)
        if q.tool is not None and self.rng.random() < 0.3:
            slots = {"at": self.slot_at(), "x": q.tool, "y": q.goal or _empty(), "h": how}
            return filled(self._choose(t.TOOL_CLAUSES), slots, "zh")
        if q.place is None:
            return joined([how, self.slot_v()], "zh")
        order = self.rng.randrange(3)
        if order == 0:
            return joined([self.slot_at(), how, self.slot_v()], "zh")
        at = self.slot_at()
        if order == 1 and str(at).startswith(("在", "用", "使")):
            return joined([how, at, self.slot_v()], "zh")
        if q.places == t.USING:
            return joined([at, how, self.slot_v()], "zh")
        return filled("{p}{h}{v}", {"p": q.place, "h": how, "v": self.slot_v()}, "zh")

    def slot_q(self) -> Text:
        """The question asked outright: 可以…吗 where the clause would say 能不能."""
        q = self.q
        if q.kind in ("can", "yes"):
            if q.kind == "can" and (self.rng.random() < 0.5 or q.op == "whether"):
                clause = self._bare_clause(t.HOWS)
            elif q.kind == "can":
                op = _WAYS_OF_ASKING[q.op][-1]
                clause = filled("{x}" + op + "{y}吗", {"x": self.slot_x(), "y": self.slot_y()}, "zh")
            else:
                clause = filled("{c}吗" if q.asked_with else "{c}", {"c": q.clause}, "zh")
            return filled("{w}，{c}", {"w": q.when, "c": clause}, "zh") if q.when is not None else clause
        return self.slot_e()


_STEPS = re.compile(
    "准备|打算|第一次|没试过|入手|操作|步骤|弄|搞|指南|学会|尝试|试试|试着|卡住|咋弄|不会|没能|不太会|不成功"
    "|最近要|最近需要|手头|教我\\{|指导我|成功"
)
_HANDLING = re.compile("弄|搞|操作|怎么写|实现")
_AIM = re.compile(
    "避免|防止|减少|降低|提高|提升|缓解|预防|改善|判断|区分|选择|挑选|理解|看待|保持|保证|确保|增加|增强|应对"
    "|优化|学好|快速|改掉|养成|改变"
)
_FOR_OTHERS = re.compile("朋友|身边的人|好奇|琢磨|在了解|科普|没听说")
_NOT_TO_THEIR_FACE = re.compile(
    "人|谁|朋友|好奇|琢磨|查|研究|搜|找|了解|难住|卡在|想明白|弄明白|搞懂|这方面|这块|一直|正在|说说|讲讲|解释"
    "|大佬|求"
)
_GREETING = re.compile("您好|你好|不好意思|打扰|劳驾")


def _templates(q: _Question, form: str) -> tuple[str, ...]:
    """The templates of ``form`` that fit this question."""
    options = _templates_of_kind(q, form)
    if q.lead.status:
        options = tuple(template for template in options if not _GREETING.match(template))
    if q.kind == "why" and str(q.second).endswith("的"):
        options = tuple(template for template in options if "{s}的" not in template)
    if q.kind == "how" and q.action is not None and _AIM.match(str(q.goal or q.action)):
        options = tuple(template for template in options if not ("{w}" in template and _STEPS.search(template)))
    content = str(q.clause)
    if q.kind == "trouble" and str(q.first).endswith("了"):
        options = tuple(template for template in options if not re.search("\\{x\\}的(?!话)", template))
    if "我" in content:
        options = tuple(template for template in options if not _FOR_OTHERS.search(template))
    if content.startswith("我"):
        options = tuple(template for template in options if not re.search("我(?:这里|这边|现在)?\\{", template))
    if content.startswith(("你", "您", "贵")):
        options = tuple(template for template in options if not _NOT_TO_THEIR_FACE.search(template))
    if q.kind in ("can", "ask"):
        options = tuple(template for template in options if not re.search("解释|详细|具体说|简单说|讲", template))
    if q.when is not None:
        options = tuple(
            template
            for template in options if not re.search("学\\{f\\}|学会|在了解|好奇|琢磨|正在查", template)
        )
    if q.kind == "topic" and not q.nominal:
        options = tuple(template for template in options if not re.search("\\{a\\}方法", template))
    if q.kind == "topic" and len(str(q.action)) == 1:
        options = tuple(template for template in options if not ("{w}" in template and _HANDLING.search(template)))
    return options


def _templates_of_kind(q: _Question, form: str) -> tuple[str, ...]:
    how_like = q.kind in ("how", "topic")
    if how_like and q.whole and q.also == "时":
        front = tuple(template for template in t.HOW[form] if template.startswith("{w}"))
        front = tuple(template for template in front if not _STEPS.search(template))
        return front + t.CLAUSE[form] + t.HOW_CLAUSE[form]
    if how_like and q.whole and q.when is None:
        options = t.HOW[form]
        if q.code:
            options += t.HOW_CODE[form]
        else:
            options += t.HOW_LIFE[form]
        name = str(q.place)
        if q.code and q.place is not None and (_LANGUAGE.fullmatch(name) or _RUNTIME.fullmatch(name)):
            options += t.HOW_PLACE[form]
        return options
    if how_like:
        options = t.CLAUSE[form] + t.HOW_CLAUSE[form]
        if q.kind == "topic" and q.when is None:
            options += t.TOPIC[form]
        return options
    if q.kind == "trouble":
        return t.TROUBLE[form] + (t.TROUBLE_EVENT if q.event else t.TROUBLE_THING)[form]
    if q.kind == "why":
        return t.CLAUSE[form] + t.WHY[form] + (t.WHY_EVENT[form] if q.event else ())
    if q.kind == "what":
        return t.CLAUSE[form] + (t.MEANING if q.event else t.WHAT)[form]
    if q.kind == "difference":
        return t.CLAUSE[form] + t.DIFFERENCE[form]
    if q.kind in ("can", "ask"):
        return t.CLAUSE[form] + (t.CAN if q.kind == "can" else t.ASK)[form]
    if q.kind == "yes":
        return t.YES[form]
    if q.kind == "task":
        return t.TASK[form]
    if q.kind == "state":
        return t.STATE_EVENT[form] if q.event else t.STATE[form]
    return t.OPAQUE[form]


def _spaced(text: Text, everywhere: bool) -> Text:
    """With a space between two Latin words that have come together, and where the text has them, beside Chinese."""
    parts = list(text.parts)
    for i in range(2, len(parts) - 1, 2):
        if parts[i] or not parts[i - 1] or not parts[i + 1]:
            continue
        left, right = parts[i - 1][-1], parts[i + 1][0]
        if _is_east(left) and _is_east(right):
            continue
        if (not _is_east(left) and not _is_east(right)) or everywhere:
            parts[i] = " "
    return Text(parts, text.status, text.language, text.steps)


_HAN_CHAR = re.compile(f"[{HAN}]")


def _is_east(char: str) -> bool:
    return bool(_HAN_CHAR.match(char)) or ord(char) > 0x2FFF


def rephrase(text: Text, form: str, rng: Random) -> Text | None:
    """``text`` (Chinese) asked in the given form, or None where the form does not fit it.

    >>> from slmaug.rng import Random
    >>> str(rephrase(Text.parse("如何用C#读取文件？"), "indirect", Random(1)))
    '谁能告诉我C#怎样才能读取文件？'
    """
    if form not in t.FORMS:
        raise ValueError(f"form must be one of {', '.join(t.FORMS)}; got {form!r}")
    q = text.fact("chinese question", _parse)
    if q is None:
        return None
    if q.lead.status and form in ("search", "context"):
        return None
    templates = text.fact(("chinese templates", form), lambda _: _templates(q, form))
    if not templates:
        return None
    builder = _Builder(q, rng)
    for _ in range(4):
        new = builder.fill(rng.choice(templates))
        if q.lead.status:
            template = rng.choice(("{lead}" + q.joint + "{new}", "{lead}，{new}"))
            new = filled(template, {"lead": q.lead, "new": new}, "zh")
        new = _spaced(new, q.spaced)
        if sorted(new.locked) != sorted(text.locked):
            return None
        if new.key != text.key:
            return Text(new.parts, new.status, text.language, text.steps)
    return None
