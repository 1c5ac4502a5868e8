"""The report of a run or a sweep: one HTML file that opens anywhere, and its figures beside it.

written = write_report(prepare(load("out/baseline")))
"""

from computerace.analysis.report.write import Prepared, Written, prepare, write_report

__all__ = ["Prepared", "Written", "prepare", "write_report"]
