"""What a report becomes: a page, a list of faults, a marked copy of the workbook."""
