"""The public record to the end of 2025 that the model starts from and is tested against, as tables (docs/data.md)."""

from computerace.market.data.tables import COLUMNS, GRADES, problems, start_dates, starts, table

__all__ = ["COLUMNS", "GRADES", "problems", "start_dates", "starts", "table"]
