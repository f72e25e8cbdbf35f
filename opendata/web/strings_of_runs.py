"""The sentences about harvest runs and about what waits in the pipeline; part of the catalogue of strings."""

from catalog.records import Text

RUN_STRINGS: dict[str, Text] = {
    "runs.lead": Text(
        "数据从各采集源取来的每一次，以及流程中此刻在等什么。",
        "Every pull from every source, and what waits in the pipeline now.",
    ),
    "runs.renewed": Text(
        "有任务正在进行，本页每 {n} 秒更新一次。", "A run goes on; this page renews itself every {n} seconds."
    ),
    "runs.stop": Text("停止更新", "Stop renewing"),
    "runs.renew": Text("恢复自动更新", "Renew by itself again"),
    "runs.waiting": Text("流程中待办", "Waiting in the pipeline"),
    "runs.all_waiting": Text("全部 {n} 项", "All {n}"),
    "runs.nothing_waits": Text("此刻没有等待这一步的内容。", "Nothing waits for this step now."),
    "runs.since": Text("自", "since"),
    "runs.by_source": Text("各采集源最近一次", "The latest run of each source"),
    "runs.all": Text("全部任务", "All runs"),
    "runs.disabled": Text("已停用", "disabled"),
    "runs.trusted": Text("适用既定规则", "decided by a standing rule"),
    "runs.never": Text("尚未采集", "Never pulled from"),
    "runs.number": Text("任务", "Run"),
    "runs.title": Text("采集任务 {run}", "Harvest run {run}"),
    "runs.n": Text("第 {n} 号", "No. {n}"),
    "runs.started": Text("开始", "Started"),
    "runs.took": Text("用时", "Took"),
    "runs.records": Text("所见记录（{n}）", "Records seen ({n})"),
    "runs.records_text": Text(
        "最近一次由本任务见到的记录；后来的任务又见到的，列在后来的任务下。",
        "The records that this run was the last to see; what a later run saw stands under that one.",
    ),
    "runs.changed_at": Text("最近变化", "Last changed"),
    "run.running": Text("进行中", "Running"),
    "run.done": Text("完成", "Done"),
    "run.failed": Text("失败", "Failed"),
    "run.interrupted": Text("中断", "Interrupted"),
    "count.new": Text("新增", "New"),
    "count.changed": Text("变化", "Changed"),
    "count.unchanged": Text("未变", "Unchanged"),
    "count.refused": Text("未登记", "Refused"),
    "count.vanished": Text("消失", "Vanished"),
    "record.registered": Text("已登记", "Registered"),
    "record.refused": Text("未登记", "Refused"),
    "record.vanished": Text("已消失", "Vanished"),
    "step.validate": Text("待校验", "To be validated"),
    "step.rule": Text("待既定规则审批", "For the standing rule"),
    "step.review": Text("待人工审查", "For a person's review"),
    "step.publish": Text("待发布", "To be published"),
    "step.index": Text("待索引", "To be indexed"),
    "step.check": Text("待公众可取性检查", "For the public check"),
    "step_text.validate": Text(
        "已收到、还没有校验的版本。", "Releases that were received and not validated yet."
    ),
    "step_text.rule": Text(
        "校验合格、来自适用既定规则的采集源的版本，下次运行时审批。",
        "Valid releases of sources for which a standing rule signs, at the next run.",
    ),
    "step_text.review": Text(
        "校验合格、须由审查人员决定的版本。", "Valid releases on which a reviewer has to decide."
    ),
    "step_text.publish": Text(
        "已批准、还没有发布的版本。", "Releases that were approved and not published yet."
    ),
    "step_text.index": Text(
        "内容有变化、检索索引还没有跟上的清单条目。",
        "Items that changed and that the search index does not know yet.",
    ),
    "step_text.check": Text(
        "已发布、还没有证明公众取得到的版本；没有证明就不计入覆盖率。",
        "Published releases whose fetch by the public is not proven yet; unproven ones do not count for coverage.",
    ),
}
