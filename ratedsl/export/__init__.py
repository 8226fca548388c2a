"""Plans and invoices in the forms that other systems exchange."""
