"""The report of a run or a sweep: one HTML file that opens anywhere, and its figures beside it."""

from computerace.analysis.report.write import Written, write_report

__all__ = ["Written", "write_report"]
