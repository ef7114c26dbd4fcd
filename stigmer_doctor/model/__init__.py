"""What the doctor knows: facts, findings, rules, ports and errors. Nothing here does any input or output."""
