"""Leads and result sets in the formats of other programs. Every statement of a lead goes out with its captures."""

from desk.exports.export import FORMATS, ExportReport, export_lead
from desk.exports.whole_file import ExportError

__all__ = ["FORMATS", "ExportError", "ExportReport", "export_lead"]
