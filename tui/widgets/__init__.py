"""The panes that the screens are made of."""
