"""The Author screen, and the dialogs that lie over it."""
