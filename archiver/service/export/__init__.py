"""Export: a snapshot in the forms that others work with. `formats` is the list; one module each."""
