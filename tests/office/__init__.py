"""Tests that need LibreOffice; ``make test-office`` runs them alone."""
