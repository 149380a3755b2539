"""Sets documents as PDF, with ReportLab."""
