"""Words that say little: they rank, but a document is found without them unless nothing else was typed."""

#: Words that stand in so many titles of a catalogue of data that they tell none from another.
OF_CATALOGUES = (
    *("信息", "数据", "数据集", "情况", "资料", "明细"),
    *("列表", "名录", "名单", "清单", "目录", "一览", "一览表"),
    *("data", "dataset", "information", "list"),
)
#: Words that make a question or a sentence of what is looked for.
OF_SENTENCES = (
    *("的", "了", "和", "与", "及", "或", "在", "是", "有", "我", "想", "要", "找", "请问", "查询"),
    *("吗", "呢", "吧", "都", "被", "把", "对", "从", "到", "去", "看", "查", "用", "能", "会", "可", "请"),
    *(
        "你",
        "谁",
        "哪",
        "哪个",
        "哪家",
        "哪儿",
        "哪里",
        "哪些",
        "哪种",
        "何处",
        "何时",
        "什么",
        "怎么",
        "怎样",
    ),
    *("如何", "多少", "几个", "是否", "有没有", "可以", "能否", "需要", "想要", "想知道", "知道", "了解"),
    *("看看", "查看", "查找", "查查", "寻找", "搜索", "帮", "帮忙", "告诉", "一下", "附近", "地方", "时候"),
    *(
        "查到",
        "找到",
        "看到",
        "买到",
        "哪能",
        "能查",
        "怎么样",
        "几所",
        "几家",
        "几",
        "所",
        "家",
        "卖",
        "做",
        "人",
    ),
    *("申请", "办理", "使用", "所有", "全部", "有关", "相关", "关于", "以及", "怎么办", "在哪", "在哪里"),
    *("of", "the", "a", "an", "and", "in", "on", "for", "to", "what", "where", "which", "how", "is", "are"),
    *("i", "me", "my", "can", "do", "find", "show", "search", "about", "with", "by", "who", "many", "all"),
)
SAYS_LITTLE = frozenset(OF_CATALOGUES + OF_SENTENCES)
