"""What a report becomes: frictionless' document, a page, a list of faults, a marked copy of the workbook."""
