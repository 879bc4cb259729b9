"""The parts of a Chinese how-to question: a place (在C#中), a tool (用HttpClient), an action, or a topic acted upon."""

from __future__ import annotations

import re
from dataclasses import replace

from slmaug.augment.frames import chinese_clauses as c
from slmaug.augment.frames.chinese_parts import LOCK, TRIM, Ask, Masked, bare, last_comma
from slmaug.augment.frames.chinese_places import LANGUAGE, place_of
from slmaug.augment.frames.chinese_sentences import DO, HOW, WHEN
from slmaug.text import Text

Span = tuple[int, int]

_HOWS = re.compile(
    f"(?P<before>(?:(?:我|我们|咱们?)?(?:应该|应当|该|要|需要|得|又|都|究竟|到底|具体|可以|能))*)(?:去"
    f"|来)?(?P<how>{HOW})"
    "(?P<after>(?:样)?(?:才能够|才能|才可以|才会|可以|能够|能|去|来|要|着)?)"
)
_DOING = re.compile(f"{DO}(?:呢|的)?")
_PLAN = re.compile("(?:我|我们|咱们)?(?:现在|目前|最近)?(?:想要|想|需要|要|打算|准备|希望能?|得)(?P<action>.+)")
_ADDRESSED = re.compile("(?:你|您|你们|贵公司|贵司|他|她|它|他们|她们).*")
_MINE = re.compile("(?:我们?|咱们?|本人)(?!的)")
_INSIDE_TOPIC = re.compile("在?(?P<place>.{1,16}?)(?:之?中|里面?|环境下|环境中)")
_USING_TOPIC = re.compile(f"(?:使用|用|利用)(?P<place>{LOCK}(?:语言)?)")
_INSIDE = re.compile("(?:在)(?P<place>[^，,在用的]{1,14}?)(?:之?中|里面?|上|下|环境下|环境中)(?P<action>.+)")
_WITH_LANGUAGE = re.compile(f"(?:使用|利用|用|通过)(?P<place>{LOCK})(?:语言)?(?:来|去)?(?P<action>.+)")
_TOOL = re.compile(
    f"(?:使用|利用|运用|通过|借助|用)(?P<tool>{LOCK}(?:(?:和|与|、|及){LOCK})*(?:类|方法|函数|库|对象|接口|组件|控件"
    f"|工具|框架|包|语句|命令|特性|属性|技术)?)"
    f"(?:来|去|以)?(?P<goal>[^{LOCK}，,的和与、或是在中里上下时后前类进].+)"
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
    f"(?:在|用|使用|通过|利用|把|将|给|对|从|让|读取|写入|创建|实现|设置|获取|删除|调用|解析|连接|配置|部署|{LOCK})"
)


def how_question(m: Masked, start: int, end: int, ask: Ask) -> Ask:
    """A question with one word for "how": what stands before it is a topic or a plan, behind it the action."""
    chars = m.chars
    found = _HOWS.search(chars, start, end)
    if found is None:
        return ask
    before, after = found.span()
    if found["before"] and not m.is_boundary(before):  # 主要怎么: 要 belongs to the word before
        before = found.start("how")
    if found["after"] and not m.is_boundary(after):  # 怎么要求: 要 belongs to the verb
        after = found.end("how")
    if before > start and chars[before - 1] in "是得说看要" and found["how"] in ("怎样", "怎么样"):
        return ask
    if after >= end:  # 新款手机怎么样
        return ask
    if before > start and _DOING.fullmatch(chars, after, end):
        told = chars[start:before].rstrip("，, ")
        told_end = start + len(told)
        several = re.search("[，,]", told)
        if plan := _PLAN.fullmatch(chars, start, told_end):
            return ask if re.search("[，,]", plan["action"]) else how_to(m, ask, plan.span("action"))
        if _VERB_PHRASE.match(told) and len(told) > 4 and not several:
            return how_to(m, ask, (start, told_end))
        if several or told.startswith(("想", "要")):
            return ask
    comma = last_comma(chars, start, before)
    if comma >= start:
        ask = replace(ask, when=m.piece(start, comma))
        start = comma + 1
    return how_to(m, ask, (after, end), (start, before))


def how_to(m: Masked, ask: Ask, action_at: Span, topic_at: Span = (0, 0)) -> Ask:
    """A how-to question of an action, and of a topic where one stands before the question word."""
    chars = m.chars
    start, end = action_at
    end = start + len(chars[start:end].rstrip(TRIM))
    if start == end or chars[start] in "，,":
        return ask
    topic_at = bare(chars, *topic_at)
    if mine := _MINE.match(chars, *topic_at):
        topic_at = mine.end(), topic_at[1]
    action, topic = chars[start:end], chars[slice(*topic_at)]
    whole = not _NOT_AN_ACTION.match(action) and not action.endswith(("了", "吗", "的"))
    if not topic:
        place, places, start = _place_in_action(m, start, end)
    else:
        place, places = _place_in_topic(m, topic_at, action)
        if place is None and (topic == LOCK or not WHEN.fullmatch(topic)):
            return _topic(m, ask, topic_at, (start, end), whole)
        if place is None and ask.when is not None:
            return replace(ask, kind="ask")
        if place is None:
            ask = replace(ask, when=m.piece(*topic_at), timed=True)
    tool = _TOOL.fullmatch(chars, start, end)
    if tool and len(tool["goal"]) > 2:
        ask = replace(ask, tool=m.piece(*tool.span("tool")), goal=m.piece(*tool.span("goal")))
    if ask.tool is not None or chars.startswith(("使用", "用", "利用", "通过", "在"), start, end):
        places = tuple(place for place in places if place not in c.USING) or c.IN  # not twice: 用C#用HttpClient
    if ask.when is not None and not ask.timed and place is None and chars[start:end] in _TRANSITIVE:
        whole = False
    action_text = m.piece(start, end)
    return replace(ask, kind="how", place=place, places=places, action=action_text, whole=whole and end - start > 1)


def _place_in_topic(m: Masked, topic_at: Span, action: str) -> tuple[Text | None, tuple[str, ...]]:
    inside = _INSIDE_TOPIC.fullmatch(m.chars, *topic_at)
    if inside and (m.chars[topic_at[0]] == "在" or place_of(m, *inside.span("place"))[1]):
        return m.piece(*inside.span("place")), c.IN
    if using := _USING_TOPIC.fullmatch(m.chars, *topic_at):
        place = m.piece(*using.span("place"))
        return place, c.USING + (c.IN if LANGUAGE.fullmatch(str(place)) else ())
    if len(action) > 2 and not _CHANGES_ITS_TOPIC.match(action):
        return place_of(m, *topic_at)
    return None, ()


def _place_in_action(m: Masked, start: int, end: int) -> tuple[Text | None, tuple[str, ...], int]:
    """The place at the head of an action, its templates, and where the rest of the action starts."""
    inside = _INSIDE.fullmatch(m.chars, start, end)
    if inside and inside["action"][0] not in "，,的":
        return m.piece(*inside.span("place")), c.IN, inside.start("action")
    using = _WITH_LANGUAGE.fullmatch(m.chars, start, end)
    if using and re.match("[^的和与、中里类].", using["action"]):
        language = m.piece(*using.span("place"))
        if LANGUAGE.fullmatch(str(language)):
            return language, c.IN + c.USING, using.start("action")
    return None, (), start


def _topic(m: Masked, ask: Ask, topic_at: Span, action_at: Span, whole: bool) -> Ask:
    """A topic that is what the action is done to (红烧肉怎么做), or that does it (孕妇怎么补铁): it stays in front."""
    topic, action = m.chars[slice(*topic_at)], m.chars[slice(*action_at)]
    if re.search("[，,]", topic):
        return replace(ask, kind="opaque")
    patient = (
        action in _TRANSITIVE
        and not re.search("[了在不没用想要给对从和与]", topic[:-1])
        and not topic.endswith(("了", "人", "新手", "用户", "孕妇"))
        and not _ADDRESSED.fullmatch(topic)
        and len(topic) <= 8
    )
    one_word = len(action) == 2 and LOCK not in action and len(m.piece(*action_at)) == 1
    return replace(
        ask,
        kind="topic",
        topic=m.piece(*topic_at),
        action=m.piece(*action_at),
        whole=patient and whole,
        nominal=one_word and not re.search("[了被没不在]", topic),
    )
