"""A run as tables for other programs: CSV, Parquet, or a workbook of Excel."""

from simulator.report.export.exporting import FORMATS as FORMATS
from simulator.report.export.exporting import export as export
