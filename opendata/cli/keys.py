"""``keys`` and ``verify``: sign what is published, prove what was downloaded."""

import os
from pathlib import Path

import click

from catalog import signing_keys
from catalog.errors import Conflict
from opendata.cli.console import (
    FINDINGS,
    as_json,
    china_time,
    open_services,
    out,
    show_findings,
    show_json,
)
from opendata.publishing.prove_all import prove_all
from opendata.publishing.signing import new_key, open_signer, public_keys, public_pem


@click.command()
@click.argument("path", metavar="FILE-OR-FOLDER", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--key", default="", help="Public key: PEM, base64, or a file with either or with opendata-keys.json."
)
@as_json
@click.pass_context
def verify(ctx: click.Context, path: Path, key: str, json_output: bool) -> None:
    """核对下载的文件、数据包或镜像 | Prove a download or a whole mirror offline, by checksums and signature.

    \b
    Example:
      opendata verify ./bus-lines --key opendata-keys.json
    """
    proof = prove_all(path, public_keys(key) if key else {})
    if json_output:
        findings = [finding.to_dict() for finding in proof.findings]
        show_json(
            {"intact": proof.holds, "signed_by": proof.key, "files": list(proof.files), "findings": findings}
        )
    else:
        show_findings(proof.findings)
        if proof.holds:
            by = f"，由密钥 {proof.key} 签名 | signed by {proof.key}" if proof.key else ""
            out.print(f"完整无误 | intact: {len(proof.files)} 个文件 | files{by}")
    if not proof.holds:
        ctx.exit(FINDINGS)


@click.group()
def keys() -> None:
    """签名密钥 | The keys that sign published packages."""


@keys.command("new")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@as_json
def new(file: Path, json_output: bool) -> None:
    """生成签名密钥 | Make a new private key; it is never shown nor overwritten.

    \b
    Example:
      opendata keys new var/signing.pem
    """
    made = new_key()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Conflict(f"{file} 已存在，不会覆盖", f"{file} exists and is not overwritten") from error
    with os.fdopen(handle, "wb") as target:
        target.write(made)
        target.flush()
        os.fsync(target.fileno())
    signer = open_signer(made.decode())
    assert signer is not None  # it was made a moment ago
    if json_output:
        show_json({"file": str(file), "key": signer.id, "public_key": public_pem(signer.public)})
        return
    out.print(f"密钥 | key {signer.id}：{file}（请妥善保管 | keep it secret）")
    out.print(f"export OPENDATA_SIGNING_KEY={file}")
    out.print(public_pem(signer.public), end="")


@keys.command("list")
@as_json
def list_(json_output: bool) -> None:
    """列出签过名的公钥 | List every key that ever signed.

    \b
    Example:
      opendata keys list
    """
    with open_services() as services, services.readers() as session:
        known = signing_keys.listed(session)
    if json_output:
        names = ("id", "public_key", "first_used_at", "revoked_at", "revoked_reason")
        show_json([{name: getattr(one, name) for name in names} for one in known])
        return
    out.print(f"签名密钥 | signing keys: {len(known)}")
    for one in known:  # in lines, not in a table: a key that is broken over two lines cannot be copied
        out.print(f"{one.id}  {one.public_key}", soft_wrap=True)
        out.print(f"  首次使用 | first used: {china_time(one.first_used_at)}")
        if one.revoked_at:
            out.print(f"  吊销 | revoked: {china_time(one.revoked_at)}，{one.revoked_reason}", soft_wrap=True)


@keys.command("revoke")
@click.argument("key")
@click.option("--reason", required=True, help="Why it can be trusted no more; the public reads it.")
@click.option("--actor", required=True, help="Who revokes it.")
@as_json
def revoke(key: str, reason: str, actor: str, json_output: bool) -> None:
    """吊销密钥 | Declare that a key's signatures prove nothing any more.

    \b
    Example:
      opendata keys revoke 3f2a9c1b7d5e8f60 --reason 私钥泄露 --actor 张三
    """
    with open_services() as services, services.sessions.begin() as session:
        done = signing_keys.revoke(session, key, reason=reason, actor=f"person:{actor}", now=services.now())
    if json_output:
        show_json({"key": done.id, "revoked_at": done.revoked_at, "reason": done.revoked_reason})
    else:
        out.print(f"{key}: 已吊销 | revoked")
