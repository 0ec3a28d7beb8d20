"""The schema's versions, one file each: what each changed, and how to go back."""
