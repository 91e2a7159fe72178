"""Numbers with comparators and units: a criterion's text goes in, quantities come out."""
