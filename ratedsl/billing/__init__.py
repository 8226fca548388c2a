"""Charges become invoices: fees, discounts, taxes, and totals that foot."""
