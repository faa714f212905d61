"""Leads in the formats of other programs. Every statement goes out with the captures that show it."""

from desk.exports.export import FORMATS, ExportError, ExportReport, export_lead

__all__ = ["FORMATS", "ExportError", "ExportReport", "export_lead"]
