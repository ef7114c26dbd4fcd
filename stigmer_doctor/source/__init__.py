"""What source files say about the runner, and how to change their text. Pure: text in, facts and edits out."""
