"""Words for people: refusals by their code, sheets for PDFs."""
