"""Where things lie: outlines of countries and regions, projections, and what of them a map shows. No drawing here."""

VERSION = 1
"""Raised whenever the outlines or the formulas change; part of the key of a drawing in the cache."""
