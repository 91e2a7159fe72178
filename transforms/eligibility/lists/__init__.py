"""Lines into a tree: the eligibility text goes in; headings, lists, criteria and notes come out."""
