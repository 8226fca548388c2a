"""What has changed between two versions of a plan, in the language of plans."""
