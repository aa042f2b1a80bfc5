"""The contracts of plugins as classes of tests: a plugin's test states what it has, the class does the rest."""
