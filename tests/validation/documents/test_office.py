"""What an office program really writes passes: LibreOffice's DOCX, ODT, DOC and PDF of one text."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.validation.documents.judged import judged
from tests.validation.documents.test_identify import PAGE
from tests.validation.documents.test_persons import IDS, persons

pytestmark = pytest.mark.skipif(
    "TEST_OFFICE" not in os.environ,
    reason="set TEST_OFFICE to the path of LibreOffice's soffice to convert with it",
)
FORMS = {
    "docx": "docx:MS Word 2007 XML",
    "odt": "odt",
    "doc": "doc:MS Word 97",
    "pdf": "pdf:writer_pdf_Export",
}


def converted(folder: Path, page: str) -> dict[str, bytes]:
    source = folder / "通知.html"
    source.write_text(page, encoding="utf-8")
    for form in FORMS.values():
        command = [os.environ["TEST_OFFICE"], f"-env:UserInstallation=file://{folder}/profile", "--headless", "--infilter=HTML (StarWriter)", "--convert-to", form, "--outdir", str(folder), str(source)]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
    return {form: (folder / f"通知.{form}").read_bytes() for form in FORMS}


def test_an_office_programs_files_pass(tmp_path: Path) -> None:
    body = PAGE.replace("</p>", f"，编号 {IDS[0]}。</p>")
    page = body.replace("<head>", '<head><meta charset="utf-8">')
    made = converted(tmp_path, page)
    for form, content in made.items():
        report = judged(tmp_path, f"通知.{form}", content, "document")
        assert persons(report) == [("error", "The text holds 1 citizen identity numbers.")], form
        assert [one.code for one in report.findings] == ["personal-information"], form
    assert judged(tmp_path, "通知.pdf", made["pdf"], "document").facts["pages"] == 1
