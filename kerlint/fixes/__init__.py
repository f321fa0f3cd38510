"""What mends a finding, as edits of the program that it stands in. Rules ask for them; `rewriting` carries them out."""
