"""Chinese word segmentation: the most probable path through jieba's dictionary and some words of ours.

Only jieba's word list is used, never its code: jieba caches in the shared temp directory, logs to stderr, and
its model for unknown words obeys a global that any caller may change. A reader of 20 lines over the same list
gives the same bytes everywhere and loads faster than the cache does.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from math import log
from pathlib import Path

from slmaug.errors import MissingPackage

# Question words, negations, modals and numerals: what a Chinese question cannot lose.
_KEPT = re.compile(
    "如何|怎|为什么|为何|为啥|什么|啥|咋|哪|谁|何时|何处|几|多少|多久|多长|多大|多远|是否|能否|可否|吗|呢|请问|"
    "不|没|无|非|未|别|勿|莫|禁止|避免|防止|除了|除非|以外|之外|仅|只|唯一|"
    "必须|应该|应当|可能|至少|至多|最多|最少|以上|以下|以内|[零〇一二三四五六七八九十百千万亿两半]"
)
# Words that only look so: the character in them denies, asks or counts nothing.
_NOT_KEPT = frozenset(
    """
    非常 非洲 未来 别人 区别 类别 级别 性别 特别 识别 分别 别名 鉴别 辨别 派别 告别 别墅 无线 无线电 无线网 无线网络
    几何 几何图形 零食 零件 零售 零钱 百度 百科 百货 百姓 万能 统一 一样 一起 一般 一直 一旦 一下 统一性 同一 之一
    一致 一致性 一体 不过 不断 不管 不仅 不但 不得不 没收 只好 莫名 莫名其妙 四川 三明治 八卦 九寨沟 五金 千兆 任何
    几乎 大千世界 六安 千万 万一 一边 一面 一同 一带 五官 五香 三文鱼 八角 十字 十字绣 七夕 四季豆 二维码 百合 千层
    万用表 两栖 一块儿 差别 半夜 一共 不少
    """.split()
) - {"千万", "万一", "几乎", "一直", "不得不"}  # a warning, a condition, a degree, a time, a duty

# Words that the dictionary lacks or that its counts cut wrongly; each becomes as likely as its best cut.
_ADDED = """
    字段 主键 外键 反序列化 序列化 控制台 控制台程序 分页 分页查询 异步 同步 线程 线程池 多线程 单线程 进程 协程 回调
    回调函数 委托 泛型 枚举 接口 抽象类 基类 子类 父类 派生类 构造函数 析构函数 成员变量 局部变量 全局变量 静态变量
    环境变量 匿名函数 匿名方法 扩展方法 依赖注入 中间件 拦截器 过滤器 特性 属性 索引器 迭代器 生成器 装饰器 单例
    单例模式 工厂模式 观察者模式 设计模式 命名空间 程序集 报错 抛出 抛异常 异常 捕获 断点 调试 编译 编译器 反编译
    解释器 运行时 垃圾回收 内存泄漏 内存泄露 死锁 空指针 空引用 堆栈 堆栈溢出 缓存 缓存区 缓冲区 队列 消息队列 哈希
    哈希表 字典 数组 列表 链表 集合 元组 键值 键值对 二叉树 正则 正则表达式 占位符 转义 转义符 字符串 字符 整数 整型
    浮点数 布尔值 时间戳 时区 编码 解码 乱码 加密 解密 签名 令牌 鉴权 授权 认证 验签 哈希值 校验 校验码 数据库 数据表
    数据源 查询语句 存储过程 触发器 视图 索引 事务 回滚 提交 连接池 连接字符串 数据绑定 批量插入 批量删除 批量更新
    批量 增删改查 去重 排序 分组 聚合 筛选 过滤 映射 实体类 实体 迁移 建表 联表 左连接 内连接 模糊查询 子查询 慢查询
    前端 后端 全栈 网页 页面 浏览器 跨域 请求头 响应头 请求体 响应体 状态码 重定向 路由 域名 网关 代理 反向代理
    负载均衡 限流 熔断 超时 重试 超时时间 并发 高并发 并行 串行 阻塞 非阻塞 轮询 长轮询 心跳 断线 重连 断线重连 套接字
    端口 端口号 网卡 带宽 丢包 配置文件 配置项 日志 日志文件 命令行 脚本 爬虫 部署 发布 打包 容器 镜像 虚拟机 微服务
    分布式 集群 云服务器 服务器 客户端 服务端 版本号 版本控制 分支 合并 冲突 仓库 拉取 推送 克隆 单元测试 集成测试
    压力测试 模拟 断言 覆盖率 代码 源码 源代码 示例代码 伪代码 框架 控件 窗体 文本框 下拉框 下拉菜单 复选框 单选框
    单选按钮 按钮 弹窗 对话框 进度条 滚动条 快捷键 右键 左键 双击 单击 拖拽 剪贴板 截图 单元格 工作表 工作簿
    数据透视表 透视表 下拉列表 行高 列宽 页眉 页脚 页码 目录 批注 水印 幻灯片 压缩包 解压 安装包 文件夹 回收站 读取
    写入 遍历 循环 递归 嵌套 拼接 拆分 截取 替换 匹配 解析 导入 导出 上传 下载 断点续传 流式 逐行 按行 大文件 压缩
    备份 还原 机器学习 深度学习 神经网络 大模型 微调 训练集 测试集 过拟合 学习率 数据集 数据增强 提示词 向量 张量 显卡
    显存 人工智能 快递 快递员 快递单号 物流 运费 运费险 包邮 退货 退款 换货 退换货 售后 客服 下单 发货 收货 收货地址
    订单 订单号 优惠券 优惠码 积分 会员 账号 帐号 账户 密码 验证码 登录 登陆 注册 注销 绑定 解绑 实名认证 扫码 二维码
    付款 支付 转账 充值 提现 余额 账单 信用卡 借记卡 银行卡 花呗 自动续费 续费 发票 电子发票 开票 报销 医保 医保卡
    社保 社保卡 公积金 身份证 护照 签证 居住证 驾照 驾驶证 行驶证 户口 离婚 起诉 诉讼 仲裁 劳动仲裁 劳动合同 试用期
    辞退 加班费 赔偿 工伤 违约金 押金 定金 订金 房东 租客 租房 遗嘱 继承 抚养权 欠条 借条 高血压 糖尿病 血糖 血压 感冒
    发烧 咳嗽 过敏 失眠 偏头痛 颈椎病 布洛芬 抗生素 疫苗 孕妇 哺乳期 宝宝 复查 挂号 体检 住院 空腹 红烧肉 糖醋排骨
    番茄炒蛋 西红柿 焯水 腌制 食材 调料 空气炸锅 电饭煲 高压锅 烤箱 微波炉 蛋糕 面团 发面 酵母 火候 隔夜 连不上 打不开
    收不到 登不上 上不去 进不去 用不了 打不了 开不了 关不掉 删不掉 看不到 找不到 装不上 下不了 发不出 付不了 充不上
    怎么办 怎么样 怎么回事 才能 什么时候 啥时候 什么地方 使用方法 使用说明 使用寿命 使用率 使用者 使用手册 降低血糖
    降血糖 粘锅 重命名 跳过 截屏 胃疼 子文件夹 样例 样例代码 靠谱 老是 转成 转为 没收到 没看到 没找到 没用 到账 年假
    连接超时 微信 支付宝 淘宝 京东 抖音 公众号 小程序 朋友圈 视频号 搞不定 弄不好 想不通 看不懂 听不懂 装修 蓝牙 固件
    路由器 手机号 重启 刷机 黑屏 死机 闪退 卡顿 掉线
""".split()

# Whole phrases and rare words of the dictionary that swallow the words of a question: 运行|时|报错.
_REMOVED = "查询数据库 程序运行 时报 婚后 转换成 喝咖啡 没收到货 表里 退押 低血糖".split()

_Words = dict[str, float]


@lru_cache(maxsize=1)
def _dictionary() -> tuple[_Words, int]:
    """Word to the logarithm of its probability, and the length of the longest word."""
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise MissingPackage("Chinese questions need jieba: pip install jieba")
    fields = Path(spec.origin).with_name("dict.txt").read_text("utf-8").split()
    counts = dict(zip(fields[::3], map(int, fields[1::3]), strict=True))
    total = log(sum(counts.values()))
    longest = max(map(len, counts))
    words = {word: log(count or 1) - total for word, count in counts.items()}
    words[""] = -total  # what a character that no word begins with weighs
    for word in (*_ADDED, *_REMOVED):
        words.pop(word, None)
    for word in sorted(set(_ADDED), key=lambda word: (len(word), word)):
        words[word] = sum(words.get(part, words[""]) for part in _cut(word, words, longest)) + 0.7
    return words, longest


def _cut(run: str, words: _Words, longest: int) -> list[str]:
    """The most probable words of ``run``; where two cuts are as likely, the one with the longer first word."""
    size = len(run)
    unknown = words[""]
    best = [0.0] * (size + 1)
    ends = [0] * size
    for start in range(size - 1, -1, -1):
        best[start] = words.get(run[start], unknown) + best[start + 1]
        ends[start] = start + 1
        for end in range(start + 2, min(start + longest, size) + 1):
            weight = words.get(run[start:end])
            if weight is not None and weight + best[end] >= best[start]:
                best[start], ends[start] = weight + best[end], end
    found, start = [], 0
    while start < size:
        found.append(run[start : ends[start]])
        start = ends[start]
    return found


@lru_cache(maxsize=65536)
def _is_kept(word: str) -> bool:
    return word not in _NOT_KEPT and bool(_KEPT.search(word))


def segment(run: str) -> list[tuple[str, bool]]:
    """The words of a run of Chinese characters, each with whether it must be kept.

    The words together are ``run``. Locked spans are taken out before: no dictionary holds them.

    >>> segment("怎么反序列化字段")
    [('怎么', True), ('反序列化', False), ('字段', False)]
    """
    words, longest = _dictionary()
    return [(word, _is_kept(word)) for word in _cut(run, words, longest)]
