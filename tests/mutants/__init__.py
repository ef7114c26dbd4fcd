"""`make mutants` asks whether the tests that need no lab can fail: it changes one operator at a time and runs them."""
