"""What an S3 server and its client library say, in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
)

from catalog.errors import Busy, NotFound, OpenDataError, SettingError, StorageFull, Unreachable

#: What a caller that made a condition expects to hear; raised as it comes.
TAKEN, OUTSIDE = "PreconditionFailed", "InvalidRange"
MISSING = frozenset({"NoSuchKey", "NotFound", "404"})
FULL = frozenset({"QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "507"})
#: Too much at once, or two at once about one object: later it would be taken.
BUSY = frozenset({"SlowDown", "ServiceUnavailable", "Throttling", "RequestLimitExceeded", "503"})
BUSY |= {"ConditionalRequestConflict", "OperationAborted"}
#: The server knows us not, or not for this: trying again changes nothing.
REFUSED = {
    "NoSuchBucket": ("存储桶不存在", "there is no such bucket"),
    "AccessDenied": ("没有访问权限", "access denied"),
    "Forbidden": ("没有访问权限", "access denied"),
    "403": ("没有访问权限", "access denied"),
    "InvalidAccessKeyId": ("访问密钥不正确", "the access key is wrong"),
    "XAdminUserNotFound": ("访问密钥不正确", "the access key is wrong"),
    "SignatureDoesNotMatch": ("访问密钥不正确", "the secret key is wrong"),
    "RequestTimeTooSkewed": ("本机时钟与服务器相差过大", "this machine's clock is too far from the server's"),
    "PermanentRedirect": ("存储桶在别的区域", "the bucket is in another region"),
    "AuthorizationHeaderMalformed": ("区域设置不正确", "the region is wrong"),
}


@contextmanager
def translated(key: str) -> Iterator[None]:
    """Run a call to S3 about *key*; raise only errors of our own tree.

    :raises NotFound: no such object.
    :raises SettingError: bucket, credentials, region or clock are wrong.
    :raises StorageFull: the server has no space left.
    :raises Busy: the server asks to slow down.
    :raises ClientError: a condition of the request doesn't hold (:data:`TAKEN`, :data:`OUTSIDE`).
    :raises Unreachable: anything else that went wrong between us and the server.
    """
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in (TAKEN, OUTSIDE):
            raise
        raise _from_answer(key, error) from error
    except (NoCredentialsError, PartialCredentialsError, ParamValidationError) as error:
        raise SettingError(
            f"S3 存储设置不全：{error}", f"the S3 storage's settings fall short: {error}"
        ) from error
    except BotoCoreError as error:
        raise Unreachable(
            f"S3 存储没有应答（{key}）：{error}", f"the S3 storage did not answer ({key}): {error}"
        ) from error


def _from_answer(key: str, error: ClientError) -> OpenDataError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code in MISSING:
        return NotFound(f"存储中没有文件 {key}", f"the storage has no file {key}")
    if code in REFUSED:
        zh, en = REFUSED[code]
        return SettingError(f"S3 存储拒绝访问：{zh}（{code}）", f"the S3 storage refuses us: {en} ({code})")
    if code in BUSY:
        return Busy(
            f"S3 存储繁忙，请稍后再试（{code}）",
            f"the S3 storage asks to slow down; try again later ({code})",
        )
    if code in FULL:
        return StorageFull(f"存储空间不足，{key} 未写入", f"no space left; {key} was not written")
    return Unreachable(f"S3 存储出错（{key}）：{error}", f"the S3 storage failed ({key}): {error}")
