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
    *("所有", "全部", "哪些", "哪里", "哪儿", "什么", "怎么", "如何", "多少", "几个", "有关", "相关", "关于"),
    *("of", "the", "a", "an", "and", "in", "on", "for", "to", "what", "where", "which", "how", "is", "are"),
)
SAYS_LITTLE = frozenset(OF_CATALOGUES + OF_SENTENCES)
